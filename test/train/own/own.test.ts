import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keyedRandom } from '../../../src/common/random.ts';
import { QuestionSchema } from '../../../src/eval/datasets/question.ts';
import { driveRouter } from '../../../src/graph/driver.ts';
import { memoryImageStore } from '../../../src/graph/image-store.ts';
import { filesCandidates } from '../../../src/offline/files/candidates.ts';
import { filesLanguage } from '../../../src/offline/files/language.ts';
import { readSketch, Sketch, sketchOf } from '../../../src/offline/files/sketch.ts';
import { scorerInput } from '../../../src/offline/policies/scorer/input.ts';
import {
  closedActions,
  FILES_DENSE_FEATURES,
  FILES_SCORER_SHAPE,
  FILES_STOP_FEATURES,
} from '../../../src/offline/policies/scorer/shape.ts';
import { scorerPolicy } from '../../../src/offline/policies/scorer.ts';
import { allPassages } from '../../../src/tools/planner/all-passages.ts';
import { untrainedScorer } from '../../../src/train/models/untrained.ts';
import { goldByWords } from '../../../src/train/own/gold-by-words.ts';
import { inOtherWords } from '../../../src/train/own/other-words.ts';
import { ownTrainingData } from '../../../src/train/own/training-data.ts';
import { ownWorld } from '../../../src/train/own/world.ts';
import { REWARD_PRESETS } from '../../../src/train/rewards/index.ts';
import { counterfactualSamples } from '../../../src/train/trainer/counterfactual-samples.ts';
import { parseTrainConfig } from '../../../src/train/trainer/train-config.ts';
import { temporaryDirectory } from '../../cli/run-cli.ts';
import { openWorkshop } from './workshop.ts';

const question = (given: object) => QuestionSchema.parse({ id: 'q', answers: [], ...given });

describe('a sketch of knowledge bases', () => {
  it('knows without a search where the words of a question are', async () => {
    const { knowledgeBases, close } = await openWorkshop(temporaryDirectory());
    const sources = await Promise.all(
      knowledgeBases.map(async (one) => ({ name: one.name, passages: await allPassages(one) })),
    );
    await close();
    const sketch = sketchOf(sources);
    const best = (text: string) => [...sketch.knows(text)].sort((a, b) => b[1].words - a[1].words)[0]![0];
    expect(best('Where do the spare keys hang?')).toBe('notes');
    expect(best('How many gears has the Trail Max?')).toBe('bikes');
    expect(best('Which bike has a wooden box?')).toBe('pictures');
    expect(sketch.knows('Trail Max gears').get('bikes')!.pairs).toBeGreaterThan(0);
    const again = new Sketch(JSON.parse(JSON.stringify(sketch.data)));
    expect(again.knows('spare keys')).toEqual(sketch.knows('spare keys'));
    // Nobody reads a document off it.
    expect(JSON.stringify(sketch.data)).not.toMatch(/keys|spare|Marta/i);
    expect(() => readSketch('{}', 'sketch.json')).toThrow('train the policy again');
  });
});

describe('the untrained rule of own files', () => {
  it('asks where the words are known, and stops when a sentence says most of the question', async () => {
    const { knowledgeBases, close } = await openWorkshop(temporaryDirectory());
    const world = await ownWorld(knowledgeBases, memoryImageStore());
    const scorer = untrainedScorer({
      shape: FILES_SCORER_SHAPE,
      probes: false,
      knowledgeBases: [],
      language: world.language!,
    });
    const drive = driveRouter({ ...world, policy: scorerPolicy(scorer, { language: world.language! }) });
    const { steps } = await drive({ question: 'Where do spare keys hang?' }, { context: { seed: 1 } });
    await close();
    expect(
      steps.map(({ decision }) => (decision.type === 'search' ? decision.searches[0]!.knowledgeBase : 'stop')),
    ).toEqual(['notes', 'stop']);
  });

  it('asks before it stops, and nothing twice of the same knowledge base', async () => {
    const { knowledgeBases, close } = await openWorkshop(temporaryDirectory());
    const world = await ownWorld(knowledgeBases, memoryImageStore());
    const language = world.language!;
    const scorer = untrainedScorer({ shape: FILES_SCORER_SHAPE, probes: false, knowledgeBases: [], language });
    const asked = async (thoroughness: number) => {
      const drive = driveRouter({ ...world, policy: scorerPolicy(scorer, { language, thoroughness }), maxSteps: 5 });
      const { steps } = await drive(
        { question: 'Who looks after the line of the Trail Max?' },
        { context: { seed: 1 } },
      );
      return steps.flatMap(({ decision }) =>
        decision.type === 'search'
          ? decision.searches.map(({ knowledgeBase, subQuestion }) => `${knowledgeBase}: ${subQuestion}`)
          : [],
      );
    };
    expect(await asked(-100)).toHaveLength(1);
    const most = await asked(100);
    expect(most).toHaveLength(5);
    expect(new Set(most).size).toBe(5);
    await close();
  });

  it('sees as many features as it names, and nothing of names or order of the knowledge bases', async () => {
    const { knowledgeBases, close } = await openWorkshop(temporaryDirectory());
    const { language } = await ownWorld(knowledgeBases, memoryImageStore());
    await close();
    const state = { question: 'How many gears has the Trail Max?', steps: [], maxSteps: 5, hasImage: false };
    const candidates = filesCandidates(state);
    const see = (bases: typeof knowledgeBases) =>
      scorerInput({
        state,
        candidates,
        knowledgeBases: bases,
        shape: FILES_SCORER_SHAPE,
        looks: { language: language!, probe: () => undefined },
      });
    const one = see(knowledgeBases);
    expect(one.dense).toHaveLength(3 * FILES_DENSE_FEATURES.length);
    expect(one.stop).toHaveLength(FILES_STOP_FEATURES.length);
    const turned = see(knowledgeBases.toReversed());
    const width = FILES_DENSE_FEATURES.length;
    expect(turned.dense.subarray(2 * width)).toEqual(one.dense.subarray(0, width));
  });
});

