/**
 * Between the rule that a scorer begins at and the scorer that ships: weights mixed in shares (Wortsman et al., arXiv 2109.01903).
 * Is there a place that keeps what was learnt on the atlas and loses nothing on questions as people type them?
 *
 *     node bench/train/learning/between.ts [shares, 0,0.75,0.8,0.85,0.9,0.95,1]
 */
import { resolve } from 'node:path';
import { loadAtlas } from '../../../src/eval/datasets/atlas.ts';
import { loadDataset } from '../../../src/eval/datasets/load.ts';
import type { Question } from '../../../src/eval/datasets/question.ts';
import { assembleScorer, loadScorer } from '../../../src/offline/policies/scorer/directory.ts';
import { scorerPolicy } from '../../../src/offline/policies/scorer.ts';
import { holdOutTemplates, naturalQuestions } from '../../../src/train/trainer/held-out.ts';
import { untrainedIn } from '../lines.ts';
import { benchWorld } from '../world.ts';
import { measuredOnce } from './measured.ts';
import { SHIPPED } from './trainings.ts';

const shares = (process.argv[2] ?? '0,0.75,0.8,0.85,0.9,0.95,1').split(',').map(Number);
const world = await benchWorld();
const { questions: train } = await loadAtlas('train');
const { questions: validation } = await loadAtlas('validation');
const { questions: test } = await loadAtlas('test');
const sets: Record<string, readonly Question[]> = {
  'templates held out': holdOutTemplates({ train, validation }, 0.2).validation,
  'as people type it, seen': await naturalQuestions('atlas'),
  'templates never seen': test.filter(({ unseen }) => unseen?.template === true),
  blind: (await loadDataset({ file: resolve(import.meta.dirname, '../natural/blind.jsonl') })).questions,
};
const rule = untrainedIn(world);
const learnt = await loadScorer(SHIPPED);
console.log(`| share | ${Object.keys(sets).join(' | ')} |`);
for (const share of shares) {
  const weights = Object.fromEntries(
    Object.entries(rule.weights).map(([name, values]) => {
      const other = learnt.weights[name]!;
      return [name, values.map((value, place) => value + share * (other[place]! - value))];
    }),
  );
  const policy = scorerPolicy(assembleScorer(learnt.config, weights), { name: 'between' });
  const cells: string[] = [];
  for (const [set, questions] of Object.entries(sets)) {
    const { answers } = await measuredOnce({ set, name: `between-${share}`, policy, questions, world });
    cells.push((100 * (answers.reduce((sum, score) => sum + score, 0) / answers.length)).toFixed(1));
  }
  console.log(`| ${share} | ${cells.join(' | ')} |`);
}
await world.close();
