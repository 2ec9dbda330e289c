import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mapConcurrent } from '../../../src/common/map-concurrent.ts';
import { keyedRandom } from '../../../src/common/random.ts';
import { QuestionSchema } from '../../../src/eval/datasets/question.ts';
import { driveRouter } from '../../../src/graph/driver.ts';
import { stepContentHash } from '../../../src/graph/step-record.ts';
import {
  fakeAnswerer,
  fakeKnowledgeBase,
  fakeReader,
  passage,
  policyOf,
  routerOptions,
  search,
  stop,
} from '../../../src/test/fakes.ts';
import { REWARD_PRESETS } from '../../../src/train/rewards/index.ts';
import { type Group, scoreGroup } from '../../../src/train/rollouts/group.ts';
import { openRecordStore, readRecordStore } from '../../../src/train/rollouts/record-store.ts';
import { rollOut } from '../../../src/train/rollouts/roll-out.ts';

const questions = ['one', 'two', 'three'].map((id) => ({
  question: QuestionSchema.parse({
    id,
    question: `Where is ${id}?`,
    answers: ['here'],
    steps: [{ subQuestion: `Where is ${id}?`, knowledgeBase: 'text', documents: ['d'], answer: 'here' }],
  }),
}));

/** Draws its choices from the step's seed; on `fail` it breaks in its second step. */
const drawing = (fail = false) =>
  policyOf((state, context) => {
    const draw = keyedRandom(context.seed).next();
    if (fail && state.steps.length === 1) throw new Error('the model is gone');
    if (state.steps.length > 1 || (draw < 0.4 && !fail)) return { decision: stop };
    return { decision: search(`${state.question} ${draw}`, draw < 0.7 ? 'text' : 'table') };
  });

const driver = (fail = false) =>
  driveRouter(
    routerOptions({
      knowledgeBases: [
        fakeKnowledgeBase('text', async () => [passage('text', 'd', 'it is here')]),
        fakeKnowledgeBase('table', async () => [passage('table', 'e', 'it is there')]),
      ],
      policy: drawing(fail),
      reader: fakeReader(),
      answerer: fakeAnswerer(),
    }),
  );

const settings = { questions, groupSize: 4, seed: 7, iteration: 0 };
const hashes = (groups: Group[]) =>
  groups.map(({ members }) => members.map(({ steps }) => steps.map((step) => step.contentHash)));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'r1-rollouts-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('rolling out', () => {
  it('gives the same groups whatever runs side by side, and others for another seed, iteration or member', async () => {
    const alone = await rollOut({ ...settings, drive: driver(), concurrency: 1 });
    const together = await rollOut({ ...settings, drive: driver(), concurrency: 12 });
    expect(hashes(together)).toEqual(hashes(alone));
    expect(together.map((group) => group.groupId)).toEqual(alone.map((group) => group.groupId));
    expect(hashes(await rollOut({ ...settings, drive: driver(), seed: 8 }))).not.toEqual(hashes(alone));
    expect(hashes(await rollOut({ ...settings, drive: driver(), iteration: 1 }))).not.toEqual(hashes(alone));
    const [first] = hashes(alone);
    expect(new Set(first!.map((member) => member.join())).size).toBeGreaterThan(1);
    expect(alone[0]!.members[0]!.steps[0]!.groupId).toBe(alone[0]!.groupId);
  });

  it('keeps a failed run in its group, with its steps and the reason', async () => {
    const groups = await rollOut({ ...settings, drive: driver(true) });
    expect(groups.flatMap((group) => group.members)).toHaveLength(12);
    for (const member of groups.flatMap((group) => group.members)) {
      expect(member.failure).toBe('policy-failed');
      expect(member.steps).toHaveLength(1);
    }
    const scored = scoreGroup(groups[0]!, REWARD_PRESETS.evidence);
    expect(scored.rewards.map((reward) => reward.total)).toEqual(Array.from({ length: 4 }, () => [-1]));
  });

  it('stops at once when aborted, and for a mistake of the user', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(rollOut({ ...settings, drive: driver(), signal })).rejects.toThrow('enough');
    const unknown = [{ ...questions[0]!, image: 'a'.repeat(64) }];
    await expect(rollOut({ ...settings, questions: unknown, drive: driver() })).rejects.toMatchObject({ kind: 'user' });
  });

  it('writes the rewards by name into the records, whose hash covers them', async () => {
    const [group] = await rollOut({ ...settings, drive: driver() });
    const { members, rewards } = scoreGroup(group!, REWARD_PRESETS.evidence);
    const step = members.find((member) => member.steps.length > 1)!.steps[0]!;
    expect(step.rewards).toHaveProperty('evidence-gain');
    expect(step.contentHash).toBe(stepContentHash(step));
    expect(rewards[0]!.total).toHaveLength(members[0]!.steps.length);
  });
});

