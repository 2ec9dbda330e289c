/** What `ingest` says at the end: what is stored, and by name and number what is not. */
import { extname } from 'node:path';
import type { JobReport } from '../tools/ingest/job.ts';
import type { Note, NoteKind } from '../tools/ingest/source.ts';
import { DEFAULT_STORE } from './default-store.ts';
import { plainLine } from './terminal/plain-text.ts';
import { duration } from './terminal/run-view.ts';

const SHOWN = 5;
const number = (value: number): string => value.toLocaleString('en');
const several = (value: number, one: string): string => `${number(value)} ${one}${value === 1 ? '' : 's'}`;

/** In the order they are told, each with the words for one and for several. */
const KINDS: [NoteKind, one: string, many: string][] = [
  ['not-read', 'thing was not read', 'things were not read'],
  ['no-text', 'file or page gave nothing to store', 'files or pages gave nothing to store'],
  ['encoding', 'file is not in UTF-8', 'files are not in UTF-8'],
  ['mended', 'place was read in another way than it asks for', 'places were read in another way than they ask for'],
  ['renamed', 'document is stored under another id', 'documents are stored under other ids'],
  ['replaced', 'document was written over', 'documents were written over'],
  ['removed', 'document was taken out', 'documents were taken out'],
  ['copy', 'document is a copy of another, and was left out', 'documents are copies of others, and were left out'],
];

/** `3 .heic, 1 .mov` for what no format takes. */
function byEnding(notes: readonly Note[]): string {
  const counts = new Map<string, number>();
  for (const { where } of notes) {
    const ending = extname(where).toLowerCase() || 'without an ending';
    counts.set(ending, (counts.get(ending) ?? 0) + 1);
  }
  const sorted = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, SHOWN);
  return sorted.map(([ending, count]) => `${number(count)} ${ending}`).join(', ');
}

function examples(found: readonly { where: string; message: string }[], count: number): string[] {
  const lines = found.slice(0, SHOWN).map(({ where, message }) => `  ${plainLine(`${where}: ${message}`)}`);
  if (count > SHOWN) lines.push('  ... all of them with --report FILE');
  return lines;
}

export function ingestSummary({ kb, store }: { kb: string; store: string }, report: JobReport): string {
  const { documents, passages, duplicates, imagesMissing, errorCount, errors, seconds, resumed } = report;
  const time = duration(seconds * 1000);
  const lines = [
    `${kb} in ${store}: ${several(documents, 'document')} as ${several(passages, 'passage')} in ${time}${resumed ? ' (continued)' : ''}`,
  ];
  if (documents + duplicates === 0 && !resumed) lines.push('Nothing was stored.');
  if (duplicates > 0)
    lines.push(`${number(duplicates)} ${duplicates === 1 ? 'was' : 'were'} stored already or twice, and left out`);
  if (imagesMissing > 0)
    lines.push(
      `${number(imagesMissing)} ${imagesMissing === 1 ? 'has no pixels at hand and is found by its caption' : 'have no pixels at hand and are found by their captions'}`,
    );
  if (errorCount > 0) {
    const rest = documents + duplicates === 0 ? '' : ', the rest is stored';
    lines.push(`${several(errorCount, 'error')}${rest}:`, ...examples(errors, errorCount));
  }
  for (const [kind, one, many] of KINDS) {
    const count = report.noteCounts[kind] ?? 0;
    if (count === 0) continue;
    const found = report.notes.filter((note) => note.kind === kind);
    const endings = kind === 'not-read' && count > 1 ? ` (${byEnding(found)})` : '';
    lines.push(`${number(count)} ${count === 1 ? one : many}${endings}:`, ...examples(found, count));
  }
  if (documents + duplicates > 0 || resumed) {
    const place =
      store === DEFAULT_STORE ? '' : ` --store ${/^[\w./:-]+$/.test(store) ? store : JSON.stringify(store)}`;
    lines.push(`Ask it: r1-router ask "your question"${place}`);
  }
  return `${lines.join('\n')}\n`;
}
