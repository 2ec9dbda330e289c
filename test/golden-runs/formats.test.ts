/** Files with step records as version 1 wrote them: what is on people's disks must stay readable. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  evaluationDoor,
  RouterEventSchema,
  RouterOutputSchema,
  StepRecordSchema,
  stepContentHash,
  trainingDoor,
} from './parts.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');

async function linesOf(...path: string[]): Promise<unknown[]> {
  const text = await readFile(join(FIXTURES, ...path), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

describe('files of version 1', () => {
  it('holds varied step records, whose hashes are right', async () => {
    const lines = await linesOf('step-records-v1.jsonl');
    expect(lines).toHaveLength(30);
    const records = lines.map((line) => StepRecordSchema.parse(line));
    for (const record of records) expect(record.contentHash).toBe(stepContentHash(record));
    const fields = new Set(records.flatMap((record) => Object.keys(record)));
    for (const field of ['candidates', 'invalid', 'fallback', 'repeatOf', 'rewards', 'error', 'groupId', 'thought']) {
      expect(fields).toContain(field);
    }
    expect(records.some(({ decision }) => decision.type === 'search' && decision.knowledgeBase === '*')).toBe(true);
    expect(records.some(({ policy }) => policy.tokenIds && policy.logProbabilities)).toBe(true);
    expect(records.some(({ outcome }) => outcome === 'timeout')).toBe(true);
  });

  it('holds the record store of a training', async () => {
    const { readRecordStore } = await trainingDoor();
    const { groups, records } = await readRecordStore(join(FIXTURES, 'v1', 'record-store'));
    expect(groups).toHaveLength(2);
    expect([...records.values()].every((record) => Object.keys(record.rewards ?? {}).length > 0)).toBe(true);
  });

  it('holds the log of an evaluation', async () => {
    const { RunLineSchema } = await evaluationDoor();
    const lines = (await linesOf('v1', 'evaluation', 'runs.jsonl')).map((line) => RunLineSchema.parse(line));
    expect(lines.map(({ method }) => method)).toEqual([
      ...['probe', 'probe', 'probe', 'all-once', 'all-once', 'all-once', 'broken', 'broken', 'broken'],
    ]);
    expect(lines.filter(({ error }) => error)).toHaveLength(3);
    expect(lines.filter(({ alternatives }) => alternatives?.length)).toHaveLength(6);
  });

  it('holds events, an output and the state of a thread', async () => {
    const events = (await linesOf('v1', 'events.jsonl')).map((line) => RouterEventSchema.parse(line));
    expect(events.at(0)?.type).toBe('run-start');
    expect(events.at(-1)?.type).toBe('answer-end');
    const output = RouterOutputSchema.parse((await linesOf('v1', 'output.json'))[0]);
    expect(output.steps.length).toBeGreaterThan(0);
    const state = (await linesOf('v1', 'thread-state.json'))[0];
    expect(state).toMatchObject({
      question: 'And of Chile?',
      conversation: [{ answer: 'Lima' }, { answer: 'Santiago' }],
    });
  });
});
