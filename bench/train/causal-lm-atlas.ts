/**
 * A language model on the atlas, from nothing or from one that was released (`--base`), by Step-GRPO on the graph, beside its controls:
 * the supervised start, then so many updates of Step-GRPO, and about as much CPU time of rejection sampling and of further supervised
 * training. Measured greedily on questions of templates that train lacks and that chose nothing, and on questions of train itself:
 * what is learnt, beside what of it carries over. The same command goes on where it was killed.
 *
 *     node bench/train/causal-lm-atlas.ts --config bench/train/causal-lm/atlas-large.json [--seeds 1,2,3] [--iterations 60]
 *         [--base SmolLM2-135M-Instruct.gguf] [--only untrained,step-grpo,rejection,supervised] [--write bench/train/causal-lm/atlas.json]
 *         [--measured 690] [--seen 400]     questions of either kind
 *
 * Rows that are written take the place of earlier ones of the same configuration, seed and name.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadCausalLm } from '../../src/causal-lm/directory.ts';
import { openCausalLmPolicy } from '../../src/causal-lm/policy.ts';
import { contentHash } from '../../src/common/content-hash.ts';
import { keyedRandom } from '../../src/common/random.ts';
import { loadAtlas } from '../../src/eval/datasets/atlas.ts';
import { driveRouter } from '../../src/graph/driver.ts';
import { freshDecoder } from '../../src/train/causal-lm/small-decoder.ts';
import { REWARD_PRESETS } from '../../src/train/rewards/index.ts';
import { type CausalLmGrpoConfig, parseCausalLmGrpoConfig } from '../../src/train/trainer/causal-lm-grpo-config.ts';
import { trainCausalLmGrpo } from '../../src/train/trainer/train-causal-lm-grpo.ts';
import type { TrainEvent } from '../../src/train/trainer/train-options.ts';
import { loadTrainingData, type TrainingData, withImages } from '../../src/train/trainer/training-data.ts';
import { type Validation, validate } from '../../src/train/trainer/validate.ts';
import { overOther, type Row, readTrained, writeTrained } from './causal-lm/figures.ts';
import { metricsOf, processSeconds } from './metrics.ts';
import { benchWorld, CACHE } from './world.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1,2,3' },
    config: { type: 'string' },
    base: { type: 'string' },
    iterations: { type: 'string', default: '60' },
    measured: { type: 'string', default: '690' },
    seen: { type: 'string', default: '400' },
    only: { type: 'string', default: 'untrained,step-grpo,rejection,supervised' },
    write: { type: 'string' },
  },
});
const changes = values.config ? JSON.parse(await readFile(values.config, 'utf8')) : {};
const whole = parseCausalLmGrpoConfig(changes);
const given = { ...changes, ...(values.base && { base: values.base }) };
const only = new Set(values.only.split(','));
const world = await benchWorld();

const trainOf = async (config: CausalLmGrpoConfig) =>
  (await loadTrainingData({ ...config, data: { ...config.data, train: undefined } }, world.images)).train;

/** Questions of the train split of templates that train leaves out: neither taught nor a choice. */
async function measuredQuestions(config: CausalLmGrpoConfig) {
  const taught = new Set((await trainOf(config)).map(({ question }) => question.template));
  const left = (await loadAtlas('train')).questions.filter(({ template }) => !taught.has(template));
  const drawn = keyedRandom('causal-lm-atlas').shuffle(left).slice(0, Number(values.measured));
  return withImages(drawn, world.images);
}

/** Some of train itself. */
const seenQuestions = async (config: CausalLmGrpoConfig) =>
  keyedRandom('seen')
    .shuffle(await trainOf(config))
    .slice(0, Number(values.seen));

function say(event: TrainEvent): void {
  const percent = (value: number): string => `${(100 * value).toFixed(1)}%`;
  if (event.type === 'start-evaluated' || event.type === 'validation-end') {
    const { score, reward, searches, routingAccuracy } = event.validation;
    const at = event.type === 'validation-end' ? event.iteration : event.step;
    console.log(
      `  ${at}: answers ${percent(score)} reward ${reward.toFixed(3)} searches ${searches.toFixed(2)} routes ${percent(routingAccuracy)}${event.best ? ' best' : ''}`,
    );
  }
  if (event.type === 'iteration-end' && event.metrics.iteration % 5 === 4) {
    const { iteration, reward, answerScore, invalid, zeroVariance, entropy, leap, stepsPerQuestion } = event.metrics;
    console.log(
      `  iteration ${iteration + 1}: reward ${reward.toFixed(3)} answers ${percent(answerScore)} invalid ${percent(invalid)} flat ${percent(zeroVariance)} entropy ${entropy.toFixed(3)} leap ${leap.toFixed(4)} steps ${stepsPerQuestion.toFixed(2)} cpu ${processSeconds().toFixed(0)}`,
    );
  }
  if (event.type === 'alarm') console.log(`  alarm ${event.alarm.message}`);
}

