/** The parser of wikitext (wtf_wikipedia), as the one file that `require` gives: its 122 modules take three times as long to load. */
import type parser from 'wtf_wikipedia';
import { packageRequire } from '../../../common/package-files.ts';

export const wtf = packageRequire()('wtf_wikipedia') as typeof parser;
