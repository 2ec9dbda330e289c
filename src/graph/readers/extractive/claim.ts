/**
 * Yes-or-no questions: the claimed property is read like any other and compared with the claimed value; where a claim has no
 * such form, its words are looked for together in one row or passage.
 */

import type { Passage } from '../../../tools/passage.ts';
import { sameAnswer } from '../../grammar/combine.ts';
import { type Inquiry, inquire } from '../../grammar/inquiry.ts';
import { comparativeAt } from '../../grammar/quantities.ts';
import { coverage } from '../../grammar/synonyms.ts';
import { parseNumber } from '../../grammar/values.ts';
import { allStems, contentStems } from '../../grammar/words.ts';
import { type Extraction, indexOfRun } from './extraction.ts';
import { plainTitle } from './sentences.ts';
import { readTable } from './table.ts';
import { readText } from './text.ts';

export function readClaim(inquiry: Inquiry, passages: readonly Passage[]): Extraction[] {
  const found: Extraction[] = [];
  if (inquiry.claim) {
    const asked = inquire(`What is ${inquiry.claim.property}?`);
    for (const passage of passages) {
      for (const extraction of passage.table ? readTable(asked, passage) : readText(asked, passage)) {
        const agrees = extraction.answer.split(';').some((part) => sameAnswer(part, inquiry.claim!.value));
        found.push({ ...extraction, answer: agrees ? 'yes' : 'no' });
      }
    }
  }
  for (const passage of passages)
    found.push(...(passage.table ? claimInTable(inquiry, passage) : claimInText(inquiry, passage)));
  return found;
}

function* claimInTable(inquiry: Inquiry, passage: Passage): Generator<Extraction> {
  const { table } = passage;
  if (!table) return;
  const question = allStems(inquiry.text);
  const wanted = contentStems(inquiry.text);
  if (wanted.length === 0) return;
  const about = new Set(
    allStems([table.title, table.section, table.caption, ...table.header].filter(Boolean).join(' ')),
  );
  const names = inquiry.names.map(allStems).filter((name) => name.length > 0);
  let best: { row: readonly string[]; covered: number; cells: number } | undefined;
  for (const row of table.rows.slice(0, 400)) {
    const covered = new Set<string>();
    let cells = 0;
    for (const cell of row) {
      // A cell, or one item of a list: `Bolivia; Brazil`.
      for (const part of cell.split(/[;,]/)) {
        const stems = allStems(part);
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
    if (cells > 0 && names.some((name) => row.slice(0, 2).some((cell) => allStems(cell).join(' ') === name.join(' '))))
      cells += 0.5;
    if (!best || cells > best.cells || (cells === best.cells && covered.size > best.covered))
      best = { row, covered: covered.size, cells };
  }
  if (!best || best.cells === 0) return;
  const inRow = new Set(best.row.flatMap(allStems));
  // A column of yes and no that the claim names: `Is X landlocked?`
  for (const [column, header] of table.header.entries()) {
    const cell = best.row[column]!.trim().toLowerCase();
    if ((cell === 'yes' || cell === 'no') && coverage(allStems(header), wanted) > 0.9) {
      yield { answer: cell, confidence: 0.8, passage, quote: `${header}: ${cell}` };
      return;
    }
  }
  // `Does X border Y?`: the row of X and a column that the verb names, with or without Y in it.
  const key = names.findIndex((name) =>
    best!.row.slice(0, 2).some((cell) => allStems(cell).join(' ') === name.join(' ')),
  );
  const relation = inquiry.subjectStems.filter((item) => !names.some((name) => name.includes(item)));
  const column = table.header.findIndex(
    (header, index) => index > 0 && coverage(relation, allStems(header)) >= 0.5 && /\p{L}/u.test(best!.row[index]!),
  );
  if (key >= 0 && column >= 0 && names.length === 2) {
    const listed = best.row[column]!.split(/[;,]/).some((part) =>
      sameAnswer(part, inquiry.names.filter((name) => allStems(name).length > 0)[1 - key]!),
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
  const values = missing.filter(
    (item) => /\d/.test(item) || inquiry.names.some((name) => allStems(name).includes(item)),
  );
  const share = 1 - missing.length / wanted.length;
  const compared = hasComparative(inquiry.text);
  if (compared || inquiry.superlative) {
    yield {
      answer: missing.length === 0 ? 'yes' : 'no',
      confidence: 0.46 * share,
      passage,
      quote: best.row.join(' | '),
    };
    return;
  }
  yield {
    answer: values.length === 0 && share > 0.75 ? 'yes' : 'no',
    confidence: 0.62 * share * Math.min(1, 0.6 + 0.2 * best.cells),
    passage,
    quote: best.row.join(' | '),
  };
}

function hasComparative(text: string): boolean {
  const words = text.toLowerCase().split(/\s+/);
  return words.some((word, index) => comparativeAt(word, words[index + 1]) !== undefined) ||
    parseNumber(text) === undefined
    ? words.includes('than')
    : false;
}

function* claimInText(inquiry: Inquiry, passage: Passage): Generator<Extraction> {
  if (passage.image) return;
  const question = allStems(inquiry.text);
  const title = allStems(plainTitle(passage.title ?? ''));
  if (title.length === 0 || indexOfRun(question, title) < 0) return;
  const wanted = contentStems(inquiry.text).filter((item) => !title.includes(item));
  if (wanted.length === 0) return;
  const body = allStems(passage.text);
  const share = coverage(wanted, body);
  // The value claimed (a name, a year) is not there while the rest is: the claim is false.
  const [first] = inquiry.names.map((name) => allStems(name));
  const subject = first === undefined || first.some((item) => title.includes(item));
  const values = subject ? inquiry.names.flatMap((name) => allStems(name)).filter((item) => !title.includes(item)) : [];
  const rest = wanted.filter((item) => !values.includes(item));
  if (
    values.length > 0 &&
    values.every((item) => !body.includes(item)) &&
    (rest.length === 0 || coverage(rest, body) >= 0.5)
  ) {
    yield { answer: 'no', confidence: 0.55, passage, quote: passage.text.slice(0, 200) };
    return;
  }
  if (share >= 0.85) yield { answer: 'yes', confidence: 0.7 * share, passage, quote: passage.text.slice(0, 200) };
  else if (share < 0.6)
    yield {
      answer: 'no',
      confidence: inquiry.names.length <= 1 ? 0.46 : 0.4,
      passage,
      quote: passage.text.slice(0, 200),
    };
}
