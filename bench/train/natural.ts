/**
 * Questions of the atlas as people type them: in clauses, in fragments, in chatty sentences that no template of the atlas has. Written one by
 * one from train and validation questions, without sight of the grammar. `dev` (382) was looked at while candidates were
 * made; `blind` (201) was not.
 *
 *     node bench/train/natural.ts [policy folder]...        default: models/scorer
 */
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { loadAtlas } from '../../src/eval/datasets/atlas.ts';
import type { Question } from '../../src/eval/datasets/question.ts';
import { bootstrapMean, pairedTest } from '../../src/eval/statistics/index.ts';
import { openScorerPolicy } from '../../src/offline/policies/scorer.ts';
import { withImages } from '../../src/train/trainer/training-data.ts';
import { LINES, measure } from './lines.ts';
import { benchWorld } from './world.ts';

const RowSchema = z.strictObject({
  id: z.string(),
  kind: z.enum(['paraphrase', 'composed']),
  question: z.string(),
  answers: z.array(z.string()),
  /** The question of the atlas whose picture comes with it. */
  picture: z.string().optional(),
});

const known = new Map<string, Question>();
for (const split of ['train', 'validation'] as const)
  for (const question of (await loadAtlas(split)).questions) known.set(question.id, question);

async function load(name: string): Promise<Question[]> {
  const lines = (await readFile(join(import.meta.dirname, 'natural', `${name}.jsonl`), 'utf8')).trim().split('\n');
  return lines.map((line) => {
    const { id, question, answers, picture } = RowSchema.parse(JSON.parse(line));
    const image = picture === undefined ? undefined : known.get(picture)?.image;
    return { id, question, answers, answerable: answers.length > 0, ...(image !== undefined && { image }) };
  });
}

const folders = process.argv.length > 2 ? process.argv.slice(2) : [resolve(import.meta.dirname, '../../models/scorer')];
const world = await benchWorld();
const percent = (value: number): string => (100 * value).toFixed(1);
for (const name of ['dev', 'blind']) {
  const questions = await withImages(await load(name), world.images);
  console.log(`\n${name}, ${questions.length} questions\n`);
  console.log('| policy | answers, token F1 | searches | reads | against probe | p |');
  console.log('| --- | --- | ---: | ---: | --- | --- |');
  const probe = await measure(LINES.probe!(), questions, world);
  const show = (policy: string, found: typeof probe) => {
    const { mean, low, high } = bootstrapMean(found.scores, { seed: 'natural' })!;
    const { difference, p } = pairedTest(found.scores, probe.scores, { seed: 'natural' })!;
    const against = `${percent(difference.mean)} [${percent(difference.low)}, ${percent(difference.high)}] | ${p.toFixed(3)}`;
    console.log(
      `| ${policy} | ${percent(mean)} [${percent(low)}, ${percent(high)}] | ${found.searches.toFixed(2)} | ${found.reads.toFixed(1)} | ${found === probe ? ' | ' : against} |`,
    );
  };
  for (const folder of folders) show(basename(folder), await measure(await openScorerPolicy(folder), questions, world));
  show('probe', probe);
  show('all', await measure(LINES.all!(), questions, world));
}
await world.close();
