/** Files that are damaged: whatever the damage, reading goes on, ends in time and in bounded memory. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parquetWriteBuffer } from 'hyparquet-writer';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { scratch } from './scratch.ts';
import { docxOf, epubOf, HELVETICA, paragraph, pdfOf } from './well-formed.ts';

const full = process.env.R1_ROUTER_FULL === '1';
const COUNT = full ? 10_000 : 200;
const HANG = 5_000;
const MEGABYTES = 500;

const { file } = await scratch();
const CHILD = fileURLToPath(new URL('./mutated-files-child.ts', import.meta.url));

const rows = Array.from({ length: 12 }, (_, row) => [`town ${row}`, String(1000 * row), `a "quoted, text" of ${row}`]);
const delimited = (mark: string) =>
  [['name', 'people', 'said'], ...rows]
    .map((row) => row.map((cell) => (/[",;\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(mark))
    .join('\n');
const records = rows.map(([name, people, said], id) => ({ id, title: name, text: said, people: Number(people) }));
const HTML = `<!doctype html><html><head><title>Towns</title><style>b{}</style></head><body><h1>Towns</h1><p>Of <b>many</b> &amp; few.<ul><li>a<li>b</ul>
<table><caption>People</caption><thead><tr><th rowspan=2>Name<th colspan=2>Year<tr><th>1990<th>2000<tbody>${rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}`).join('')}`).join('')}</table>
<pre>as it\n stands</pre><script>let a = '<p>';</script></body></html>`;
const MARKDOWN = `---\ntitle: Towns\n---\n# Towns\n\nOf *many* and [few](https://e.org).\n\n- a\n  - b\n\n| name | people |\n|---|--:|\n${rows.map(([name, people]) => `| ${name} | ${people} |`).join('\n')}\n\n\`\`\`js\nlet a;\n\`\`\`\n\n<div>raw</div>\n`;

/** One sound file a format, and what it is read as. (Pages of dumps are damaged in mediawiki.test.ts.) */
const SOUND: [name: string, modalities: string, content: () => string | Uint8Array | Promise<Uint8Array>][] = [
  ['text.txt', 'text', () => 'A line.\n\nAnother, of “signs”: ąęß 東京.\n'.repeat(8)],
  ['page.html', 'text,table', () => HTML],
  [
    'page.xhtml',
    'text,table',
    () =>
      '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>T</title></head><body><p>One<br/>two</p><table><tr><td>a</td></tr></table></body></html>',
  ],
  ['notes.md', 'text,table', () => MARKDOWN],
  ['rows.csv', 'text,table', () => delimited(',')],
  ['rows.tsv', 'table', () => delimited('\t')],
  ['rows.jsonl', 'text', () => records.map((record) => JSON.stringify(record)).join('\n')],
  ['rows.json', 'text', () => JSON.stringify(records, undefined, 1)],
  [
    'rows.parquet',
    'text,table',
    () =>
      new Uint8Array(
        parquetWriteBuffer({
          columnData: [
            { name: 'title', data: rows.map(([name]) => name!), type: 'STRING' },
            { name: 'text', data: rows.map(([, , said]) => said!), type: 'STRING' },
            { name: 'people', data: rows.map(([, people]) => Number(people)), type: 'DOUBLE' },
          ],
        }),
      ),
  ],
  [
    'paper.pdf',
    'text',
    () => Buffer.from(pdfOf(['BT /F1 12 Tf 72 720 Td (Words of one) Tj ET', ''], HELVETICA), 'latin1'),
  ],
  ['report.docx', 'text,table', () => docxOf(paragraph('Harvest', 'H1') + paragraph('It was good.'))],
  ['book.epub', 'text,table', () => epubOf(['two', 'one'])],
  [
    'picture.png',
    'text-image',
    () =>
      sharp({ create: { width: 8, height: 8, channels: 3, background: '#963' } })
        .png()
        .toBuffer(),
  ],
];

interface End {
  /** The file that was being read when the process ended by itself or was stopped; undefined where all were read. */
  died?: { file: number; how: string };
  documents: number;
  errors: number;
  /** Files that threw as a whole. */
  refused: number;
  mistakes: string[];
  megabytes: number;
}

const UNREAD = { documents: 0, errors: 0, refused: 0, mistakes: [], megabytes: 0 };

/** What came of each of the sound files; where the process ended early, the one being read has `died`, and those behind it are missing. */
function readAll(sound: readonly { path: string; modalities: string }[]): Promise<End[]> {
  const given = sound.flatMap(({ path, modalities }) => [path, modalities]);
  const child = spawn(process.execPath, ['--max-old-space-size=256', CHILD, String(COUNT), ...given], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-2_000);
  });
  let at = -1;
  const ends: End[] = [];
  let hung = false;
  // The first file of a format waits for the sources to be loaded.
  let timer = setTimeout(stop, 60_000);
  function stop() {
    hung = true;
    child.kill('SIGKILL');
  }
  createInterface({ input: child.stdout }).on('line', (line) => {
    clearTimeout(timer);
    const ended = line.startsWith('done ');
    if (ended) ends.push(JSON.parse(line.slice(5)) as End);
    at = ended ? -1 : Number(line);
    timer = setTimeout(stop, at < 1 ? 60_000 : HANG);
  });
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const how = hung ? `no end within ${HANG} ms` : `${signal ?? code}: ${errors}`;
      resolve(ends.length === sound.length ? ends : [...ends, { ...UNREAD, died: { file: at, how } }]);
    });
  });
}

/** The sample is read by one process for all formats: starting it takes longer than reading the files of one. */
let sample: Promise<End[]> | undefined;
async function endOf(place: number): Promise<End> {
  const written = async ([name, modalities, content]: (typeof SOUND)[number]) => ({
    path: await file(name, await content()),
    modalities,
  });
  if (full) return (await readAll([await written(SOUND[place]!)]))[0]!;
  sample ??= Promise.all(SOUND.map(written)).then(readAll);
  const ends = await sample;
  return ends[place] ?? { ...UNREAD, died: { file: -1, how: `not read: ${ends.at(-1)!.died?.how}` } };
}

describe(`${COUNT} damaged files`, () => {
  it.each(SOUND.map(([name], place) => [name, place] as const))(
    'like %s are read without a crash, a hang or a flood of memory',
    async (name, place) => {
      const end = await endOf(place);
      const { died, documents, errors, refused, mistakes, megabytes } = end;
      if (full) console.log(name, JSON.stringify(end));
      expect(died).toBeUndefined();
      expect(mistakes).toEqual([]);
      expect(documents + errors + refused).toBeGreaterThan(0);
      expect(megabytes).toBeLessThan(MEGABYTES);
    },
    full ? 3_600_000 : 120_000,
  );
});
