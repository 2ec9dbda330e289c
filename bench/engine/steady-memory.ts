/**
 * Memory over 10,000 training steps of the scorer: resident size after 1,000 steps and at the end.
 *
 *   node --expose-gc bench/engine/steady-memory.ts [--steps 10000]
 */
import { parseArgs } from 'node:util';
import { GradientEngine } from '../../src/engine/gradient-engine.ts';
import { mean, negate } from '../../src/engine/operators/index.ts';
import { adamW } from '../../src/engine/optimiser.ts';
import { wholeQuestion } from '../../src/offline/candidates/candidates.ts';
import { scorerInput } from '../../src/offline/policies/scorer/input.ts';
import { priorQuestions } from '../../src/train/models/prior-questions.ts';
import { initialScorer, type ScorerBucket, scorerActions, scorerFeeds } from '../../src/train/models/scorer.ts';
import { DEFAULT_LABEL_KNOWLEDGE_BASES } from '../../src/train/models/scorer-labels.ts';

const { values } = parseArgs({ options: { steps: { type: 'string', default: '10000' } } });
const steps = Number(values.steps);
const shape = { questionBuckets: 4096, descriptionBuckets: 256, width: 8, hidden: 16, stopHidden: 8 };
const parameters = initialScorer(shape, 1);
const engine = new GradientEngine<ScorerBucket>({
  parameters,
  build: (input) => ({ loss: negate(mean(scorerActions(input, shape).chosen)) }),
});
const optimiser = adamW(parameters, { rate: 1e-3, maxNorm: 1 });
const samples = priorQuestions('table', 64, 1).map((question, index) => ({
  input: scorerInput({
    state: { question, steps: [], maxSteps: 5, hasImage: false },
    candidates: [wholeQuestion(question)],
    knowledgeBases: DEFAULT_LABEL_KNOWLEDGE_BASES,
    shape,
  }),
  actionId: index % 4,
}));
const megabytes = (): number => {
  globalThis.gc?.();
  return process.memoryUsage.rss() / 2 ** 20;
};
let early = 0;
for (let step = 1; step <= steps; step++) {
  const size = 8 + (step % 3) * 8;
  const { bucket, feeds } = scorerFeeds(samples.slice(step % 32, (step % 32) + size), size);
  await engine.run(bucket, feeds);
  optimiser.update(engine.gradient);
  if (step === Math.floor(steps / 10)) early = megabytes();
  if (step % (steps / 10) === 0) console.log(`${step}: ${megabytes().toFixed(1)} MB`);
}
console.log(JSON.stringify({ steps, early, late: megabytes(), growth: megabytes() - early }));
