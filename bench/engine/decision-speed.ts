/**
 * What a decision of the scorer costs on one core, without any search: the median and the 95th percentile over the atlas' validation
 * questions, for the first decision from the question alone (`route`), and for the first decision of a run: candidates taken apart by
 * the grammar, all features hashed, all actions scored. Every question is new to the process.
 *
 *   node bench/engine/decision-speed.ts [policy directory]
 */
import { join, resolve } from 'node:path';
import { loadAtlas } from '../../src/eval/datasets/atlas.ts';
import { english } from '../../src/offline/english/english.ts';
import { loadScorer } from '../../src/offline/policies/scorer/directory.ts';
import { routeQuestions } from '../../src/offline/policies/scorer/route.ts';
import { scorerPolicy } from '../../src/offline/policies/scorer.ts';

const scorer = await loadScorer(process.argv[2] ?? join(resolve(import.meta.dirname, '../..'), 'models/scorer'));
const { questions } = await loadAtlas('validation');
const half = Math.floor(questions.length / 2);
const context = {
  seed: 's',
  config: {},
  image: async () => undefined,
  search: async () => ({ outcome: 'empty' as const, passages: [] }),
};
const language = english();
const policy = scorerPolicy(scorer, { looks: 0, language });
const knowledgeBases = scorer.config.knowledgeBases;

async function measure(name: string, decide: (question: (typeof questions)[number]) => unknown): Promise<void> {
  const times: number[] = [];
  for (const [place, question] of questions.entries()) {
    const started = performance.now();
    await decide(question);
    // The first half warms up.
    if (place >= half) times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): string => times[Math.floor(share * times.length)]!.toFixed(3);
  console.log(`${name}: ${times.length} decisions, median ${at(0.5)} ms, 95th percentile ${at(0.95)} ms`);
}

await measure('route', ({ id, question, image }) =>
  routeQuestions([{ id, question, image: image !== undefined }], scorer, { language }),
);
await measure('first decision of a run', ({ question, image }) =>
  policy.decide({ question, image, steps: [], knowledgeBases, maxSteps: 5, conversation: [] }, context),
);
