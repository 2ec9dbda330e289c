/**
 * The supervised start of a language model: gold trajectories until three evaluations in a row are no better, then the best of
 * them. It has checkpoints of its own, so that one that was killed goes on to the same bytes.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { modelError } from '../../common/errors.ts';
import { checkpointFile, pruneCheckpoints, resumeFrom, saveCheckpoint } from '../../engine/checkpoint.ts';
import type { OptimiserState } from '../../engine/optimiser.ts';
import { trainSupervised } from '../causal-lm/supervised.ts';
import { textSequence } from '../causal-lm/trajectory-text.ts';
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
    const sequences = session.startTexts().map((text) => textSequence(model.tokenizer, text));
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
