/**
 * The family of a language: `the Slavic language of Poland`, `belongs to the Baltic branch`, `is a kind of Romance`. The passage
 * must be on a language, or the question say that it asks for one.
 */

import type { Passage } from '../../tools/passage.ts';
import { stem } from '../english/stem.ts';
import type { Extraction, Inquiry } from '../language.ts';

const GROUPS = new Set(['family', 'group', 'branch', 'subfamily'].map(stem));
const LANGUAGE = stem('language');
const NAME = String.raw`((?:\p{Lu}[\p{L}-]+ ){0,3}\p{Lu}[\p{L}-]+)`;
const MEMBERSHIPS = [
  new RegExp(String.raw`\bbelong(?:s|ing)? to the ${NAME} (?:branch|family|group|subfamily)`, 'u'),
  new RegExp(String.raw`\b(?:an?|the|any of the) (?:\p{Ll}+ ){0,3}${NAME} languages?\b`, 'u'),
  new RegExp(String.raw`\b(?:an?|the) ${NAME} (?:branch|subfamily|group) of\b`, 'u'),
  new RegExp(String.raw`\bis an? (?:kind of )?${NAME}(?: language)?[.;]`, 'u'),
];

export function asksLanguageFamily({ attribute, asked, subjectStems }: Inquiry, first: string): boolean {
  const nouns = [...attribute, ...asked];
  if (!nouns.some((item) => GROUPS.has(item))) return false;
  return [...nouns, ...subjectStems].includes(LANGUAGE) || /\blanguages?\b/.test(first);
}

export function readLanguageFamily(passage: Passage, sentences: readonly string[], about: number): Extraction[] {
  for (const membership of MEMBERSHIPS) {
    for (const quote of sentences) {
      const answer = membership.exec(quote)?.[1];
      if (answer) return [{ answer, confidence: 0.9 * about, passage, quote }];
    }
  }
  return [];
}
