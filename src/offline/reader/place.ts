/**
 * Where something is, asked for by a noun: `in which country is X`. The answer is a name that can be of that kind, out of what
 * the passage on X says of its place, without the point of the compass and whatever else stands before the name.
 */

import type { Passage } from '../../tools/passage.ts';
import { stem } from '../english/stem.ts';
import { type Token, tokenize } from '../english/tokens.ts';
import type { Extraction, Inquiry } from '../language.ts';
import { isFeature, mayBe, nameEnd } from './names.ts';

const PLACING = new Set(['located', 'situated', 'lie', 'lies', 'found', 'be'].map(stem));
const STATED = /^(?:.{1,80}?) (?:is|are|lies|lie) (?:located|situated|found)?\s*in (.+?)[.;]?$/u;

export function asksWherein({ form, expected, preposition, verbs, attributeText }: Inquiry): boolean {
  return (
    form === 'attribute' &&
    (expected === 'place' || isFeature(lastWord(attributeText))) &&
    (preposition === 'in' || preposition === 'on') &&
    verbs.every((verb) => PLACING.has(verb))
  );
}

const lastWord = (text: string): string => text.toLowerCase().split(' ').at(-1)!;

export function readPlace(
  inquiry: Inquiry,
  passage: Passage,
  { title, sentences, about }: { title: string; sentences: readonly string[]; about: number },
): Extraction[] {
  const noun = lastWord(inquiry.attributeText);
  const fits = (name: string): boolean => name !== title && mayBe(noun, name);
  const [first = ''] = sentences;
  const gloss = first.startsWith(`${title}:`) ? first.slice(title.length + 1) : first;
  const told = namesAfterPrepositions(gloss);
  for (const sentence of sentences) {
    const listed = STATED.exec(sentence)?.[1];
    if (listed === undefined) continue;
    const stated = namesOf(listed, first).filter(fits);
    // Of several places the one that the description names too: the country of a mountain, not its range.
    const answer = told.find((name) => stated.includes(name)) ?? stated[0];
    if (answer) return [{ answer, confidence: 0.98 * about, passage, quote: sentence }];
  }
  const answer = told.find(fits);
  return answer ? [{ answer, confidence: 0.85 * about, passage, quote: first }] : [];
}

/** The names of a list. `A and B` is one name where the description writes it so. */
function namesOf(list: string, description: string): string[] {
  const pair = list.replace(/^the /, '');
  if (!list.includes(',') && pair.includes(' and ') && description.includes(pair)) return [pair];
  return list.split(/, (?:and )?| and /).flatMap((part) => {
    const tokens = tokenize(part);
    const start = tokens.findIndex((_, index) => nameEnd(tokens, index) > index);
    return start < 0 ? [] : [written(part, tokens, start)];
  });
}

/** `in the western Netherlands`, `city of southern Peru`, but not `to the north of Peru`. */
function namesAfterPrepositions(text: string): string[] {
  const tokens = tokenize(text);
  const names: string[] = [];
  for (const [index, { lower }] of tokens.entries()) {
    if (lower !== 'in' && lower !== 'of' && lower !== 'on') continue;
    if (lower === 'of' && BESIDE.test(tokens[index - 1]?.lower ?? '')) continue;
    let start = index + 1;
    while (start <= index + 4 && tokens[start]?.kind === 'word' && nameEnd(tokens, start) === start) {
      if (tokens[start]!.lower === 'of') break;
      start++;
    }
    const end = nameEnd(tokens, start);
    // `in May 1900` is a time.
    if (end > start && tokens[end]?.kind !== 'number') names.push(written(text, tokens, start));
  }
  return names;
}

/** What is north of a place, or one of its parts, is not said to be in it. */
const BESIDE = /^(?:north|south|east|west)|^(?:one|site|home|name|mouth|author)$/;

const written = (text: string, tokens: readonly Token[], start: number): string =>
  text.slice(tokens[start]!.start, tokens[nameEnd(tokens, start) - 1]!.end);
