/**
 * Step records on disk: append-only and content-addressed. A record is written once, under the hash of what happened; groups name
 * their records by these hashes. Two runs of the same seed write the same `records.jsonl`, ids and timings apart. A line torn by a
 * kill is dropped at the next opening.
 */
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { systemError } from '../../common/errors.ts';
import { type StepRecord, StepRecordSchema } from '../../graph/step-record.ts';
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

async function linesOf(file: string): Promise<unknown[]> {
  const values: unknown[] = [];
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    number++;
    if (line === '') continue;
    try {
      values.push(JSON.parse(line));
    } catch (error) {
      throw systemError(
        'records-corrupt',
        `${file}:${number}: not a record; restore the file or start a new folder`,
        error,
      );
    }
  }
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
  const groupHandle = await open(groupFile, 'a');
  const recordHandle = await open(recordFile, 'a');
  const groupLines = (await linesOf(groupFile)).map((line) => GroupLineSchema.parse(line));
  let records = (await linesOf(recordFile)).map((line) => (line as StepRecord).contentHash);
  let count = groupLines.length;
  if (groups !== undefined && groups < count) {
    const kept = groupLines.slice(0, groups);
    const named = new Set(kept.flatMap(({ members }) => members.flatMap((member) => member.records)));
    await cutBack(
      groupHandle,
      kept.map((line) => JSON.stringify(line)),
    );
    const lines = (await readFile(recordFile, 'utf8')).split('\n').filter((line) => line !== '');
    const keptLines = lines.filter((line) => named.has((JSON.parse(line) as StepRecord).contentHash));
    await cutBack(recordHandle, keptLines);
    records = keptLines.map((line) => (JSON.parse(line) as StepRecord).contentHash);
    count = groups;
  }
  const known = new Set(records);

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

async function cutBack(handle: FileHandle, lines: readonly string[]): Promise<void> {
  await handle.truncate(0);
  if (lines.length > 0) await handle.appendFile(`${lines.join('\n')}\n`);
  await handle.datasync();
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

/** Everything a store holds, for export and for offline work. Throws where a group names a record that is missing. */
export async function readRecordStore(
  folder: string,
): Promise<{ groups: GroupLine[]; records: Map<string, StepRecord> }> {
  const groups = (await linesOf(join(folder, 'groups.jsonl'))).map((line) => GroupLineSchema.parse(line));
  const records = new Map<string, StepRecord>();
  for (const line of await linesOf(join(folder, 'records.jsonl'))) {
    const record = StepRecordSchema.parse(line);
    records.set(record.contentHash, record);
  }
  const missing = groups
    .flatMap(({ members }) => members.flatMap((member) => member.records))
    .find((hash) => !records.has(hash));
  if (missing) throw systemError('records-corrupt', `${folder}: record ${missing} is named by a group and missing`);
  return { groups, records };
}
