/** A table with the cells marked that carry the answer; a long one shows the rows around them first. */
import { useState } from 'preact/hooks';
import type { Table } from '../api/schemas.ts';
import { markCells, rowsToShow } from './marks.ts';

interface TableViewProps {
  table: Table;
  rest: { quote?: string; answer?: string | null };
  name: string;
}

export function TableView({ table, rest, name }: TableViewProps) {
  const [whole, setWhole] = useState(false);
  const { header, rows, caption } = table;
  const marked = markCells(table, rest);
  const numbers = header.map((_title, column) => isNumeric(rows.map((row) => row[column] ?? '')));
  const shown = whole ? rows.map((_row, index) => index) : rowsToShow(rows.length, marked);
  return (
    <>
      {caption && <p class="faint small">{caption}</p>}
      {/* Wide tables are scrolled sideways, by keys too. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a group that scrolls must take the focus */}
      <fieldset class="table-scroll" tabIndex={0} aria-label={`Table: ${name}`}>
        <table class="cells">
          <thead>
            <tr>
              {header.map((title, column) => (
                // A table may have two columns of one name.
                <th key={column} scope="col" class={numbers[column] ? 'number' : undefined}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, index) => (
              <tr key={row} class={row > (shown[index - 1] ?? -1) + 1 && index > 0 ? 'gap' : undefined}>
                {rows[row]!.map((cell, column) => (
                  <td key={column} class={classOf({ number: numbers[column], marked: marked.has(`${row}:${column}`) })}>
                    {marked.has(`${row}:${column}`) ? <mark class="answering">{cell}</mark> : cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </fieldset>
      {rows.length > shown.length || whole ? (
        <button type="button" class="link" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? 'Show fewer rows' : `Show all ${rows.length} rows`}
        </button>
      ) : null}
    </>
  );
}

/** Whether a column holds figures alone, apart from cells without any. */
function isNumeric(cells: readonly string[]): boolean {
  const written = cells.map((cell) => cell.trim()).filter((cell) => cell !== '' && !/^[-–—?]$/.test(cell));
  return written.length > 0 && written.every((cell) => /^[-+−]?\d[\d.,\s]*%?$/.test(cell));
}

function classOf(parts: Record<string, boolean | undefined>): string | undefined {
  const names = Object.keys(parts).filter((name) => parts[name]);
  return names.length > 0 ? names.join(' ') : undefined;
}
