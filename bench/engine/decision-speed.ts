/**
 * What a decision of the scorer costs on one core, hashed features included, without any search: the median and the 95th percentile of
 * decisions on the atlas' validation questions.
 *
 *   node bench/engine/decision-speed.ts [policy directory]
 */
import { join, resolve } from 'node:path';
import { loadAtlas } from '../../src/eval/datasets/atlas.ts';
import { loadScorer } from '../../src/graph/policies/scorer/directory.ts';
import { routeQuestions } from '../../src/graph/policies/scorer/route.ts';

const scorer = await loadScorer(process.argv[2] ?? join(resolve(import.meta.dirname, '../..'), 'models/scorer'));
const { questions } = await loadAtlas('validation');
const times: number[] = [];
for (let round = 0; round < 3; round++) {
  for (const { id, question, image } of questions) {
    const started = performance.now();
    routeQuestions([{ id, question, image: image !== undefined }], scorer);
    if (round > 0) times.push(performance.now() - started);
  }
}
times.sort((a, b) => a - b);
const at = (share: number): string => times[Math.floor(share * times.length)]!.toFixed(3);
console.log(`${times.length} decisions: median ${at(0.5)} ms, 95th percentile ${at(0.95)} ms`);
