import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { parquetWriteFile } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { gather } from './gather.ts';
import { emptyKnowledgeBase, scratch } from './scratch.ts';

const { folder, file } = await scratch();
const full = process.env.R1_ROUTER_FULL === '1';
const runs = { numRuns: full ? 2_000 : 60, seed: 7 };

/** Words as cells hold them, with the marks that every format uses for itself. */
const word = fc.string({
  unit: fc.constantFrom(...'abcXYZ0189äßé日本한Łع', ...'.,;|"\'<>&{}[]()*#:=-_~!/\\%$^+?@`'),
  minLength: 1,
  maxLength: 8,
});
const cell = fc.array(word, { maxLength: 3 }).map((words) => words.join(' '));
const filled = fc.array(word, { minLength: 1, maxLength: 2 }).map((words) => words.join(' '));

interface Cells {
  header: string[];
  rows: string[][];
}
const table: fc.Arbitrary<Cells> = fc.integer({ min: 2, max: 5 }).chain((width) =>
  fc.record({
    header: fc.array(filled, { minLength: width, maxLength: width }),
    rows: fc.array(
      // The first cell is filled, so that no row is empty.
      fc
        .tuple(filled, fc.array(cell, { minLength: width - 1, maxLength: width - 1 }))
        .map(([first, rest]) => [first, ...rest]),
      { minLength: 1, maxLength: 6 },
    ),
  }),
);

const quoted = (text: string) => (/[",;|\t\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const markup = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const delimited =
  (delimiter: string) =>
  ({ header, rows }: Cells) =>
    [header, ...rows].map((row) => row.map(quoted).join(delimiter)).join('\n');

const html = ({ header, rows }: Cells) =>
  `<table><tr>${header.map((text) => `<th>${markup(text)}</th>`).join('')}</tr>${rows
    .map((row) => `<tr>${row.map((text) => `<td>${markup(text)}</td>`).join('')}</tr>`)
    .join('')}</table>`;

/** Literal, so that marks of wikitext are none. */
const literal = (text: string) => (text === '' ? '' : `<nowiki>${markup(text)}</nowiki>`);
const wiki = ({ header, rows }: Cells) => {
  const lines = [
    '{| class="wikitable"',
    ...header.map((text) => `! ${literal(text)}`),
    ...rows.flatMap((row) => ['|-', ...row.map((text) => `| ${literal(text)}`)]),
    '|}',
  ].join('\n');
  return `<mediawiki><page><title>T</title><ns>0</ns><id>1</id><revision><text>${markup(lines)}</text></revision></page></mediawiki>`;
};

async function readBack(path: string): Promise<Cells | undefined> {
  const { documents, errors } = await gather([path], 'table');
  expect(errors).toEqual([]);
  const [document] = documents;
  return document && 'rows' in document ? { header: document.header, rows: document.rows } : undefined;
}

describe('any table comes back with the same cells', () => {
  it.each([
    ['CSV', 'table.csv', delimited(',')],
    ['CSV with semicolons', 'semicolons.csv', delimited(';')],
    ['TSV', 'table.tsv', delimited('\t')],
    ['HTML', 'table.html', html],
    ['XHTML', 'table.xhtml', (cells: Cells) => `<html>${html(cells)}</html>`],
    ['JSON', 'table.json', (cells: Cells) => JSON.stringify(cells)],
  ])('from %s', async (_name, name, write) => {
    await fc.assert(
      fc.asyncProperty(table, async (cells) => {
        expect(await readBack(await file(name, write(cells)))).toEqual(cells);
      }),
      runs,
    );
  });

  it('from Parquet', async () => {
    const unique = table.filter(({ header }) => new Set(header).size === header.length);
    await fc.assert(
      fc.asyncProperty(unique, async (cells) => {
        const filename = join(folder, 'table.parquet');
        const columnData = cells.header.map((name, column) => ({
          name,
          data: cells.rows.map((row) => row[column]!),
          type: 'STRING' as const,
        }));
        await parquetWriteFile({ filename, columnData });
        expect(await readBack(filename)).toEqual(cells);
      }),
      // A thread each.
      { ...runs, numRuns: full ? 300 : 8 },
    );
  }, 60_000);

  it('from wikitext', async () => {
    const { wikitextToTables } = await import('../../../src/tools/ingest/mediawiki/page-tables.ts');
    const { readPages } = await import('../../../src/tools/ingest/mediawiki/pages.ts');
    fc.assert(
      fc.property(table, (cells) => {
        const [item] = readPages(wiki(cells), { name: 'dump', line: 1 });
        const [document] = wikitextToTables(item!.page!);
        expect(document).toMatchObject(cells);
      }),
      runs,
    );
  });
});

describe('any tree of files', () => {
  const name = fc.constantFrom('readme', 'index', 'data', 'a.b', 'ä', 'a b');
  const ending = fc.constantFrom('txt', 'md', 'html', 'xhtml', 'jsonl', 'json', 'csv', 'tsv');
  const path = fc.record({ folders: fc.array(fc.constantFrom('a', 'b', 'a.txt'), { maxLength: 3 }), name, ending });
  const tree = fc.uniqueArray(path, {
    minLength: 1,
    maxLength: 12,
    selector: ({ folders, name, ending }) => [...folders, `${name}.${ending}`].join('/'),
  });

  const contentOf = (ending: string, text: string): string => {
    switch (ending) {
      case 'html':
      case 'xhtml':
        return `<p>${text}</p>`;
      case 'jsonl':
      case 'json':
        return JSON.stringify({ id: '1', text });
      case 'csv':
        return `id,text\n1,${text}\n`;
      case 'tsv':
        return `text\tnote\n${text}\tx\n`;
      default:
        return text;
    }
  };

  it(
    'gives as many documents as it has, in one command or in several',
    async () => {
      let trees = 0;
      await fc.assert(
        fc.asyncProperty(tree, async (files) => {
          const root = `tree${++trees}`;
          const written = await Promise.all(
            files.map(({ folders, name, ending }, place) =>
              file(
                [root, ...folders, `${name}.${ending}`].join('/'),
                contentOf(ending, `Words number ${place} of tree ${trees}`),
              ),
            ),
          );
          const whole = await emptyKnowledgeBase();
          expect(await whole.ingest([join(folder, root)])).toMatchObject({ documents: files.length, errorCount: 0 });
          expect(Object.keys(await whole.stored())).toHaveLength(files.length);
          expect(await whole.ingest([join(folder, root)])).toMatchObject({ documents: 0, duplicates: files.length });
          await whole.close();
          // Files whose ids are made from their paths, each by a command of its own.
          const own = written.filter((path) => /\.(?:txt|md|x?html|tsv)$/.test(path));
          const single = await emptyKnowledgeBase();
          for (const path of own) await single.ingest([path]);
          expect(Object.keys(await single.stored())).toHaveLength(own.length);
          await single.close();
          await rm(join(folder, root), { recursive: true });
        }),
        { ...runs, numRuns: full ? 300 : 12 },
      );
    },
    full ? 900_000 : 120_000,
  );
});
