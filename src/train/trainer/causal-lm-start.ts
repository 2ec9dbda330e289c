/**
 * The supervised start of a language model: gold trajectories until three evaluations in a row are no better, then the best of
 * them. It has checkpoints of its own, so that one that was killed goes on to the same bytes.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { modelError } from '../../common/errors.ts';
import { keyedRandom } from '../../common/random.ts';
import { checkpointFile, pruneCheckpoints, resumeFrom, saveCheckpoint } from '../../engine/checkpoint.ts';
import type { OptimiserState } from '../../engine/optimiser.ts';
import type { Question } from '../../eval/datasets/question.ts';
import { inMadeUpWords, namesOf, renamed } from '../causal-lm/renamed.ts';
import { trainSupervised } from '../causal-lm/supervised.ts';
import { plainText, type TrajectoryText, textSequence, trajectoryTexts } from '../causal-lm/trajectory-text.ts';
import { rollOut } from '../rollouts/roll-out.ts';
import { batchOf } from './batch-of.ts';
import type { CausalLmSession } from './causal-lm-session.ts';
import type { Validation } from './validate.ts';

interface StartProgress {
  best: { step: number; validation: Validation } | null;
  /** Evaluations since the best. */
  since: number;
}

/**
 * Leaves the best weights in the session and in `folder.reference`; returns their validation, or undefined for no steps. A model that
 * was given is one of those to choose from, as `untrained` says: what it is taught may make it worse.
 */
export async function causalLmStart(session: CausalLmSession, untrained: Validation): Promise<Validation | undefined> {
  const { config, folder, parameters, model, signal, onEvent } = session;
  const { steps, batch, rate, weightDecay, evaluateEvery, patience } = config.start;
  if (steps === 0) {
    await model.save(folder.reference);
    return undefined;
  }
  const optimiser: OptimiserState = { step: 0, mu: parameters.like(), nu: parameters.like() };
  const checkpoints = join(folder.path, 'start');
  await mkdir(checkpoints, { recursive: true });
  const { configHash } = folder;
  const resumed = await resumeFrom(checkpoints, {
    parameters,
    optimiser,
    configHash,
    onDamaged: ({ file, message }) => onEvent({ type: 'checkpoint-damaged', file, message }),
  });
  const isGiven = config.base !== undefined;
  if (isGiven && !resumed) await model.save(folder.reference);
  const first: StartProgress = { best: isGiven ? { step: 0, validation: untrained } : null, since: 0 };
  let progress = (resumed?.extra as unknown as StartProgress) ?? first;
  const isOver = (made: number): boolean => made >= steps || progress.since >= patience;
  if (!isOver(optimiser.step)) {
    const sequences = startTexts(session).map((text) => textSequence(model.tokenizer, text));
    await trainSupervised(sequences, {
      ...model.trainable,
      steps,
      batch,
      rate,
      weightDecay,
      seed: config.seed,
      threads: config.threads,
      pool: 8,
      signal,
      resume: optimiser,
      async onStep({ step, loss }) {
        const made = step + 1;
        onEvent({ type: 'warm-start-step', step: made, steps, loss });
        if (made % evaluateEvery !== 0 && made !== steps) return;
        progress = await evaluated(session, made, progress);
        const record = { version: 1, step: made, random: config.seed, cursor: made, configHash } as const;
        await saveCheckpoint(checkpointFile(checkpoints, made), {
          parameters,
          optimiser,
          record: { ...record, gitHash: session.gitHash, extra: JSON.parse(JSON.stringify(progress)) },
        });
        await pruneCheckpoints(checkpoints, 2);
        return isOver(made) ? 'end' : undefined;
      },
    });
  }
  await model.adopt(folder.reference);
  return progress.best?.validation;
}

type StartTextSource = Pick<CausalLmSession, 'config' | 'data' | 'taught' | 'texts' | 'names'>;
type Rename = (question: Question) => Question;

/** The gold trajectories, so many times with other names, and questions that are asked as they stand. */
export function startTexts({ config, data, taught, texts, names: knowledgeBases }: StartTextSource): TrajectoryText[] {
  const { seed, start } = config;
  const names = namesOf(taught);
  const rounds = Array.from(
    { length: start.renamed },
    (_, round): Rename =>
      (question) =>
        renamed(question, `${seed}/${round}`, names),
  );
  const shown = [
    texts,
    ...rounds.map((rename) => taught.flatMap((question) => trajectoryTexts(rename(question)))),
  ].flat();
  const count = Math.round((shown.length * start.plain) / (1 - start.plain));
  const questions = data.train.map(({ question }) => question);
  return count === 0 ? shown : [...shown, ...plainTexts(questions, { count, rounds, knowledgeBases, seed })];
}

/**
 * So many, in an order that has every question of every round once before one comes again. Every second round is in made-up words:
 * a model that only ever copied the templates of train does not copy those of others.
 */
function plainTexts(
  questions: readonly Question[],
  {
    count,
    rounds,
    knowledgeBases,
    seed,
  }: { count: number; rounds: readonly Rename[]; knowledgeBases: readonly string[]; seed: number },
): TrajectoryText[] {
  const random = keyedRandom('plain', seed);
  const changed = rounds.map((rename, round) =>
    questions.map(round % 2 === 0 ? (question) => inMadeUpWords(question, `${seed}/${round}`) : rename),
  );
  const all = [questions, ...changed].flat().map((question) => plainText(question, random.pick(knowledgeBases)));
  const passes = Math.ceil(count / all.length);
  return Array.from({ length: passes }, () => random.shuffle(all))
    .flat()
    .slice(0, count);
}

async function evaluated(
  session: CausalLmSession,
  step: number,
  { best, since }: StartProgress,
): Promise<StartProgress> {
  const validation = await session.validate();
  // Long before an answer is right the reward tells what is nearer to one.
  const isBest = best === null || validation.reward > best.validation.reward + 1e-9;
  session.onEvent({ type: 'start-evaluated', step, validation, best: isBest });
  if (!isBest) return { best, since: since + 1 };
  await session.model.save(session.folder.reference);
  return { best: { step, validation }, since: 0 };
}

/** Runs that the format is measured on before Step-GRPO begins. */
const FORMAT_RUNS = 48;

/** Throws `start-invalid` where more of the sampled outputs cannot be used than the configuration allows. */
export async function checkStart({ config, data, sampling, signal }: CausalLmSession): Promise<void> {
  const { seed, start } = config;
  const groups = await rollOut({
    drive: sampling,
    questions: batchOf(data.train, { seed, iteration: 0, size: Math.min(FORMAT_RUNS, data.train.length) }),
    groupSize: 1,
    seed: `${seed}/format`,
    iteration: 0,
    concurrency: FORMAT_RUNS,
    signal,
  });
  const attempts = groups.flatMap(({ members }) =>
    members.flatMap(({ steps }) => steps.flatMap((one) => one.attempts)),
  );
  const share = attempts.filter(({ invalid }) => invalid !== undefined).length / Math.max(1, attempts.length);
  if (share <= start.invalid) return;
  throw modelError(
    'start-invalid',
    `the supervised start leaves ${(100 * share).toFixed(1)}% of the sampled outputs unusable (at most ${(100 * start.invalid).toFixed(1)}% by start.invalid); raise start.steps, or shape`,
  );
}
