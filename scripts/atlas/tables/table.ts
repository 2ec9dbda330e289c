/** What the makers of tables share: grouping, and a table of named columns with one subject a row. */
import type { TableDocument } from '../../../src/tools/document.ts';
import { byText } from '../facts.ts';

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string | undefined): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups].sort((a, b) => byText(a[0], b[0]));
}

/** A table of named columns, one subject a row. */
export function table<T>(options: {
  id: string;
  title: string;
  caption: string;
  section?: string;
  items: readonly T[];
  columns: Record<string, (item: T, index: number) => string>;
}): TableDocument {
  const { id, title, caption, section, items, columns } = options;
  const cells = Object.values(columns);
  return {
    id,
    title,
    ...(section === undefined ? {} : { section }),
    caption,
    header: Object.keys(columns),
    rows: items.map((item, index) => cells.map((cell) => cell(item, index))),
  };
}
