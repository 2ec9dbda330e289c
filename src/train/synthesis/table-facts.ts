/** What a table says, cell by cell: which column names the rows, and for each row what the others say of it. */
import type { Passage } from '../../tools/passage.ts';
import { numberIn } from '../../tools/table-calculator.ts';

interface Column {
  /** The header without its unit, as it would be said: `price` of `Price (EUR)`. */
  property: string;
  header: string;
  /** A number in every cell that is not empty. */
  isNumeric: boolean;
}

export interface Fact {
  passage: Passage;
  /** What the row is about, and what such things are called. */
  subject: string;
  kind: string;
  property: string;
  value: string;
  column: number;
  row: readonly string[];
}

export interface SourceTable {
  title: string;
  /** Those of its passages that hold rows, in order. */
  passages: readonly Passage[];
  columns: readonly Column[];
  subjectColumn: number;
  rows: readonly { cells: readonly string[]; passage: Passage }[];
}

/** Tables whose rows have names, put together from their passages. */
export function sourceTables(passages: readonly Passage[]): SourceTable[] {
  const byDocument = Map.groupBy(
    passages.filter(({ table }) => table !== undefined),
    ({ knowledgeBase, documentId }) => `${knowledgeBase}\n${documentId}`,
  );
  return [...byDocument.values()].flatMap((parts) => {
    const { header, title = '' } = parts[0]!.table!;
    const rows = parts.flatMap((passage) => passage.table!.rows.map((cells) => ({ cells, passage })));
    const columns = header.map((name, column) => ({
      header: name,
      property: spoken(name),
      isNumeric: rows.every(({ cells }) => !cells[column]?.trim() || numberIn(cells[column]!) !== undefined),
    }));
    const subjectColumn = columns.findIndex(
      ({ isNumeric, property }, column) =>
        !isNumeric && property !== '' && namesRows(rows.map(({ cells }) => cells[column] ?? '')),
    );
    return subjectColumn < 0 ? [] : [{ title, passages: parts, columns, subjectColumn, rows }];
  });
}

/** Nine in ten of the names differ, and none is a sentence. */
function namesRows(values: readonly string[]): boolean {
  const distinct = new Set(values.map((value) => value.trim().toLowerCase()).filter(Boolean));
  return distinct.size >= Math.max(1, 0.9 * values.length) && values.every((value) => value.length <= 60);
}

/** `Price (EUR)` is said `price`; `ISO code` and `GDP` keep their capitals. */
function spoken(header: string): string {
  const plain = header
    .replace(/\s*[([].*?[)\]]\s*/g, ' ')
    .replaceAll('_', ' ')
    .trim();
  return plain
    .split(/\s+/)
    .map((word) => (/^\p{Lu}\p{Ll}+$/u.test(word) ? word.toLowerCase() : word))
    .join(' ');
}

/** Every cell beside the row's name that says something. */
export function factsOf({ columns, subjectColumn, rows }: SourceTable): Fact[] {
  return rows.flatMap(({ cells, passage }) => {
    const subject = cells[subjectColumn]?.trim() ?? '';
    if (subject === '') return [];
    return columns.flatMap(({ property }, column) => {
      const value = cells[column]?.trim() ?? '';
      if (column === subjectColumn || value === '' || property === '' || value.length > 60) return [];
      return [{ passage, subject, kind: columns[subjectColumn]!.property, property, value, column, row: cells }];
    });
  });
}

/** Whether no other row has this value in its column. */
export function isUnique({ rows }: SourceTable, { column, value }: Pick<Fact, 'column' | 'value'>): boolean {
  return rows.filter(({ cells }) => cells[column]?.trim().toLowerCase() === value.toLowerCase()).length === 1;
}
