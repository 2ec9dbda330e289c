/** From what was served to what is learnt: kept by `ask`, judged by people, weighed against another policy, trained on. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memoryImageStore } from '../../../src/graph/image-store.ts';
import { appendFeedback, readKeptRuns } from '../../../src/graph/runs/kept-runs.ts';
import { isFilesLanguage } from '../../../src/offline/files/language.ts';
import { saveScorer } from '../../../src/offline/policies/scorer/directory.ts';
import { DEFAULT_SCORER_SHAPE, FILES_SCORER_SHAPE } from '../../../src/offline/policies/scorer/shape.ts';
import { openKnowledgeBases } from '../../../src/tools/open.ts';
import { untrainedScorer } from '../../../src/train/models/untrained.ts';
import { ownWorld } from '../../../src/train/own/world.ts';
import { questionsOfRuns } from '../../../src/train/runs/questions-of-runs.ts';
import { servedBatch, servedRuns } from '../../../src/train/runs/served-samples.ts';
import { runCli, runCliHere, temporaryDirectory } from '../../cli/run-cli.ts';
import { FULL_VOLUME } from '../../slow.ts';
import { workshopStore } from '../own/workshop.ts';

const QUESTIONS = [
  'How much does the City Cargo cost?',
  'Where do spare keys hang?',
  'Who founded the shop?',
  'What does the Road Arrow look like?',
];

/** A store, an untrained policy for it, and runs of it with feedback. */
async function servedWorkshop() {
  const directory = temporaryDirectory();
  const store = await workshopStore(directory);
  const { knowledgeBases, close } = await openKnowledgeBases({ store });
  const { language } = await ownWorld(knowledgeBases, memoryImageStore());
  await close();
  if (!language || !isFilesLanguage(language)) throw new Error('no language of own files');
  const scorer = untrainedScorer({ shape: FILES_SCORER_SHAPE, probes: false, knowledgeBases: [], language });
  const policy = join(directory, 'policy');
  await saveScorer(policy, { ...scorer, sketch: language.sketch });
  const kept = join(directory, 'kept');
  mkdirSync(kept);
  for (const [seed, question] of [...QUESTIONS, ...QUESTIONS].entries()) {
    const argv = [
      'ask',
      question,
      '--store',
      store,
      '--policy',
      policy,
      '--keep-runs',
      kept,
      '--explore',
      '1',
      '--seed',
      String(seed),
      '--json',
    ];
    const { exitCode, stdout, stderr } = await runCliHere(argv, { directory });
    expect(exitCode, stderr).toBe(0);
    expect(stdout).not.toContain('"features"');
  }
  for (const [place, { runId }] of (await readKeptRuns(kept)).entries())
    await appendFeedback(kept, runId, { key: 'helpful', score: place % 4 === 3 ? 0 : 1 });
  return { directory, store, policy, kept, scorer };
}

describe('runs that were served', () => {
  it(
    'become samples and questions, are weighed, and are trained on',
    async () => {
      const { directory, store, policy, kept, scorer } = await servedWorkshop();
      const runs = await readKeptRuns(kept);
      const { runs: served, left } = servedRuns(runs, { shape: FILES_SCORER_SHAPE, searchPrice: 0 });
      expect(left).toEqual({ unjudged: 0, untraced: 0, otherFeatures: 0 });
      expect(served).toHaveLength(8);
      expect(served.reduce((sum, { advantage }) => sum + advantage, 0)).toBeCloseTo(0, 9);
      expect(servedRuns(runs, { shape: DEFAULT_SCORER_SHAPE, searchPrice: 0 }).left.otherFeatures).toBe(8);
      const batch = servedBatch(served, { seed: 1, iteration: 0, size: 4, maxSteps: 5, reference: scorer });
      // The policy that learns is the one that served: what it would do again it did.
      for (const { oldLogProbability, referenceLogProbability } of batch)
        expect(referenceLogProbability).toBeCloseTo(oldLogProbability, 5);
      const questions = questionsOfRuns(runs);
      expect(questions.length).toBeGreaterThanOrEqual(3);
      expect(questions[0]!.steps![0]!.documents.length).toBeGreaterThan(0);

      const judged = await runCliHere(['eval', '--runs', kept, '--policy', policy, '--store', store, '--json'], {
        directory,
      });
      expect(judged.exitCode, judged.stderr).toBe(0);
      const { offPolicy, again } = JSON.parse(judged.stdout);
      expect(offPolicy.runs).toBe(8);
      expect(offPolicy.effectiveRuns).toBeCloseTo(8, 3);
      expect(offPolicy.weighted.reward.mean).toBeCloseTo(offPolicy.served.reward.mean, 4);
      expect(again.questions).toBe(questions.length);
      expect(again.found.mean).toBeGreaterThan(0.5);

      const made = await runCliHere(['synthesize', '--store', store, '--out', 'made.jsonl', '--limit', '60'], {
        directory,
      });
      expect(made.exitCode, made.stderr).toBe(0);
      writeFileSync(
        join(directory, 'quick.json'),
        JSON.stringify({
          warmStart: { epochs: 1, priorQuestions: 0, strangerQuestions: 0 },
          policy: { probes: false },
          grpo: { iterations: 2, questions: 4, groupSize: 2 },
          reward: 'own',
          data: { heldOut: 0 },
        }),
      );
      const trained = await runCliHere(
        [
          'train',
          '--store',
          store,
          '--questions',
          'made.jsonl',
          '--runs',
          kept,
          '--config',
          'quick.json',
          '--out',
          'ours',
        ],
        { directory },
      );
      expect(trained.exitCode, trained.stderr).toBe(0);
      expect(trained.stderr).toContain('8 kept runs: decisions of 8 are learnt from');
      const few = await runCli(['train', '--store', store, '--runs', kept, '--out', 'few'], { directory });
      expect(few.exitCode).toBe(2);
      expect(few.stderr).toContain('at least 20 and 5 are needed');
    },
    FULL_VOLUME,
  );
});
