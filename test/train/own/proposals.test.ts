/** Proposals of a chat model: recorded once, reused by a training that goes on, kept with the policy, asked for where a question is new. */
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { QuestionSchema } from '../../../src/eval/datasets/question.ts';
import { driveRouter } from '../../../src/graph/driver.ts';
import { memoryImageStore } from '../../../src/graph/image-store.ts';
import { filesCandidates } from '../../../src/offline/files/candidates.ts';
import { isFilesLanguage } from '../../../src/offline/files/language.ts';
import { readProposals } from '../../../src/offline/files/proposals.ts';
import { saveScorer } from '../../../src/offline/policies/scorer/directory.ts';
import { FILES_SCORER_SHAPE } from '../../../src/offline/policies/scorer/shape.ts';
import { openScorerPolicy } from '../../../src/offline/policies/scorer.ts';
import { scriptedChatModel } from '../../../src/test/index.ts';
import { untrainedScorer } from '../../../src/train/models/untrained.ts';
import { recordProposals } from '../../../src/train/own/record-proposals.ts';
import { ownWorld } from '../../../src/train/own/world.ts';
import { temporaryDirectory } from '../../cli/run-cli.ts';
import { openWorkshop } from './workshop.ts';

const asked = (id: string, question: string) => ({
  question: QuestionSchema.parse({ id, question, answers: ['x'] }),
  image: undefined,
});
const KEYS = asked('1', 'Where do spare keys hang?');
const CARGO = asked('2', 'What does the cargo bike weigh?');
const OTHER = asked('2/other-1', 'cargo bike kilos');
const retry = { firstPauseMs: 1, attempts: 2 };

it('are asked for once a question, however often a training is begun', async () => {
  const file = join(temporaryDirectory(), 'proposals.jsonl');
  const model = scriptedChatModel([
    'FINAL: Where is the red door?',
    'Which bike is the cargo bike?\nFINAL: How heavy is it?',
  ]);
  const first = await recordProposals([KEYS, CARGO, OTHER], { model, file, concurrency: 1, retry });
  expect(first.failed).toBe(0);
  expect(model.calls).toHaveLength(2);
  expect(first.proposals.of(CARGO.question.question)).toEqual(['Which bike is the cargo bike?', 'How heavy is it?']);
  // In other words it is the same question.
  expect(first.proposals.of(OTHER.question.question)).toEqual(['Which bike is the cargo bike?', 'How heavy is it?']);
  // A kill in the middle of a line costs that line.
  const before = readFileSync(file, 'utf8');
  appendFileSync(file, '{"question": "torn');
  const more = scriptedChatModel(['DONE']);
  const again = await recordProposals([KEYS, CARGO, asked('3', 'Who founded the shop?')], { model: more, file, retry });
  expect(more.calls).toHaveLength(1);
  expect(again.proposals.of('Who founded the shop?')).toEqual([]);
  expect(readFileSync(file, 'utf8')).toBe(`${before}{"question":"Who founded the shop?","proposals":[]}\n`);
  appendFileSync(file, '{"question": 7}\n');
  await expect(readProposals(file)).rejects.toMatchObject({ code: 'proposals-damaged' });
});

it('fail as a count and no crash', async () => {
  const file = join(temporaryDirectory(), 'proposals.jsonl');
  const model = scriptedChatModel([]);
  const { proposals, failed } = await recordProposals([KEYS], { model, file, retry });
  expect(failed).toBe(1);
  expect(proposals.has(KEYS.question.question)).toBe(false);
});

it('stand behind what the question and the passages give', () => {
  const state = { question: 'Where do spare keys hang?', steps: [] };
  const kinds = filesCandidates(state, ['Where is the red door?', state.question]).map(({ kind, provider }) => [
    kind,
    provider,
  ]);
  expect(kinds).toEqual([
    ['whole', 'grammar'],
    ['proposed', 'chat-model'],
  ]);
});

it('go with the policy, and are asked for where it is asked something new', async () => {
  const directory = temporaryDirectory();
  const { knowledgeBases, close } = await openWorkshop(directory);
  const images = memoryImageStore();
  const file = join(directory, 'proposals.jsonl');
  const { proposals } = await recordProposals([KEYS], { model: scriptedChatModel(['Where is the red door?']), file });
  const world = await ownWorld(knowledgeBases, images, { proposals });
  if (!world.language || !isFilesLanguage(world.language)) throw new Error('no language of own files');
  const { language } = world;
  const scorer = untrainedScorer({ shape: FILES_SCORER_SHAPE, probes: false, knowledgeBases: [], language });
  const policy = join(directory, 'policy');
  await saveScorer(policy, { ...scorer, sketch: language.sketch, proposals });

  const model = scriptedChatModel(['FINAL: How heavy is the City Cargo?']);
  const opened = await openScorerPolicy(policy, { model: async () => model });
  const drive = driveRouter({ ...world, policy: opened });
  const candidatesOf = async (question: string) => {
    const { steps } = await drive({ question }, { context: { seed: 1, includeTrace: true } });
    const trace = steps[0]!.policy.trace as unknown as { candidates: { subQuestion: string }[] };
    return trace.candidates.map(({ subQuestion }) => subQuestion);
  };
  expect(await candidatesOf(KEYS.question.question)).toEqual([KEYS.question.question, 'Where is the red door?']);
  expect(model.calls).toHaveLength(0);
  for (let turn = 0; turn < 2; turn++) {
    expect(await candidatesOf(CARGO.question.question)).toEqual([
      CARGO.question.question,
      'How heavy is the City Cargo?',
    ]);
  }
  expect(model.calls).toHaveLength(1);
  // Without the model it serves all the same.
  const alone = driveRouter({ ...world, policy: await openScorerPolicy(policy) });
  const { steps } = await alone({ question: 'Who founded the shop?' }, { context: { seed: 1 } });
  await close();
  expect(steps.length).toBeGreaterThan(0);
});
