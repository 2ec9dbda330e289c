/** What is read of many rows: the one with the extreme value of a column, and how many there are. */
import { coverage } from '../english/synonyms.ts';
import { parseDate, parseNumber } from '../english/values.ts';
import type { Extraction } from '../language.ts';
import type { WordedInquiry } from './extraction.ts';
import { headerScore, isSuperlative, nameCoverage, numericColumn, type View } from './table-view.ts';

/** `the largest city of France`: the row with the extreme value of a column, among the rows the question admits. */
export function* extreme(view: View, superlative: NonNullable<WordedInquiry['superlative']>): Generator<Extraction> {
  const { inquiry, headers, rows, table, passage } = view;
  const open =
    !superlative.noun && superlative.attributes.length === 0
      ? ['abundance', 'share', 'percentage', 'population', 'number']
      : [];
  const wordings =
    open.length > 0
      ? open.map((attribute) => [inquiry.words.stem(attribute)])
      : superlative.noun
        ? [
            inquiry.words.contentStems(superlative.noun),
            ...superlative.attributes.map((attribute) => [inquiry.words.stem(attribute)]),
          ]
        : superlative.attributes.map((attribute) => [inquiry.words.stem(attribute)]);
  let column = -1;
  let score = 0.3;
  wordings.forEach((wording, place) => {
    headers.forEach((header, index) => {
      const fit = headerScore(wording, header) - 0.02 * place;
      // The smallest neighbour is not who has the smallest number of neighbours.
      if (superlative.attributes.length > 0 && header.includes('number') && !wording.includes('number')) return;
      if (fit > score && numericColumn(rows, index)) {
        score = fit;
        column = index;
      }
    });
  });
  if (column < 0) return;
  const top = Math.max(0, ...rows.map(({ weight }) => weight));
  // In a table on the thing itself a row with its name in it is only one of its rows: Mexico City of the cities of Mexico.
  const names = inquiry.names.flatMap(inquiry.words.allStems);
  const own = names.length > 0 && names.every((item) => view.about.has(item));
  const admitted = own ? rows : rows.filter((row) => row.weight >= top - 1e-9);
  const dates = superlative.attributes[0] === 'date';
  const valued = admitted.flatMap((row) => {
    const value = (dates ? parseDate(row.cells[column]!) : undefined) ?? parseNumber(row.cells[column]!);
    return value === undefined ? [] : [{ row, value }];
  });
  if (valued.length < 2) return;
  valued.sort((a, b) => (superlative.direction === 1 ? b.value - a.value : a.value - b.value));
  const chosen = valued[superlative.rank - 1];
  if (!chosen) return;
  const target = answerColumn(view, column, superlative.noun);
  if (target === undefined) return;
  const confidence = nameCoverage(view, chosen.row) * (0.35 + 0.4 * score + 0.25 * target.score);
  const { header } = table;
  yield {
    answer: chosen.row.cells[target.column]!,
    confidence,
    passage,
    quote: `${header[target.column]}: ${chosen.row.cells[target.column]}, ${header[column]}: ${chosen.row.cells[column]}`,
  };
}

/** The column that names what a superlative or filter picked. */
function answerColumn(view: View, sorted: number, noun: string): { column: number; score: number } | undefined {
  const { headers, rows, inquiry } = view;
  const wanted =
    inquiry.attribute.length > 0 && inquiry.form !== 'count' ? inquiry.attribute : inquiry.words.contentStems(noun);
  const alternatives = [wanted, inquiry.words.contentStems(noun), inquiry.words.contentStems(inquiry.subject)];
  for (const stems of alternatives) {
    let column = -1;
    let score = 0.25;
    headers.forEach((header, index) => {
      if (index === sorted) return;
      const fit = Math.max(headerScore(stems, header), coverage(header, stems));
      if (fit > score) {
        score = fit;
        column = index;
      }
    });
    if (column >= 0) return { column, score };
  }
  // A table of cities ranks no countries and no neighbours.
  if (wanted.some((item) => !isSuperlative(item) && !view.about.has(item))) return undefined;
  const names = headers.findIndex((_, index) => index !== sorted && !numericColumn(rows, index));
  return names >= 0 ? { column: names, score: 0.2 } : undefined;
}

/** `How many cities of France have more than a million people?` */
export function* countRows(view: View): Generator<Extraction> {
  const { inquiry, rows, headers, passage, table } = view;
  const bound = boundOf(inquiry.text);
  const nouns = inquiry.attribute;
  const fits = headers.some((header) => coverage(nouns, header) > 0.5) || nouns.some((noun) => view.about.has(noun));
  if (!fits) return;
  let counted = rows;
  let confidence = nameCoverage(view, undefined) * 0.55;
  if (bound) {
    let column = -1;
    let score = 0.2;
    const wanted = inquiry.words.contentStems(inquiry.text);
    headers.forEach((header, index) => {
      const fit = coverage(header, wanted);
      if (fit > score && numericColumn(rows, index)) {
        score = fit;
        column = index;
      }
    });
    if (column < 0) return;
    counted = rows.filter(({ cells }) => {
      const value = parseNumber(cells[column]!);
      return value !== undefined && (bound.direction === 1 ? value > bound.value : value < bound.value);
    });
    confidence = nameCoverage(view, undefined) * (0.4 + 0.3 * score);
  } else {
    const top = Math.max(0, ...rows.map(({ weight }) => weight));
    if (top > 0) counted = rows.filter(({ weight }) => weight >= top - 1e-9);
    confidence *= 0.8;
    // `How many of them are landlocked?`: a column of yes and no.
    const said = inquiry.words.contentStems(inquiry.text);
    const column = headers.findIndex(
      (header, index) =>
        coverage(header, said) > 0.9 && rows.every(({ cells }) => ['yes', 'no'].includes(cells[index]!.toLowerCase())),
    );
    if (column >= 0) {
      counted = counted.filter(({ cells }) => cells[column]!.toLowerCase() === 'yes');
      confidence = nameCoverage(view, undefined) * 0.75;
    }
  }
  yield {
    answer: String(counted.length),
    confidence,
    passage,
    quote: table.title ?? table.caption ?? headers.join(', '),
  };
}

function boundOf(text: string): { value: number; direction: 1 | -1 } | undefined {
  const match =
    /\b(more than|over|above|at least|greater than|larger than|exceeding|less than|under|below|fewer than|at most|smaller than)\s+([^?]{1,40})/i.exec(
      text.slice(0, 2_000),
    );
  const value = match && parseNumber(match[2]!);
  if (!match || value === undefined || value === null) return undefined;
  return { value, direction: /less|under|below|fewer|most|smaller/i.test(match[1]!) ? -1 : 1 };
}
