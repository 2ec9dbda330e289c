/**
 * A question in words that the documents may not have: people ask what something sets them back where the list says price. Made with the thesaurus, some
 * words left out altogether; names and numbers stay. A router that has only seen the documents' own words stops as soon as a name turns up.
 */
import type { Random } from '../../common/random.ts';
import { stem } from '../../offline/files/words.ts';
import { relatedWords } from '../../offline/thesaurus.ts';
import { looseWording } from '../models/loose-wordings.ts';

/**
 * Of the words that are no names: put otherwise where the thesaurus can, else left out. So much of both that hardly a word but the names is shared with the
 * document, as in what people type: of milder wordings a policy learns to count shared words, which tells little of theirs.
 */
const OTHERWISE = 0.45;
const LEFT_OUT = 0.85;
const IN_KEYWORDS = 0.3;

const LITTLE = new Set(
  `a an the of in on at by for with from to and or as is are was were be been do does did has have had can could will would
  who whom whose which what when where why how much many long often it its that this these those there here i you me we
  they he she please tell about our your my`.split(/\s+/),
);

export function inOtherWords(question: string, random: Random): string {
  const said = question.replace(/[?.!]+$/, '').split(/\s+/);
  const put = said.flatMap((word, place) => {
    const bare = word.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
    const isName =
      /\p{N}/u.test(word) || (place > 0 && /^\p{Lu}/u.test(word)) || (place === 0 && /^\p{Lu}/u.test(said[1] ?? ''));
    if (LITTLE.has(bare) || isName) return [word];
    const related = [...relatedWords(stem(bare)).keys()].filter((other) => !other.includes('_'));
    if (related.length > 0 && random.next() < OTHERWISE) return [random.pick(related)];
    return random.next() < LEFT_OUT ? [] : [word];
  });
  const other = put.join(' ');
  // Of a few words, none of them a name, nothing may be left.
  if (!/[\p{L}\p{N}]/u.test(other)) return question;
  return random.next() < IN_KEYWORDS ? looseWording(other, random) : other;
}
