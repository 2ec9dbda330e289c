/**
 * Yes-or-no questions: the claimed property is read like any other and compared with the claimed value; where a claim has no
 * such form, its words are looked for together in one row or passage.
 */

import type { Passage } from '../../tools/passage.ts';
import { sameAnswer } from '../english/combine.ts';
import { PREPOSITIONS } from '../english/lexicon.ts';
import { comparativeAt } from '../english/quantities.ts';
import { coverage } from '../english/synonyms.ts';
import { tokenize } from '../english/tokens.ts';
import type { Extraction, Inquiry, Words } from '../language.ts';
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

function* claimInTable(inquiry: WordedInquiry, passage: Passage): Generator<Extraction> {
  const { table } = passage;
  if (!table) return;
  const question = inquiry.words.allStems(inquiry.text);
  const wanted = inquiry.words.contentStems(inquiry.text);
  if (wanted.length === 0) return;
  const about = new Set(
    inquiry.words.allStems([table.title, table.section, table.caption, ...table.header].filter(Boolean).join(' ')),
  );
  const names = inquiry.names.map(inquiry.words.allStems).filter((name) => name.length > 0);
  let best: { row: readonly string[]; covered: number; cells: number } | undefined;
  for (const row of table.rows.slice(0, 400)) {
    const covered = new Set<string>();
    let cells = 0;
    for (const cell of row) {
      // A cell, or one item of a list: `Bolivia; Brazil`.
      for (const part of cell.split(/[;,]/)) {
        const stems = inquiry.words.allStems(part);
        if (
          stems.length === 0 ||
          stems.length > 12 ||
          indexOfRun(question, stems) < 0 ||
          stems.every((item) => covered.has(item))
        )
          continue;
        cells++;
        for (const item of stems) covered.add(item);
      }
    }
    // The row of X before a row that mentions X.
    if (
      cells > 0 &&
      names.some((name) => row.slice(0, 2).some((cell) => inquiry.words.allStems(cell).join(' ') === name.join(' ')))
    )
      cells += 0.5;
    if (!best || cells > best.cells || (cells === best.cells && covered.size > best.covered))
      best = { row, covered: covered.size, cells };
  }
  if (!best || best.cells === 0) return;
  const inRow = new Set(best.row.flatMap(inquiry.words.allStems));
  // A column of yes and no that the claim names: `Is X landlocked?`
  for (const [column, header] of table.header.entries()) {
    const cell = best.row[column]!.trim().toLowerCase();
    if ((cell === 'yes' || cell === 'no') && coverage(inquiry.words.allStems(header), wanted) > 0.9) {
      yield { answer: cell, confidence: 0.8, passage, quote: `${header}: ${cell}` };
      return;
    }
  }
  // `Does X border Y?`: the row of X and a column that the verb names, with or without Y in it.
  const key = names.findIndex((name) =>
    best!.row.slice(0, 2).some((cell) => inquiry.words.allStems(cell).join(' ') === name.join(' ')),
  );
  const relation = inquiry.subjectStems.filter((item) => !names.some((name) => name.includes(item)));
  const named = names[key]?.join(' ');
  const column = table.header.findIndex(
    (header, index) =>
      index > 0 &&
      inquiry.words.allStems(best!.row[index]!).join(' ') !== named &&
      coverage(relation, inquiry.words.allStems(header)) >= 0.5 &&
      /\p{L}/u.test(best!.row[index]!),
  );
  if (key >= 0 && column >= 0 && names.length === 2) {
    const listed = best.row[column]!.split(/[;,]/).some((part) =>
      sameAnswer(
        part,
        inquiry.names.filter((name) => inquiry.words.allStems(name).length > 0)[1 - key]!,
        inquiry.words,
      ),
    );
    yield {
      answer: listed ? 'yes' : 'no',
      confidence: 0.75,
      passage,
      quote: `${table.header[column]}: ${best.row[column]}`,
    };
    return;
  }
  const missing = wanted.filter((item) => !inRow.has(item) && !about.has(item));
  const share = 1 - missing.length / wanted.length;
  const quote = best.row.join(' | ');
  // Which is larger stands in no row; a superlative only where a header says it.
  if (comparativeIn(inquiry.text) !== undefined) return;
  if (inquiry.superlative) {
    if (missing.length === 0) yield { answer: 'yes', confidence: 0.46, passage, quote };
    return;
  }
  const values = missing.filter(
    (item) => /\d/.test(item) || inquiry.names.some((name) => inquiry.words.allStems(name).includes(item)),
  );
  const confidence = 0.62 * Math.min(1, 0.6 + 0.2 * best.cells);
  if (values.length === 0) {
    if (share > 0.75) yield { answer: 'yes', confidence: confidence * share, passage, quote };
    return;
  }
  // No: the row of what the claim is about has something else under the header that the claim names.
  // The name and a claimed one may stand side by side: `Is the capital of Peru Quito?`
  const heads =
    key >= 0 ||
    best.row
      .slice(0, 2)
      .some((cell) => cell !== '' && names.some((name) => indexOfRun(name, inquiry.words.allStems(cell)) === 0));
  const claimed = wanted.filter((item) => !names.some((name) => name.includes(item)));
  const told = table.header.some((header, index) => {
    const cell = inquiry.words.allStems(best!.row[index]!).join(' ');
    return index > 0 && cell !== '' && cell !== named && coverage(inquiry.words.allStems(header), claimed) >= 0.5;
  });
  const rest = wanted.length - values.length;
  const covered = rest > 0 ? 1 - (missing.length - values.length) / rest : 0;
  if (heads && told) yield { answer: 'no', confidence: confidence * covered, passage, quote };
}

/** Where the comparative of a claim stands among its words. */
function comparativeIn(text: string): number | undefined {
  const words = text.toLowerCase().split(/[^\p{L}\p{N}-]+/u);
  const at = words.findIndex((word, index) => comparativeAt(word, words[index + 1]) !== undefined);
  return at >= 0 && words.includes('than') ? at : undefined;
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
