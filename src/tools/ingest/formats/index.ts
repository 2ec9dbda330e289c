/** The formats that are read, by the names of their files. What reads them is loaded with the first file of its kind. */
import type { Modality } from '../../knowledge-base.ts';
import type { Format } from '../source.ts';
import { type Parse, wholeFile } from './whole-file.ts';

const EVERY: readonly Modality[] = ['text', 'table', 'text-image'];
const BOTH: readonly Modality[] = ['text', 'table'];

function whole(
  name: string,
  extensions: readonly string[],
  { modalities = BOTH, parser }: { modalities?: readonly Modality[]; parser: () => Promise<Parse> },
): Format {
  return { name, extensions, modalities, load: async () => wholeFile(name, await parser()) };
}

const markup = () => import('./markup.ts');
const jsonLines = () => import('./jsonl.ts');

export const FORMATS: readonly Format[] = [
  {
    name: 'jsonl',
    extensions: ['.jsonl', '.ndjson'],
    modalities: EVERY,
    load: async () => (await jsonLines()).jsonl,
  },
  { name: 'json', extensions: ['.json'], modalities: EVERY, load: async () => (await jsonLines()).json },
  {
    name: 'csv',
    extensions: ['.csv', '.tsv', '.tab', '.psv'],
    modalities: EVERY,
    load: async () => (await import('./csv.ts')).csv,
  },
  {
    name: 'parquet',
    extensions: ['.parquet'],
    modalities: EVERY,
    load: async () => (await import('./parquet.ts')).parquet,
  },
  whole('markdown', ['.md', '.markdown', '.mdown', '.mkd'], { parser: async () => (await markup()).markdown }),
  whole('html', ['.html', '.htm'], { parser: async () => (await markup()).html }),
  whole('xhtml', ['.xhtml', '.xht'], { parser: async () => (await markup()).xhtml }),
  whole('docx', ['.docx'], { parser: async () => (await import('./docx.ts')).docx }),
  whole('epub', ['.epub'], { parser: async () => (await import('./epub.ts')).epub }),
  whole('pdf', ['.pdf'], { modalities: ['text'], parser: async () => (await import('./pdf.ts')).pdf }),
  whole('text', ['.txt', '.text'], { modalities: ['text'], parser: async () => (await markup()).plainText }),
  {
    name: 'mediawiki',
    extensions: ['.xml', '.xml.bz2', '.bz2'],
    modalities: BOTH,
    load: async () => (await import('../mediawiki/dump.ts')).dump,
  },
  {
    name: 'image',
    extensions: ['.png', '.jpg', '.jpeg', '.webp', '.gif', '.avif', '.tif', '.tiff'],
    modalities: ['text-image'],
    load: async () => (await import('./image.ts')).image,
  },
];

/** Endings of the files that speak for a picture of the same name. */
export const SIDECARS = ['.json', '.txt', '.caption'] as const;