it('teaches no action that is closed: to repeat, or to stop before anything was asked', async () => {
  const { knowledgeBases, close } = await openWorkshop(temporaryDirectory());
  const world = await ownWorld(knowledgeBases, memoryImageStore());
  const given = question({ question: 'what does the cargo bike cost', answers: ['2150'] });
  const gold = await goldByWords(given, { knowledgeBases });
  const whale = question({ id: 'w', question: 'where are the whales', answerable: false });
  const { samples } = await counterfactualSamples(
    [gold.found ? gold.question : given, whale].map((one) => ({ question: one, image: undefined })),
    {
      ...world,
      language: world.language!,
      reward: REWARD_PRESETS.own,
      maxSteps: 5,
      passageLimit: 10,
      image: async () => undefined,
      shape: FILES_SCORER_SHAPE,
      probes: false,
      seed: 1,
    },
  );
  await close();
  expect(samples.length).toBeGreaterThan(2);
  for (const { input, good } of samples) {
    const isClosed = closedActions(FILES_SCORER_SHAPE, input)!;
    expect(good.some((isGood, action) => isGood && !isClosed(action))).toBe(true);
    const repetitions = good.slice(0, -1).filter((isGood, action) => isGood && isClosed(action));
    expect(repetitions).toEqual([]);
  }
});

describe('questions of which only the answers are known', () => {
  it('find their evidence in every knowledge base', async () => {
    const { knowledgeBases, close } = await openWorkshop(temporaryDirectory());
    const gold = await goldByWords(question({ question: 'what does the cargo bike cost', answers: ['2150'] }), {
      knowledgeBases,
    });
    expect(gold).toMatchObject({
      found: true,
      question: { steps: [{ knowledgeBase: 'bikes', documents: ['bikes'] }], route: 'bikes' },
    });
    const yes = await goldByWords(question({ question: 'is it open', answers: ['yes'] }), { knowledgeBases });
    expect(yes).toEqual({ found: false, reason: 'unjudgeable' });
    const whale = await goldByWords(question({ question: 'where are the whales', answers: ['in the deep sea'] }), {
      knowledgeBases,
    });
    expect(whale).toEqual({ found: false, reason: 'missing' });
    await close();
  });

  it('are too few to train on, and the message counts them', async () => {
    const directory = temporaryDirectory();
    const { knowledgeBases, close } = await openWorkshop(directory);
    const file = join(directory, 'few.jsonl');
    const rows = [
      { question: 'what does the cargo bike cost', answers: ['2150'] },
      { question: 'is it open', answers: ['yes'] },
      { question: 'whales?', answers: ['in the sea'] },
    ];
    writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'));
    const config = parseTrainConfig({ data: { questions: file } });
    const data = ownTrainingData(config, { knowledgeBases, images: memoryImageStore() });
    await expect(data).rejects.toThrow(
      /of 3 read; at least 20 and 5 are needed \(of 1 no knowledge base gives a passage with the answer; 1 have answers like yes or no/,
    );
    writeFileSync(
      file,
      JSON.stringify({
        question: 'x?',
        answers: ['y'],
        steps: [{ subQuestion: 'x', knowledgeBase: 'moon', documents: ['m'], answer: 'y' }],
      }),
    );
    await expect(ownTrainingData(config, { knowledgeBases, images: memoryImageStore() })).rejects.toThrow(
      'name the knowledge base "moon"',
    );
    await close();
  });
});

it('puts a question in other words, names and numbers kept, and never leaves it empty', () => {
  for (let turn = 0; turn < 200; turn++) {
    const random = keyedRandom('other-words', turn);
    const other = inOtherWords('How much does the City Cargo of 2021 cost?', random);
    for (const kept of ['City', 'Cargo', '2021']) expect(other).toContain(kept);
    expect(inOtherWords('cheapest bike', random).trim()).not.toBe('');
  }
  const wordings = Array.from({ length: 20 }, (_, turn) =>
    inOtherWords('How often are tyres pumped up?', keyedRandom('a', turn)),
  );
  expect(new Set(wordings).size).toBeGreaterThan(3);
});

it('proposes the question first, and what was read once something was', () => {
  const state = { question: 'Who looks after the line of the Trail Max?', steps: [] };
  expect(filesCandidates(state).map(({ kind }) => kind)).toEqual(['whole']);
  const passage = {
    id: 'bikes',
    documentId: 'bikes',
    knowledgeBase: 'bikes',
    score: 1,
    rank: 0,
    text: 'Bike: Trail Max; Keeper: Henrik Voss',
    table: { header: ['Bike', 'Keeper'], rows: [['Trail Max', 'Henrik Voss']] },
  };
  const step = {
    subQuestion: state.question,
    knowledgeBases: ['bikes'],
    outcome: 'passages' as const,
    answer: null,
    passages: [passage],
  };
  const next = filesCandidates({ ...state, steps: [step] });
  expect(next.map(({ kind }) => kind)).toEqual(['whole', 'names', 'row', 'wider']);
  expect(next[1]!.subQuestion).toContain('Henrik Voss');
  expect(
    filesLanguage(new Sketch({ version: 1, knowledgeBases: [] })).understand({
      ...state,
      steps: [{ ...step, answer: 'Henrik Voss' }],
    }).standing,
  ).toEqual({
    text: 'Henrik Voss',
    steps: [0],
    by: 'question',
  });
});
