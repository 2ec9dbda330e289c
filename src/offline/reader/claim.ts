/**
 * Yes-or-no questions: the claimed property is read like any other and compared with the claimed value; where a claim has no
 * such form, its words are looked for together in one row or passage.
 */

import type { Passage } from '../../tools/passage.ts';
import { sameAnswer } from '../english/combine.ts';
import { PREPOSITIONS } from '../english/lexicon.ts';
import { coverage } from '../english/synonyms.ts';
import { tokenize } from '../english/tokens.ts';
import type { Extraction, Inquiry, Words } from '../language.ts';
import { claimInTable, comparativeIn } from './claim-table.ts';
import { indexOfRun, type WordedInquiry } from './extraction.ts';
import { plainTitle, splitSentences } from './sentences.ts';
import { readTable } from './table.ts';
import { readText } from './text.ts';

export function readClaim(
  inquiry: WordedInquiry,
  passages: readonly Passage[],
  inquire: (question: string) => Inquiry,
): Extraction[] {
  const { words } = inquiry;
  const found: Extraction[] = [];
  if (inquiry.claim) {
    const asked = { ...inquire(`What is ${inquiry.claim.property}?`), words };
    for (const passage of passages) {
      for (const extraction of passage.table ? readTable(asked, passage) : readText(asked, passage)) {
        const agrees = extraction.answer.split(';').some((part) => sameAnswer(part, inquiry.claim!.value, words));
        found.push({ ...extraction, answer: agrees ? 'yes' : 'no' });
      }
    }
  }
  for (const passage of passages)
    found.push(...(passage.table ? claimInTable(inquiry, passage) : claimInText(inquiry, passage)));
  return found;
}

function* claimInText(inquiry: WordedInquiry, passage: Passage): Generator<Extraction> {
  if (passage.image) return;
  const question = inquiry.words.allStems(inquiry.text);
  const title = inquiry.words.allStems(plainTitle(passage.title ?? ''));
  if (title.length === 0 || indexOfRun(question, title) < 0) return;
  const wanted = inquiry.words.contentStems(inquiry.text).filter((item) => !title.includes(item));
  if (wanted.length === 0) return;
  const body = inquiry.words.allStems(passage.text);
  const quote = passage.text.slice(0, 200);
  // `Is X larger than Y` is told of X: the passage on Y says what Y is larger than.
  const comparative = comparativeIn(inquiry.text);
  if (comparative !== undefined && indexOfRun(question, title) >= comparative) return;
  const [first] = inquiry.names.map((name) => inquiry.words.allStems(name));
  const subject = first === undefined || first.some((item) => title.includes(item));
  const values = subject
    ? inquiry.names.flatMap((name) => inquiry.words.allStems(name)).filter((item) => !title.includes(item))
    : [];
  if (values.length > 0 && values.every((item) => !body.includes(item))) {
    if (namesPlace(inquiry, values)) return;
    const rest = wanted.filter((item) => !values.includes(item));
    const contrary = splitSentences(passage.text).find((sentence) =>
      saysOther(sentence, { rest, values, title, words: inquiry.words }),
    );
    if (contrary !== undefined) yield { answer: 'no', confidence: 0.55, passage, quote: contrary };
    return;
  }
  if (coverage(wanted, body) < 0.85) return;
  const denied = body.some(
    (item, index) =>
      wanted.some((word) => item === `non${word}` || item === `non-${word}`) ||
      (wanted.includes(item) && (body[index - 1] === 'not' || body[index - 1] === 'no')),
  );
  if (!denied) yield { answer: 'yes', confidence: 0.7 * coverage(wanted, body), passage, quote };
}

/** What is spoken in one country, or found in it, may be so in another. */
function namesPlace(inquiry: WordedInquiry, values: readonly string[]): boolean {
  const tokens = tokenize(inquiry.text).filter(({ lower }) => lower !== 'the');
  return tokens.some(
    ({ kind, lower }, index) =>
      kind === 'word' && values.includes(inquiry.words.stem(lower)) && PREPOSITIONS.has(tokens[index - 1]?.lower ?? ''),
  );
}

/** Whether a sentence tells what is claimed, with another value of the same sort: `born in 1879` for a claimed `born in 1880`. */
function saysOther(
  sentence: string,
  {
    rest,
    values,
    title,
    words,
  }: { rest: readonly string[]; values: readonly string[]; title: readonly string[]; words: Words },
): boolean {
  const tokens = tokenize(sentence);
  if (rest.length === 0 || coverage(rest, words.allStems(sentence)) < 0.5) return false;
  const numbers = values.every((item) => /\d/.test(item));
  return tokens.some(({ kind, capital, text }, index) => {
    if (numbers) return kind === 'number';
    return index > 0 && kind === 'word' && capital && !title.includes(words.stem(text.toLowerCase()));
  });
}
