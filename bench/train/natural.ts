/**
 * Questions of the atlas as people type them: in clauses, in fragments, in chatty sentences that no template of the atlas has. Written one by
 * one from train and validation questions, without sight of the grammar. `dev` (382, data/wordings/natural.jsonl) was looked at while
 * candidates were made and helps to choose checkpoints; `blind` (201) was not and does not. Aggregates of any trained policy:
 *
 *     node bench/train/natural.ts [policy folder]...        default: models/scorer
 */
import { basename, join, resolve } from 'node:path';
import { loadDataset } from '../../src/eval/datasets/load.ts';
import { bootstrapMean, pairedTest } from '../../src/eval/statistics/index.ts';
import { openScorerPolicy } from '../../src/offline/policies/scorer.ts';
import { naturalQuestions } from '../../src/train/trainer/held-out.ts';
import { withImages } from '../../src/train/trainer/training-data.ts';
import { linesOf, measure } from './lines.ts';
import { benchWorld } from './world.ts';

const BLIND = join(import.meta.dirname, 'natural', 'blind.jsonl');
const folders = process.argv.length > 2 ? process.argv.slice(2) : [resolve(import.meta.dirname, '../../models/scorer')];
const world = await benchWorld();
const percent = (value: number): string => (100 * value).toFixed(1);
const sets = { dev: await naturalQuestions('atlas'), blind: (await loadDataset({ file: BLIND })).questions };
for (const [name, plain] of Object.entries(sets)) {
  const questions = await withImages(plain, world.images);
  console.log(`\n${name}, ${questions.length} questions\n`);
  console.log('| policy | answers, token F1 | searches | reads | against untrained | p |');
  console.log('| --- | --- | ---: | ---: | --- | --- |');
  const lines = linesOf(world);
  const untrained = await measure(lines.untrained!, questions, world);
  const show = (policy: string, found: typeof untrained) => {
    const { mean, low, high } = bootstrapMean(found.scores, { seed: 'natural' })!;
    const { difference, p } = pairedTest(found.scores, untrained.scores, { seed: 'natural' })!;
    const against = `${percent(difference.mean)} [${percent(difference.low)}, ${percent(difference.high)}] | ${p.toFixed(3)}`;
    console.log(
      `| ${policy} | ${percent(mean)} [${percent(low)}, ${percent(high)}] | ${found.searches.toFixed(2)} | ${found.reads.toFixed(1)} | ${found === untrained ? ' | ' : against} |`,
    );
  };
  for (const folder of folders) show(basename(folder), await measure(await openScorerPolicy(folder), questions, world));
  show('untrained', untrained);
  for (const name of ['probe', 'all']) show(name, await measure(lines[name]!, questions, world));
}
await world.close();
