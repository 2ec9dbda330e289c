import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Graph } from '../../../src/engine/graph.ts';
import { compile } from '../../../src/engine/program.ts';
import { sizeOf } from '../../../src/engine/shapes.ts';
import { loadScorer, saveScorer } from '../../../src/offline/policies/scorer/directory.ts';
import { logSoftmax, scorerForward } from '../../../src/offline/policies/scorer/network.ts';
import { routeQuestions } from '../../../src/offline/policies/scorer/route.ts';
import { DEFAULT_SCORER_SHAPE, scorerParameters } from '../../../src/offline/policies/scorer/shape.ts';
import { featureTokens, questionFeatures } from '../../../src/offline/policies/scorer/text-features.ts';
import { scorerActions, scorerFeeds } from '../../../src/train/models/scorer.ts';
import { CARDS, exampleInput, randomScorer, SMALL } from '../../offline/policies/scorer-fixtures.ts';

describe('text features', () => {
  it('do not see case or punctuation', () => {
    const plain = questionFeatures('who won the 2006 cfl draft');
    expect(questionFeatures('Who won the 1998 CFL Draft?')).toEqual(plain);
  });

  it('split Chinese into characters and keep other scripts whole', () => {
    expect(featureTokens('新竹 is in Taiwan, 第12')).toEqual(['新', '竹', 'is', 'in', 'taiwan', '第', '#']);
  });
});

describe('the scorer in plain TypeScript and as a graph', () => {
  it('agree on every action, for mixed and padded batches', async () => {
    const scorer = randomScorer();
    const inputs = [
      exampleInput('Who painted the ceiling?', { hasImage: true }),
      exampleInput('How many goals were scored?', {
        subQuestions: ['How many goals?', 'Which game?', 'When?'],
        probed: true,
        step: 2,
      }),
      exampleInput('Only two places', { cards: CARDS.slice(0, 2), step: 1 }),
    ];
    const graph = new Graph();
    const weights = new Map(scorerParameters(SMALL).map(({ name, shape }) => [name, graph.input(name, shape)]));
    const { bucket, feeds } = scorerFeeds(
      inputs.map((input) => ({ input, actionId: 0 })),
      5,
    );
    const { logProbabilities, entropy } = scorerActions({ graph, bucket, weight: (name) => weights.get(name)! }, SMALL);
    const program = await compile({ logProbabilities, entropy });
    await program.run({ ...scorer.weights, ...feeds });
    const { subQuestions: S, knowledgeBases: N } = bucket;
    inputs.forEach((input, b) => {
      const expected = logSoftmax(scorerForward(scorer, input));
      const row = program.outputs.logProbabilities!.subarray(b * (S * N + 1), (b + 1) * (S * N + 1));
      const count = input.descriptions.length;
      expected.forEach((value, action) => {
        const at = action === expected.length - 1 ? S * N : Math.floor(action / count) * N + (action % count);
        expect(row[at]!).toBeCloseTo(value, 4);
      });
      const nats = -expected.reduce((total, value) => total + Math.exp(value) * value, 0);
      expect(program.outputs.entropy![b]!).toBeCloseTo(nats, 4);
    });
    await program.release();
  });

  it('stays under a million parameters', () => {
    const count = scorerParameters(DEFAULT_SCORER_SHAPE).reduce((total, { shape }) => total + sizeOf(shape), 0);
    expect(count).toBeLessThan(1_000_000);
  });
});

describe('equivariance', () => {
  const questions = ['Who wrote it?', 'How many points had the winner?', 'What color is the roof?'].map(
    (question, id) => ({
      id,
      question,
      image: id === 2,
    }),
  );

  it('reordering and renaming knowledge bases changes no decision and no probability', () => {
    const scorer = randomScorer();
    const before = routeQuestions(questions, scorer);
    const changed = [CARDS[2]!, CARDS[0]!, CARDS[1]!].map((card) => ({ ...card, name: `${card.name} renamed` }));
    const after = routeQuestions(questions, scorer, { knowledgeBases: changed });
    after.forEach((row, index) => {
      const { decision, knowledgeBase } = before[index]!;
      expect(row.decision).toBe(decision);
      expect(row.knowledgeBase).toBe(knowledgeBase === null ? null : `${knowledgeBase} renamed`);
      for (const { name } of CARDS) expect(row.scores[`${name} renamed`]).toBeCloseTo(before[index]!.scores[name]!, 12);
    });
  });

  it('removing a knowledge base leaves the odds of the others as they were', () => {
    const scorer = randomScorer();
    const odds = (scores: Record<string, number>) => scores.text! / scores.table!;
    const all = routeQuestions(questions, scorer);
    const fewer = routeQuestions(questions, scorer, { knowledgeBases: CARDS.filter(({ name }) => name !== 'image') });
    fewer.forEach((row, index) => {
      expect(odds(row.scores)).toBeCloseTo(odds(all[index]!.scores), 6);
      expect(row.scores.image).toBeUndefined();
    });
  });

  it('scores sum to one', () => {
    for (const { scores } of routeQuestions(questions, randomScorer())) {
      expect(Object.values(scores).reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    }
  });
});

describe('a policy directory', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'r1-scorer-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('comes back as it went', async () => {
    const scorer = randomScorer();
    await saveScorer(directory, scorer);
    const loaded = await loadScorer(directory);
    expect(loaded.config).toEqual(scorer.config);
    const input = exampleInput('Who is it?', { step: 1 });
    expect(scorerForward(loaded, input)).toEqual(scorerForward(scorer, input));
  });

  it('is refused when a weight, the config or a file is not what it should be', async () => {
    await saveScorer(directory, randomScorer());
    const weights = path.join(directory, 'scorer.safetensors');
    const good = await readFile(weights);
    const bad = Buffer.from(good);
    bad[bad.length - 3]! ^= 1;
    await writeFile(weights, bad);
    await expect(loadScorer(directory)).rejects.toThrowError(/checksum/);
    await writeFile(weights, good);
    const config = path.join(directory, 'config.json');
    const text = await readFile(config, 'utf8');
    await writeFile(config, text.replace('"version":2', '"version":99'));
    await expect(loadScorer(directory)).rejects.toMatchObject({ code: 'policy-invalid' });
    await writeFile(config, '{');
    await expect(loadScorer(directory)).rejects.toThrowError(/not JSON/);
    await rm(config);
    await expect(loadScorer(directory)).rejects.toThrowError(/cannot be read/);
  });
});