describe('the record store', () => {
  const scored = async (iteration = 0) =>
    (await rollOut({ ...settings, drive: driver(), iteration })).map((group) =>
      scoreGroup(group, REWARD_PRESETS.evidence),
    );

  it('writes each record once, and groups that name them', async () => {
    const groups = await scored();
    const store = await openRecordStore(folder);
    await store.append(groups);
    await store.append(groups);
    expect(store.count).toBe(6);
    await store.close();
    const read = await readRecordStore(folder);
    const all = groups.flatMap((group) =>
      group.members.flatMap((member) => member.steps.map((step) => step.contentHash)),
    );
    expect(new Set(read.records.keys())).toEqual(new Set(all));
    expect(read.groups[0]!.members[0]!.records).toEqual(groups[0]!.members[0]!.steps.map((step) => step.contentHash));
  });

  it('drops a torn line and goes on', async () => {
    const store = await openRecordStore(folder);
    await store.append(await scored());
    await store.close();
    const whole = await readFile(join(folder, 'groups.jsonl'), 'utf8');
    await appendFile(join(folder, 'groups.jsonl'), '{"version":1,"grou');
    await appendFile(join(folder, 'records.jsonl'), '{"schemaVer');
    const again = await openRecordStore(folder);
    expect(again.count).toBe(3);
    await again.close();
    expect(await readFile(join(folder, 'groups.jsonl'), 'utf8')).toBe(whole);
  });

  it('is cut back to what a checkpoint knows, so that a resumed run writes the same bytes', async () => {
    const first = await scored();
    const second = await scored(1);
    const store = await openRecordStore(folder);
    await store.append(first);
    const groupsThen = await readFile(join(folder, 'groups.jsonl'), 'utf8');
    await store.append(second);
    await store.close();
    const cut = await openRecordStore(folder, { groups: 3 });
    expect(cut.count).toBe(3);
    await cut.close();
    expect(await readFile(join(folder, 'groups.jsonl'), 'utf8')).toBe(groupsThen);
    expect((await readRecordStore(folder)).groups).toHaveLength(3);
  });

  it('does not look at what stands behind the groups a checkpoint knows, and misses those that are gone', async () => {
    const store = await openRecordStore(folder);
    await store.append(await scored());
    await store.close();
    const records = await readFile(join(folder, 'records.jsonl'), 'utf8');
    await appendFile(join(folder, 'groups.jsonl'), 'nonsense\n');
    await appendFile(join(folder, 'records.jsonl'), 'nonsense\n');
    await (await openRecordStore(folder, { groups: 3 })).close();
    expect((await readRecordStore(folder)).groups).toHaveLength(3);
    expect(await readFile(join(folder, 'records.jsonl'), 'utf8')).toBe(records);
    await expect(openRecordStore(folder, { groups: 4 })).rejects.toThrow(/holds 3 groups, its checkpoint knows 4/);
    await expect(readRecordStore(join(folder, 'elsewhere'))).rejects.toMatchObject({ code: 'file-not-found' });
  });

  it('names the line that is not a record', async () => {
    await appendFile(join(folder, 'groups.jsonl'), 'nonsense\n');
    await expect(openRecordStore(folder)).rejects.toMatchObject({ code: 'records-corrupt' });
  });
});

describe('mapConcurrent', () => {
  it('keeps the order, bounds what is under way, and ends with the first failure', async () => {
    let underWay = 0;
    let most = 0;
    const results = await mapConcurrent([5, 1, 3, 2], { concurrency: 2 }, async (wait) => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, wait));
      underWay--;
      return wait * 10;
    });
    expect(results).toEqual([50, 10, 30, 20]);
    expect(most).toBe(2);
    let started = 0;
    const failing = mapConcurrent([1, 2, 3, 4, 5, 6], { concurrency: 1 }, async (item) => {
      started++;
      if (item === 2) throw new Error('two');
    });
    await expect(failing).rejects.toThrow('two');
    expect(started).toBe(2);
  });
});
