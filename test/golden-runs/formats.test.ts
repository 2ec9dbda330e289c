/**
 * Files with step records as version 1 wrote them: what is on people's disks stays readable. Records are brought up to date,
 * and what they become is fixed here by its hash: a change of it would be a change of everybody's old data.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/common/content-hash.ts';
import { knowledgeBasesOf, policyTraceHash } from '../../src/graph/step-record.ts';
import { StoredRouterOutputSchema } from '../../src/graph/step-record-migration.ts';
import {
  evaluationDoor,
  RouterEventSchema,
  readStepRecord,
  type StepRecord,
  StepRecordSchema,
  stepContentHash,
  trainingDoor,
} from './parts.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');

/** Of the content hashes of all records of a file, in order, after they were brought up to date. */
const MIGRATED = {
  'step-records-v1.jsonl': 'a23b8b130c5f5a950ed233d9566cf2d4da4e5b4fcf8001516f32ed21aab1f547',
  'v1/record-store': '11490f71048e87af859864125fa5004dfd8b1aa98a00d6720fa0143886b7e9a3',
  'v1/evaluation': 'c3e7dc9902378d588af58892a6a17c3713d8764cf4fbc7bbeaab5848ca96f72c',
  'v1/events.jsonl': '267720073cc6a87ff252ee6173a022138a69cbb800e967f75f36eaf4242118a8',
  'v1/output.json': 'f5fb81c028c45a499dcfdac8fb94145629bfc402555627d1096ddfbfaf790c75',
};

async function linesOf(...path: string[]): Promise<unknown[]> {
  const text = await readFile(join(FIXTURES, ...path), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

/** Checks what holds of every migrated record, and sums them up in one hash. */
function hashOf(records: readonly StepRecord[]): string {
  for (const record of records) {
    expect(StepRecordSchema.parse(record)).toEqual(record);
    expect(record.schemaVersion).toBe(2);
    expect(record.contentHash).toBe(stepContentHash(record));
    expect(record.originalContentHash).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(readStepRecord(JSON.parse(JSON.stringify(record))))).toBe(JSON.stringify(record));
    const { trace, traceHash } = record.policy;
    expect(traceHash).toBe(trace && policyTraceHash(trace));
  }
  return sha256(records.map(({ contentHash }) => contentHash).join('\n'));
}

describe('files of version 1', () => {
  it('holds varied step records, which become records of today', async () => {
    const old = await linesOf('step-records-v1.jsonl');
    expect(old).toHaveLength(30);
    const records = old.map((line) => readStepRecord(line));
    expect(hashOf(records)).toBe(MIGRATED['step-records-v1.jsonl']);
    for (const [place, record] of records.entries()) {
      const { contentHash, decision } = old[place] as { contentHash: string; decision: Record<string, string> };
      expect(record.originalContentHash).toBe(contentHash);
      if (decision.type !== 'search' || record.decision.type !== 'search') continue;
      const names = record.decision.searches.map(({ knowledgeBase }) => knowledgeBase);
      if (decision.knowledgeBase === '*') {
        const told = readStepRecord(old[place], { knowledgeBases: ['text', 'image', 'table'] });
        expect(knowledgeBasesOf(told)).toEqual(['text', 'image', 'table']);
        // Where nobody tells, those that the record names; the old word where it names none.
        const named = [...record.passages, ...record.probes].map(({ knowledgeBase }) => knowledgeBase);
        expect(names).toEqual(named.length > 0 ? [...new Set(named)] : ['*']);
      } else expect(names).toEqual([decision.knowledgeBase]);
      expect(new Set(record.decision.searches.map((search) => search.subQuestion))).toEqual(
        new Set([decision.subQuestion]),
      );
    }
    expect(records.some(({ searches }) => searches.length > 1)).toBe(true);
    expect(
      records.some(({ attempts }) => attempts.some(({ tokenIds, logProbabilities }) => tokenIds && logProbabilities)),
    ).toBe(true);
    expect(records.some(({ attempts }) => attempts.filter(({ invalid }) => invalid).length > 1)).toBe(true);
    expect(records.some(({ policy }) => policy.trace?.candidates && policy.trace.actionId !== undefined)).toBe(true);
    expect(records.some(({ searches }) => searches.some(({ outcome }) => outcome === 'timeout'))).toBe(true);
  });

  it('holds the record store of a training, whose groups still find their records', async () => {
    const { readRecordStore } = await trainingDoor();
    const { groups, records } = await readRecordStore(join(FIXTURES, 'v1', 'record-store'));
    expect(groups).toHaveLength(2);
    expect([...records.values()].every((record) => Object.keys(record.rewards ?? {}).length > 0)).toBe(true);
    expect(hashOf([...records.values()])).toBe(MIGRATED['v1/record-store']);
  });

  it('holds the log of an evaluation', async () => {
    const { RunLineSchema } = await evaluationDoor();
    const lines = (await linesOf('v1', 'evaluation', 'runs.jsonl')).map((line) => RunLineSchema.parse(line));
    expect(lines.map(({ method }) => method)).toEqual([
      ...['probe', 'probe', 'probe', 'all-once', 'all-once', 'all-once', 'broken', 'broken', 'broken'],
    ]);
    expect(lines.filter(({ error }) => error)).toHaveLength(3);
    expect(lines.filter(({ alternatives }) => alternatives?.length)).toHaveLength(6);
    expect(hashOf(lines.flatMap(({ output }) => output?.steps ?? []))).toBe(MIGRATED['v1/evaluation']);
  });

  it('holds events and an output', async () => {
    const events = (await linesOf('v1', 'events.jsonl')) as { type: string; record?: unknown }[];
    const records = events.flatMap(({ record }) => (record ? [readStepRecord(record)] : []));
    expect(hashOf(records)).toBe(MIGRATED['v1/events.jsonl']);
    expect(RouterEventSchema.parse(events.at(0)).type).toBe('run-start');
    const output = StoredRouterOutputSchema.parse((await linesOf('v1', 'output.json'))[0]);
    expect(output.steps.length).toBeGreaterThan(0);
    expect(hashOf(output.steps)).toBe(MIGRATED['v1/output.json']);
    expect(output.usage.tokens).toEqual({ input: 0, output: 0 });
  });

  it('says what is wrong with a record of no known version, or a broken one', async () => {
    const [old] = (await linesOf('step-records-v1.jsonl')) as [Record<string, unknown>];
    expect(() => readStepRecord({ ...old, schemaVersion: 3 })).toThrow(/schemaVersion 3 is not known; .* up to 2/);
    expect(() => readStepRecord('x')).toThrow(/schemaVersion missing/);
    expect(() => readStepRecord({ ...old, outcome: 'lost' })).toThrow(/step record: outcome: /);
  });
});