/** Trains or goes on; CPU seconds are summed over the processes that took part. */
async function trained(name: string, config: CausalLmGrpoConfig): Promise<{ folder: string; seconds: number }> {
  const folder = join(CACHE, 'causal-lm', `${name}-${contentHash(config).slice(0, 12)}`);
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'cpu.json');
  const before: { seconds: number; done: boolean } = await readFile(file, 'utf8').then(JSON.parse, () => ({
    seconds: 0,
    done: false,
  }));
  if (before.done) return { folder, seconds: before.seconds };
  const began = processSeconds();
  const note = (done: boolean) =>
    writeFile(file, JSON.stringify({ seconds: before.seconds + processSeconds() - began, done }));
  const data = await loadTrainingData(config, world.images);
  let noted = Promise.resolve();
  // One behind the other: two writes at once leave a file of both.
  const timer = setInterval(() => {
    noted = noted.then(() => note(false));
  }, 5_000);
  try {
    await trainCausalLmGrpo({ config, world, data, folder: join(folder, 'run'), onEvent: say });
  } finally {
    clearInterval(timer);
    await noted;
  }
  await note(true);
  return { folder, seconds: before.seconds + processSeconds() - began };
}

/** Greedy runs, at the limits of the configuration. */
async function measured(
  policyFolder: string,
  { config, questions }: { config: CausalLmGrpoConfig; questions: TrainingData['train'] },
): Promise<Validation & { invalid: number }> {
  const policy = await openCausalLmPolicy(policyFolder);
  const { maxSteps, invalidRetries } = config.policy;
  const drive = driveRouter({
    ...world,
    policy,
    maxSteps,
    invalidRetries,
    fallback: 'stop',
    passageLimit: 10,
    evidence: false,
  });
  let [attempts, unusable] = [0, 0];
  const counted: typeof drive = async (input, given) => {
    const output = await drive(input, given);
    for (const step of output.steps) {
      attempts += step.attempts.length;
      unusable += step.attempts.filter(({ invalid }) => invalid !== undefined).length;
    }
    return output;
  };
  const validation = await validate(counted, questions, { reward: REWARD_PRESETS.evidence, concurrency: 48 });
  return { ...validation, invalid: unusable / Math.max(1, attempts) };
}

type Figures = Pick<Row, 'score' | 'searches' | 'reward' | 'invalid' | 'scores'>;

async function rowOf(seed: number, name: string, config: CausalLmGrpoConfig): Promise<Row & { folder: string }> {
  const { folder, seconds } = await trained(`${name}-${seed}`, config);
  const policy = join(folder, 'run', 'policy');
  const measuredOn = async (file: string, load: typeof measuredQuestions): Promise<Figures> => {
    const path = join(folder, file);
    const known = await readFile(path, 'utf8').then(JSON.parse, () => undefined);
    if (known) return known;
    const fresh = await measured(policy, { config, questions: await load(config) });
    const { score, searches, reward, invalid, scores } = fresh;
    await writeFile(path, JSON.stringify({ score, searches, reward, invalid, scores }));
    return fresh;
  };
  const { score, searches, reward, invalid, scores } = await measuredOn(
    `measured-${values.measured}.json`,
    measuredQuestions,
  );
  const onTrain = await measuredOn(`seen-${values.seen}.json`, seenQuestions);
  const seen = { score: onTrain.score, reward: onTrain.reward, scores: onTrain.scores };
  const logged = await metricsOf(join(folder, 'run'));
  const curve = logged.map(({ iteration, reward, answerScore, invalid, zeroVariance, entropy, validation }) => {
    return { iteration, reward, answerScore, invalid, zeroVariance, entropy, validation: validation?.score };
  });
  console.log(
    `seed ${seed}  ${name.padEnd(12)} answers ${(100 * score).toFixed(1)}%  of train ${(100 * seen.score).toFixed(1)}%  searches ${searches.toFixed(2)}  invalid ${(100 * invalid).toFixed(1)}%  ${seconds.toFixed(0)} s of CPU`,
  );
  return { seed, name, seconds, score, searches, reward, invalid, scores, seen, curve, folder };
}

