/**
 * Does what a synthesis keeps teach as well as the gold steps? The supervised start of the scorer on atlas questions with their gold steps, and on those of
 * them that a synthesis with the gold-step teacher kept: the same seeds, the same validation questions, paired.
 *
 *     node bench/train/accepted-start.ts [--questions 1000] [--seeds 3] [--validation 200] [--from-rule]
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { runProgram } from '../../src/cli/program.ts';
import { writeFileAtomic } from '../../src/common/atomic-file.ts';
import { loadAtlas } from '../../src/eval/datasets/atlas.ts';
import { loadDataset } from '../../src/eval/datasets/load.ts';
import { bootstrapMean, pairedTest } from '../../src/eval/statistics/index.ts';
import { driveRouter } from '../../src/graph/driver.ts';
import { english } from '../../src/offline/english/english.ts';
import { assembleScorer, type NewScorerConfig } from '../../src/offline/policies/scorer/directory.ts';
import { DEFAULT_SCORER_SHAPE } from '../../src/offline/policies/scorer/shape.ts';
import { scorerPolicy } from '../../src/offline/policies/scorer.ts';
import { initialScorer, startFromRule } from '../../src/train/models/scorer.ts';
import { untrainedScorer } from '../../src/train/models/untrained.ts';
import { REWARD_PRESETS } from '../../src/train/rewards/index.ts';
import { JournalLineSchema } from '../../src/train/synthesis/journal.ts';
import { goldSamples } from '../../src/train/trainer/gold-samples.ts';
import { parseTrainConfig } from '../../src/train/trainer/train-config.ts';
import { loadTrainingData, withImages } from '../../src/train/trainer/training-data.ts';
import { type Validation, validate } from '../../src/train/trainer/validate.ts';
import { warmStart } from '../../src/train/trainer/warm-start.ts';
import { benchWorld, CACHE } from './world.ts';

const { values: options } = parseArgs({
  options: {
    questions: { type: 'string', default: '1000' },
    seeds: { type: 'string', default: '3' },
    validation: { type: 'string', default: '200' },
    'from-rule': { type: 'boolean', default: false },
  },
});
const count = Number(options.questions);
const fromRule = options['from-rule'];
const place = join(CACHE, `accepted-${count}`);
await mkdir(place, { recursive: true });

// The first questions of the train split, whatever they ask.
const asked = join(place, 'asked.jsonl');
const drawn = (await loadAtlas('train')).questions.slice(0, count);
await writeFileAtomic(asked, drawn.map((question) => `${JSON.stringify(question)}\n`).join(''));
const kept = join(place, 'kept.jsonl');
const began = performance.now();
const code = await runProgram(['synthesize', '--questions', asked, '--out', kept, '--limit', String(count)]);
if (code !== 0) throw new Error(`synthesize ended with ${code}`);
const seconds = ((performance.now() - began) / 1000).toFixed(0);
const lines = (await readFile(kept.replace('.jsonl', '.log.jsonl'), 'utf8'))
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => JournalLineSchema.parse(JSON.parse(line)));
const verdicts = Map.groupBy(
  lines.flatMap(({ trials }) => trials),
  ({ verdict }) => verdict,
);
console.log(
  `${count} questions in ${seconds} s: ${[...verdicts].map(([verdict, trials]) => `${verdict} ${trials.length}`).join(', ')}`,
);

const world = await benchWorld();
const language = world.language ?? english();
const knowledgeBases = world.knowledgeBases;
const description: NewScorerConfig = {
  shape: DEFAULT_SCORER_SHAPE,
  candidates: 'grammar',
  probes: true,
  knowledgeBases: [],
  language,
};

// What was kept has its gold steps as they were given: its states are some of those of all.
const given = new Map(drawn.map((question) => [question.id, question]));
const accepted = (await loadDataset({ file: kept })).questions;
for (const { id, steps } of accepted) {
  if (!isDeepStrictEqual(steps ?? [], given.get(id)?.steps ?? [])) throw new Error(`${id} was kept with other steps`);
}
const keptIds = new Set(accepted.map(({ id }) => id));
const blank = untrainedScorer(description);
const { samples } = await goldSamples(await withImages(drawn, world.images), {
  scorer: blank,
  knowledgeBases,
  images: world.images,
  maxSteps: 5,
  readLimit: 5,
  policy: { language },
});
const sets = { gold: samples, accepted: samples.filter(({ state }) => keptIds.has(state.question.id)) };
console.log(`decisions to imitate: ${sets.gold.length} of the gold steps, ${sets.accepted.length} accepted`);
// Drawn by seed 1, whatever the seed of the start.
const config = parseTrainConfig({ data: { validation: Number(options.validation) } });
const { validation: judged } = await loadTrainingData(config, world.images);

async function start(name: keyof typeof sets, seed: number): Promise<Validation> {
  const parameters = initialScorer(DEFAULT_SCORER_SHAPE, seed);
  if (fromRule) startFromRule(parameters, DEFAULT_SCORER_SHAPE);
  const { epochs, batch, rate, weightDecay } = config.warmStart;
  await warmStart({
    parameters,
    shape: DEFAULT_SCORER_SHAPE,
    samples: sets[name],
    seed,
    // From nothing the one pass that exceptions to a rule need is not enough.
    ...(fromRule ? { epochs, rate } : { epochs: 6, rate: 0.01 }),
    batch,
    weightDecay,
    featureDropout: config.policy.featureDropout,
    textDropout: config.policy.textDropout,
  });
  const policy = scorerPolicy(assembleScorer(description, parameters.feeds()), { language });
  return validate(driveRouter({ ...world, policy, maxSteps: 5 }), judged, { reward: REWARD_PRESETS.evidence });
}

const percent = (value: number): string => (100 * value).toFixed(1);
const pooled: Record<keyof typeof sets, Validation[]> = { gold: [], accepted: [] };
for (let seed = 1; seed <= Number(options.seeds); seed++) {
  for (const name of ['gold', 'accepted'] as const) {
    const validation = await start(name, seed);
    pooled[name].push(validation);
    const { score, searches, routingAccuracy } = validation;
    console.log(
      `${name}, seed ${seed}: answers ${percent(score)}, searches ${searches.toFixed(2)}, routes ${percent(routingAccuracy)}`,
    );
  }
}
await world.close();

const over = (name: keyof typeof sets, value: (validation: Validation) => readonly number[]): number[] => {
  const seeds = pooled[name].map(value);
  return seeds[0]!.map((_, question) => seeds.reduce((sum, one) => sum + one[question]!, 0) / seeds.length);
};
console.log('\n| | gold steps | accepted | difference | p |\n| --- | --- | --- | --- | --- |');
for (const [name, value, scale] of [
  ['answers, token F1', ({ scores }: Validation) => scores, 100],
  ['evidence read', ({ evidenceEach = [] }: Validation) => evidenceEach, 100],
  ['searches', ({ searchesEach }: Validation) => searchesEach, 1],
] as const) {
  const [gold, own] = [over('gold', value), over('accepted', value)];
  const mean = (values: number[]) => (scale * bootstrapMean(values, { seed: 1 })!.mean).toFixed(scale === 1 ? 2 : 1);
  const { difference, p } = pairedTest(own, gold, { seed: 1 })!;
  const shown = [difference.mean, difference.low, difference.high].map((one) =>
    (scale * one).toFixed(scale === 1 ? 3 : 1),
  );
  console.log(`| ${name} | ${mean(gold)} | ${mean(own)} | ${shown[0]} [${shown[1]}, ${shown[2]}] | ${p.toFixed(3)} |`);
}
