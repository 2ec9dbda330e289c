/**
 * Step records on disk: append-only and content-addressed. A record is written once, under the hash of what happened; groups name
 * their records by these hashes. Two runs of the same seed write the same `records.jsonl`, ids and timings apart. A line torn by a
 * kill is dropped at the next opening.
 */
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { systemError, userError } from '../../common/errors.ts';
import { textLines } from '../../common/text-lines.ts';
import type { StepRecord } from '../../graph/step-record.ts';
import { readStepRecord } from '../../graph/step-record-migration.ts';
import type { ScoredGroup } from './group.ts';

const GroupLineSchema = z.strictObject({
  version: z.literal(1),
  groupId: z.string(),
  questionId: z.string(),
  members: z.array(
    z.strictObject({
      runId: z.string(),
      answer: z.string().nullable(),
      failure: z.string().optional(),
      records: z.array(z.string()),
      /** The weighted reward of each step. */
      rewards: z.array(z.number()),
    }),
  ),
});
export type GroupLine = z.infer<typeof GroupLineSchema>;

export interface RecordStore {
  /** Groups written so far. */
  readonly count: number;
  /** Written and flushed to disk when it resolves. */
  append(groups: readonly ScoredGroup[]): Promise<void>;
  close(): Promise<void>;
}

/** The bytes up to and with the last line end; what follows was torn. */
async function wholeLines(file: string): Promise<void> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (bytes === undefined) return;
  const end = bytes.lastIndexOf(0x0a) + 1;
  if (end < bytes.length) await truncate(file, end);
}

async function* jsonLines(file: string): AsyncGenerator<unknown> {
  const found = await stat(file).catch(() => undefined);
  if (!found) return;
  let number = 0;
  for await (const line of textLines(createReadStream(file))) {
    number++;
    if (line === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      throw systemError(
        'records-corrupt',
        `${file}:${number}: not a record; restore the file or start a new folder`,
        error,
      );
    }
    yield value;
  }
}

async function linesOf(file: string, most = Number.POSITIVE_INFINITY): Promise<unknown[]> {
  const values: unknown[] = [];
  if (most === 0) return values;
  for await (const value of jsonLines(file)) if (values.push(value) >= most) break;
  return values;
}

/**
 * Opens or makes the store in `folder`. `groups` cuts it back to so many groups: what a resumed training takes from its checkpoint,
 * so that groups rolled out after it are written again and not twice.
 */
export async function openRecordStore(folder: string, { groups }: { groups?: number } = {}): Promise<RecordStore> {
  await mkdir(folder, { recursive: true });
  const groupFile = join(folder, 'groups.jsonl');
  const recordFile = join(folder, 'records.jsonl');
  await wholeLines(groupFile);
  await wholeLines(recordFile);
  let groupLines = (await linesOf(groupFile, groups)).map((line) => GroupLineSchema.parse(line));
  if (groups !== undefined) {
    if (groupLines.length < groups) {
      throw systemError(
        'records-corrupt',
        `${groupFile}: holds ${groupLines.length} groups, its checkpoint knows ${groups}; restore the file or start a new folder`,
      );
    }
    groupLines = groupLines.slice(0, groups);
    await keepFirst(groupFile, groups);
    await keepFirst(recordFile, await recordsOf(groupLines, recordFile));
  }
  const known = new Set((await linesOf(recordFile)).map((line) => (line as StepRecord).contentHash));
  const groupHandle = await open(groupFile, 'a');
  const recordHandle = await open(recordFile, 'a');
  let count = groupLines.length;

  return {
    get count() {
      return count;
    },
    async append(scored) {
      const newRecords: string[] = [];
      for (const { members } of scored) {
        for (const record of members.flatMap((member) => member.steps)) {
          if (known.has(record.contentHash)) continue;
          known.add(record.contentHash);
          newRecords.push(JSON.stringify(record));
        }
      }
      const newGroups = scored.map((group) => JSON.stringify(lineOf(group)));
      // Records first: a group never names a record that is not there.
      if (newRecords.length > 0) await recordHandle.appendFile(`${newRecords.join('\n')}\n`);
      await recordHandle.datasync();
      if (newGroups.length > 0) await groupHandle.appendFile(`${newGroups.join('\n')}\n`);
      await groupHandle.datasync();
      count += scored.length;
    },
    async close() {
      await groupHandle.close();
      await recordHandle.close();
    },
  };
}

/** How many lines the records of these groups are: they come first, since each is written with the first group that names it. */
async function recordsOf(groups: readonly GroupLine[], file: string): Promise<number> {
  const missing = new Set(groups.flatMap(({ members }) => members.flatMap((member) => member.records)));
  if (missing.size === 0) return 0;
  let number = 0;
  for await (const line of jsonLines(file)) {
    number++;
    missing.delete((line as StepRecord).contentHash);
    if (missing.size === 0) break;
  }
  return number;
}

/** Cuts a file after so many lines, in one step: a kill finds it whole or cut, never emptied. */
async function keepFirst(file: string, lines: number): Promise<void> {
  const bytes = await readFile(file).catch(() => Buffer.alloc(0));
  let end = 0;
  for (let line = 0; line < lines; line++) end = bytes.indexOf(0x0a, end) + 1;
  if (end < bytes.length) await truncate(file, end);
}

function lineOf({ groupId, question, members, rewards }: ScoredGroup): GroupLine {
  return {
    version: 1,
    groupId,
    questionId: question.id,
    members: members.map(({ runId, answer, failure, steps }, place) => ({
      runId,
      answer,
      ...(failure === undefined ? {} : { failure }),
      records: steps.map((step) => step.contentHash),
      rewards: rewards[place]!.total,
    })),
  };
}

/** Everything a store holds, for export and for offline work. Throws where there is none, or a group names a record that is missing. */
export async function readRecordStore(
  folder: string,
): Promise<{ groups: GroupLine[]; records: Map<string, StepRecord> }> {
  const file = join(folder, 'groups.jsonl');
  if (!(await stat(file).catch(() => undefined))) {
    throw userError('file-not-found', `${file}: no such file; name the folder of a training`);
  }
  const groups = (await linesOf(file)).map((line) => GroupLineSchema.parse(line));
  const records = new Map<string, StepRecord>();
  for (const line of await linesOf(join(folder, 'records.jsonl'))) {
    // Groups name a record by the hash that it was written with.
    records.set((line as StepRecord).contentHash, readStepRecord(line));
  }
  const missing = groups
    .flatMap(({ members }) => members.flatMap((member) => member.records))
    .find((hash) => !records.has(hash));
  if (missing) throw systemError('records-corrupt', `${folder}: record ${missing} is named by a group and missing`);
  return { groups, records };
}
