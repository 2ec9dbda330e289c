/**
 * Groups of many questions into one file, so many runs at once, in the order of the questions. Killed at any moment, the same command
 * goes on behind the last whole group, to the same rows. Groups that are done wait for the one before them, and no more than a few.
 */
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contentHash } from '../../../common/content-hash.ts';
import { userError } from '../../../common/errors.ts';
import { textLines } from '../../../common/text-lines.ts';
import { openRecordStore } from '../../rollouts/record-store.ts';
import type { TrainingQuestion } from '../../rollouts/roll-out.ts';
import { type SampledGroup, type SampledRow, type SampleOptions, sampleGroup } from './sampled-group.ts';

export interface WriteGroupsOptions extends Omit<SampleOptions, 'enter' | 'onServerFailure' | 'signal'> {
  folder: string;
  questions: readonly TrainingQuestion[];
  /** Runs under way at once. Default 32. */
  concurrency?: number;
  /** What the rows depend on: a folder is gone on with only for the same. */
  settings: Record<string, unknown>;
  signal?: AbortSignal;
  onGroup?: (done: number, group: SampledGroup | undefined) => void;
}

/** Groups that may be done and wait, beside those that have room to run. */
const WAITING = 4;

/** How many groups and rows the folder holds. Throws `rollouts-differ`, `model-unreachable`, and the signal's reason. */
export async function writeGroups(
  options: WriteGroupsOptions,
): Promise<{ groups: number; rows: number; resumed: number }> {
  const { folder, questions, concurrency = 32, groupSize, settings, onGroup = () => {} } = options;
  await mkdir(folder, { recursive: true });
  await checkSettings(join(folder, 'settings.json'), settings);
  const file = join(folder, 'rollouts.jsonl');
  const known = await wholeGroups(file);
  const records = await openRecordStore(join(folder, 'records'), {
    groups: Math.min(known.groups, await groupsIn(folder)),
  });
  const from = Math.min(known.groups, records.count);
  if (from < known.groups) await truncate(file, known.ends[from - 1] ?? 0);
  const handle = await open(file, 'a');
  const ending = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, ending.signal]) : ending.signal;
  const enter = limited(concurrency);
  const onServerFailure = (error: unknown) => {
    if ((error as { code?: string }).code === 'model-unreachable') ending.abort(error);
  };
  const started: Promise<SampledGroup>[] = [];
  const most = Math.ceil(concurrency / groupSize) + WAITING;
  let next = from;
  let rows = known.rowsUntil[from - 1] ?? 0;
  try {
    onGroup(from, undefined);
    for (let done = from; done < questions.length; done++) {
      while (started.length < most && next < questions.length) {
        const group = sampleGroup(questions[next++]!, { ...options, signal, enter, onServerFailure });
        group.catch(() => {}); // it is awaited in its turn
        started.push(group);
      }
      const group = await started.shift()!;
      // Records first: what names a group has its records.
      await records.append([group.scored]);
      const lines = group.rows.map((row) => `${JSON.stringify(row)}\n`);
      await handle.appendFile(lines.join(''));
      await handle.datasync();
      rows += group.rows.length;
      onGroup(done + 1, group);
    }
  } catch (error) {
    ending.abort(error);
    await Promise.allSettled(started);
    throw signal.aborted ? signal.reason : error;
  } finally {
    await handle.close();
    await records.close();
  }
  return { groups: questions.length, rows, resumed: from };
}

async function checkSettings(file: string, settings: Record<string, unknown>): Promise<void> {
  const now = { version: 1, hash: contentHash(settings), ...settings };
  const before = await readFile(file, 'utf8').catch(() => undefined);
  if (before === undefined) return writeFile(file, `${JSON.stringify(now, null, 2)}\n`);
  const { hash } = JSON.parse(before) as { hash?: string };
  if (hash === now.hash) return;
  throw userError(
    'rollouts-differ',
    `${file}: this folder holds rollouts of other settings or questions; give the same, or another --out`,
  );
}

/** Groups that the records know: written before the rows. */
async function groupsIn(folder: string): Promise<number> {
  const file = join(folder, 'records', 'groups.jsonl');
  if (!(await stat(file).catch(() => undefined))) return 0;
  const bytes = await readFile(file);
  return bytes.filter((byte) => byte === 0x0a).length;
}

interface Known {
  groups: number;
  /** Bytes and rows up to the end of each group. */
  ends: number[];
  rowsUntil: number[];
}

/** What stands whole in the file; what follows is cut off. */
async function wholeGroups(file: string): Promise<Known> {
  const known: Known = { groups: 0, ends: [], rowsUntil: [] };
  const found = await stat(file).catch(() => undefined);
  if (!found) return known;
  let bytes = 0;
  let rows = 0;
  let inGroup = 0;
  for await (const line of textLines(createReadStream(file))) {
    bytes += Buffer.byteLength(line) + 1;
    const row = rowIn(line);
    if (!row || bytes > found.size) break;
    rows++;
    inGroup++;
    if (inGroup < row.group_rows) continue;
    inGroup = 0;
    known.groups++;
    known.ends.push(bytes);
    known.rowsUntil.push(rows);
  }
  await truncate(file, known.ends.at(-1) ?? 0);
  return known;
}

function rowIn(line: string): SampledRow | undefined {
  try {
    return JSON.parse(line) as SampledRow;
  } catch {
    return undefined;
  }
}

/** So many at once, first come first served. */
function limited(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
