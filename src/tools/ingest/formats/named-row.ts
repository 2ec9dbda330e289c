/** A row of named columns (CSV, Parquet) as a document row: names lower-cased, known synonyms where the plain name is absent. */

const SYNONYMS: Record<string, string> = {
  caption: 'text',
  contents: 'text',
  content: 'text',
  body: 'text',
  image: 'file',
  filename: 'file',
  file_name: 'file',
  path: 'file',
  name: 'title',
};

/** The first of two columns of one name that says something. */
export function namedRow(columns: readonly string[], cells: readonly unknown[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [index, column] of columns.entries()) {
    const key = column.trim().toLowerCase();
    const value = cells[index];
    if (value !== undefined && value !== null && value !== '' && row[key] === undefined) row[key] = value;
  }
  for (const [from, to] of Object.entries(SYNONYMS))
    if (row[to] === undefined && row[from] !== undefined) row[to] = row[from];
  return row;
}

/** Names that stand over several columns. */
export function repeatedNames(columns: readonly string[]): string[] {
  const keys = columns.map((column) => column.trim().toLowerCase()).filter((key) => key !== '');
  return [...new Set(keys.filter((key, place) => keys.indexOf(key) !== place))];
}
