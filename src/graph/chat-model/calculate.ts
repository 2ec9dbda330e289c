/**
 * The calculator over the tables that a run has found. Chunks of one table are put together again; what is missing of it is said,
 * because a count over half the rows is no count.
 */

import { isR1RouterError } from '../../common/errors.ts';
import type { Passage } from '../../tools/passage.ts';
import { calculateTable } from '../../tools/table-calculator.ts';
import type { Calculation } from './grounding.ts';
import { oneLine } from './prompts/lines.ts';
import type { LabelledPassage } from './protocols/naming.ts';
import { CalculationSchema } from './protocols/tools.ts';
import type { WrittenCall } from './protocols/written-calls.ts';

/** Cells given back at most. */
const MOST_VALUES = 50;

/** What the model is told, and the result where there is one. */
export function calculate(
  call: WrittenCall,
  labelled: readonly LabelledPassage[],
): { content: string; calculation?: Calculation } {
  const parsed = CalculationSchema.safeParse(call.args);
  if (call.unreadable !== undefined || !parsed.success) {
    const issue = parsed.error?.issues[0];
    const where = issue ? `${issue.path.join('.') || 'arguments'}: ${issue.message}` : 'no JSON';
    return { content: `Not calculated: the arguments could not be read (${where}).` };
  }
  const { table: label, ...query } = parsed.data;
  const wanted = label.replace(/[[\]\s]/g, '');
  const found = labelled.find((one) => one.label === wanted)?.passage;
  const tables = labelled.filter(({ passage }) => passage.table).map((one) => one.label);
  if (!found?.table) {
    const known = tables.length > 0 ? `the tables found are ${tables.join(', ')}` : 'no table was found yet';
    return { content: `Not calculated: ${oneLine(label)} is no table; ${known}.` };
  }
  const table = wholeTable(found, labelled);
  try {
    const { values, rows } = calculateTable(table, query);
    const shown = values.slice(0, MOST_VALUES).map(oneLine);
    const more = values.length > shown.length ? ` and ${values.length - shown.length} more` : '';
    const result = shown.length === 0 ? 'no row' : `${shown.join('; ')}${more}`;
    const text = `Calculated over ${table.rows.length} rows${table.partial ? ', which are not all rows of the table' : ''}: ${result}`;
    const calculation = { text: result, passages: citedParts(table, rows, labelled) };
    return shown.length === 0 ? { content: text } : { content: text, calculation };
  } catch (error) {
    if (!isR1RouterError(error)) throw error;
    return { content: `Not calculated: ${oneLine(error.message)}` };
  }
}

export interface WholeTable {
  header: string[];
  rows: string[][];
  /** Which rows each passage gave. */
  parts: { passage: Passage; from: number; to: number }[];
  partial: boolean;
}

/** The passages with the rows that carried a result, of those that were shown. */
export function citedParts(
  { parts }: WholeTable,
  rows: readonly number[],
  labelled: readonly LabelledPassage[],
): Passage[] {
  const shown = parts.filter(({ passage }) => labelled.some((one) => one.passage === passage));
  const carrying = shown.filter(({ from, to }) => rows.some((row) => row >= from && row < to));
  return (carrying.length > 0 ? carrying : shown.slice(0, 1)).map(({ passage }) => passage);
}

export function wholeTable(found: Passage, labelled: readonly LabelledPassage[]): WholeTable {
  const header = found.table?.header ?? [];
  const chunks = labelled
    .map(({ passage }) => passage)
    .filter(({ documentId, knowledgeBase, table }) => {
      return (
        documentId === found.documentId &&
        knowledgeBase === found.knowledgeBase &&
        JSON.stringify(table?.header) === JSON.stringify(header)
      );
    });
  const parts: WholeTable['parts'] = [];
  const rows: string[][] = [];
  for (const passage of chunks) {
    const own = passage.table?.rows ?? [];
    parts.push({ passage, from: rows.length, to: rows.length + own.length });
    rows.push(...own);
  }
  return { header, rows, parts, partial: (found.parts ?? 1) > chunks.length };
}
