/**
 * Between the rule that a scorer begins at and the scorer that ships: weights mixed in shares (Wortsman et al., arXiv 2109.01903).
 * Is there a place that keeps what was learnt on the atlas and loses nothing on questions as people type them?
 *
 *     node bench/train/learning/between.ts [shares, 0,0.75,0.8,0.85,0.9,0.95,1]
 */
import { assembleScorer, loadScorer } from '../../../src/offline/policies/scorer/directory.ts';
import { scorerPolicy } from '../../../src/offline/policies/scorer.ts';
import { mean } from '../causal-lm/figures.ts';
import { untrainedIn } from '../lines.ts';
import { benchWorld } from '../world.ts';
import { measuredOnce } from './measured.ts';
import { placeSets } from './place-sets.ts';
import { SHIPPED } from './trainings.ts';

const shares = (process.argv[2] ?? '0,0.75,0.8,0.85,0.9,0.95,1').split(',').map(Number);
const world = await benchWorld();
const sets = await placeSets();
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
    cells.push((100 * mean(answers)).toFixed(1));
  }
  console.log(`| ${share} | ${cells.join(' | ')} |`);
}
await world.close();
