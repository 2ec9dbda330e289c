/**
 * One policy on one set of questions, as every table of what learning brings has it: greedy, at most five steps, the built-in reader
 * and answerer. What was measured with the same code is kept below node_modules/.cache.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contentHash } from '../../../src/common/content-hash.ts';
import type { Question } from '../../../src/eval/datasets/question.ts';
import { exactMatch } from '../../../src/eval/metrics/index.ts';
import { driveRouter } from '../../../src/graph/driver.ts';
import type { Policy } from '../../../src/graph/policy.ts';
import { knowledgeBasesOf } from '../../../src/graph/step-record.ts';
import { rollOut } from '../../../src/train/rollouts/roll-out.ts';
import type { TrainingWorld } from '../../../src/train/trainer/train-scorer.ts';
import { withImages } from '../../../src/train/trainer/training-data.ts';
import { answerScore } from '../../../src/train/trainer/validate.ts';
import { sourceHash } from '../../eval/results/sections.ts';
import { CACHE } from '../world.ts';
import type { Measured } from './figures.ts';

const source = await sourceHash();

interface Measurement {
  /** Names of the set and of the policy. */
  set: string;
  name: string;
  policy: Policy;
  questions: readonly Question[];
  world: TrainingWorld;
}

/** As it was measured before where the code, the policy and the questions are the same. */
export async function measuredOnce({ set, name, policy, questions, world }: Measurement): Promise<Measured> {
  const folder = join(CACHE, 'learning-measured');
  await mkdir(folder, { recursive: true });
  const ids = questions.map(({ id }) => id);
  const key = contentHash({ name: set, policy: name, version: policy.version, source, ids });
  const file = join(folder, `${key.slice(0, 24)}.json`);
  const known = await readFile(file, 'utf8').catch(() => undefined);
  const found: Measured = known ? JSON.parse(known) : await measured(policy, questions, world);
  if (!known) await writeFile(file, JSON.stringify(found));
  const seconds = (process.cpuUsage().user / 1e6).toFixed(0);
  console.error(`${set}: ${name} ${known ? 'as before' : 'measured'}, ${seconds} CPU s so far`);
  return found;
}

async function measured(policy: Policy, questions: readonly Question[], world: TrainingWorld): Promise<Measured> {
  // However busy the machine: a search that is given up would be a wrong answer.
  const drive = driveRouter({ ...world, policy, maxSteps: 5, searchTimeoutMs: 3_600_000 });
  const asked = await withImages(questions, world.images);
  const groups = await rollOut({ drive, questions: asked, groupSize: 1, seed: 'validation', iteration: 0 });
  const usage = (count: 'searches' | 'reads') =>
    groups.map(({ members }) => members[0]!.steps.reduce((sum, step) => sum + step.usage[count], 0));
  return {
    right: groups.map(({ question, members }) => {
      const { answer, failure } = members[0]!;
      if (failure !== undefined) return 0;
      if (!question.answerable) return Number(answer === null);
      return answer === null ? 0 : exactMatch(answer, question.answers);
    }),
    answers: groups.map((group) => answerScore(group, group.members[0]!)),
    searches: usage('searches'),
    reads: usage('reads'),
    first: groups.map(({ question, members }) => {
      const gold = question.answerable ? question.steps?.[0] : undefined;
      const [first] = members[0]!.steps;
      // A gold step without words only says which documents are needed, not where to begin.
      if (!gold || gold.subQuestion === '') return null;
      return Number(first !== undefined && knowledgeBasesOf(first).join() === gold.knowledgeBase);
    }),
  };
}