/**
 * Updates of rejection sampling for one of Step-GRPO. Fewer outputs are learnt from, but with a KL term all are computed: the CPU
 * time is the same. Without one it takes about two thirds.
 */
const REJECTION = whole.grpo.klWeight > 0 ? 1 : 1.5;
/** What comes after a start must not make it another one. */
const ONLY_START = { iterations: 0 };
const iterations = Number(values.iterations);
const rows: (Row & { folder: string })[] = [];
for (const seed of values.seeds.split(',').map(Number)) {
  const configOf = (more: { base?: string; start: object; grpo: object }): CausalLmGrpoConfig =>
    parseCausalLmGrpoConfig({
      ...given,
      // All weights of a model from nothing, adapters over one that was released.
      ...(more.base && { base: more.base, ...(!values.base && { lora: false }) }),
      seed,
      start: { ...changes.start, ...more.start },
      grpo: more.grpo === ONLY_START ? ONLY_START : { ...changes.grpo, ...more.grpo },
    });
  if (only.has('untrained'))
    rows.push(await rowOf(seed, 'untrained', configOf({ start: { steps: 0, invalid: 1 }, grpo: ONLY_START })));
  const start = await rowOf(seed, 'start', configOf({ start: {}, grpo: ONLY_START }));
  rows.push(start);
  const base = join(start.folder, 'run', 'policy');
  const on = (grpo: object) => configOf({ base, start: { steps: 0 }, grpo: { iterations, ...grpo } });
  const step = only.has('step-grpo') ? await rowOf(seed, 'step-grpo', on({ method: 'step-grpo' })) : undefined;
  if (step) rows.push(step);
  if (only.has('rejection'))
    rows.push(
      await rowOf(seed, 'rejection', on({ method: 'rejection', iterations: Math.round(REJECTION * iterations) })),
    );
  if (step && only.has('supervised')) {
    const { steps, rate } = whole.start;
    const made = await readFile(join(start.folder, 'cpu.json'), 'utf8').then(JSON.parse);
    // As many steps as the time of Step-GRPO pays for, at the pace of the start.
    const further = Math.max(10, Math.round((steps * step.seconds) / made.seconds));
    const config = configOf({
      base,
      start: { steps: further, rate: rate / 2, patience: 100 },
      grpo: { iterations: 0 },
    });
    rows.push(await rowOf(seed, 'supervised', config));
  }
}

const points = (value: number): string => (100 * value).toFixed(1);
for (const name of new Set(rows.map((row) => row.name))) {
  const own = rows.filter((row) => row.name === name);
  const over = overOther(rows, name, 'start');
  const answers = own.reduce((sum, { score }) => sum + score, 0) / own.length;
  const by = over && `, against the start ${points(over.mean)} [${points(over.low)}, ${points(over.high)}]`;
  console.log(`${name}: ${points(answers)}%${by ?? ''}`);
}
if (values.write) await writeRows(values.write);
await world.close();

async function writeRows(file: string): Promise<void> {
  const all = await readTrained(file);
  const { shape, seed } = whole;
  const { parameters: made } = values.base
    ? await loadCausalLm(join(rows[0]!.folder, 'run', 'policy'))
    : freshDecoder(shape, { own: {}, seed });
  const base = values.base && basename(values.base).replace(/\.gguf$/, '');
  const isThis = ({ config }: { config: object }): boolean => contentHash(config) === contentHash(changes);
  const earlier = all.find(isThis)?.rows ?? [];
  const fresh = rows.map(({ folder: _folder, ...row }) => row);
  const kept = earlier.filter((row) => !fresh.some(({ seed, name }) => row.seed === seed && row.name === name));
  const merged = [...kept, ...fresh].sort((a, b) => a.seed - b.seed);
  const written = { parameters: made.count, ...(base && { base }), config: changes, rows: merged };
  await writeTrained(file, [...all.filter((one) => !isThis(one)), written]);
}
