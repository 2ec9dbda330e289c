/**
 * Everything a training run needs to go on as if it had never stopped: weights and optimiser moments (one safetensors file
 * that other tools can read, moments under the prefix `optimiser.`) with a sealed record of step, randomness, data position,
 * configuration and code. One file, written atomically, checked by SHA-256 when read.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../common/atomic-file.ts';
import { canonicalJson, sha256 } from '../common/content-hash.ts';
import { messageOf, R1RouterError } from '../common/errors.ts';
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from '../common/safetensors.ts';
import type { OptimiserState } from './optimiser.ts';
import type { Parameters } from './parameters.ts';

export const CHECKPOINT_VERSION = 1;

export const CheckpointRecordSchema = z.strictObject({
  version: z.literal(CHECKPOINT_VERSION),
  /** Updates made. */
  step: z.number().int().nonnegative(),
  /** Whatever the run's randomness needs; a run keyed by (seed, step) needs its seed alone. */
  random: z.json(),
  /** Where the data reader stands. */
  cursor: z.json(),
  configHash: z.string(),
  /** Commit of the code, empty where unknown. */
  gitHash: z.string(),
  /** The trainer's own numbers: best score so far, smoothed reward, alarms. */
  extra: z.json().optional(),
});
export type CheckpointRecord = z.infer<typeof CheckpointRecordSchema>;

/** A checkpoint that cannot be used. `file` is untouched; an older one may be good. */
export class CheckpointError extends R1RouterError {
  readonly file: string;

  constructor(file: string, problem: string, cause?: unknown) {
    super(`checkpoint ${file}: ${problem}`, { code: 'checkpoint-invalid', kind: 'user', cause });
    this.file = file;
  }
}

const MU = 'optimiser.mu.';
const NU = 'optimiser.nu.';

export interface SaveCheckpointInput {
  parameters: Parameters;
  optimiser: OptimiserState;
  record: CheckpointRecord;
}

/** Checksums what will be read back: the tensors' bytes and the record. */
function seal(tensors: Iterable<readonly [string, NamedTensor]>, record: string): string {
  const parts = [...tensors].map(([name, { shape, values }]) => [
    name,
    shape,
    sha256(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  ]);
  return sha256(canonicalJson([parts, record]));
}

export async function saveCheckpoint(
  file: string,
  { parameters, optimiser, record }: SaveCheckpointInput,
): Promise<void> {
  const tensors: [string, NamedTensor][] = [];
  for (const [prefix, flat] of [
    ['', parameters.flat],
    [MU, optimiser.mu],
    [NU, optimiser.nu],
  ] as const) {
    for (const { name, shape } of parameters.specs) {
      tensors.push([`${prefix}${name}`, { shape, values: parameters.view(flat, name) }]);
    }
  }
  const text = canonicalJson(CheckpointRecordSchema.parse(record));
  const bytes = encodeSafetensors(tensors, { record: text, checksum: seal(tensors, text) });
  await writeFileAtomic(file, bytes);
}

export interface LoadCheckpointOptions {
  parameters: Parameters;
  /** Left out where only the weights are wanted. */
  optimiser?: OptimiserState;
  configHash?: string;
}

/**
 * Reads a checkpoint into the parameters and the optimiser, and returns its record. Throws CheckpointError, with everything
 * left as it was, where the file is damaged, of another model, or of another configuration (`configHash`, when given).
 */
export async function loadCheckpoint(
  file: string,
  { parameters, optimiser, configHash }: LoadCheckpointOptions,
): Promise<CheckpointRecord> {
  const { tensors, record } = await readCheckpoint(file);
  if (configHash !== undefined && record.configHash !== configHash) {
    throw new CheckpointError(
      file,
      'was made with another configuration; resume with that one, or start in a new directory',
    );
  }
  const plan: [Float32Array, Float32Array][] = [];
  for (const [prefix, flat] of [
    ['', parameters.flat],
    ...(optimiser
      ? ([
          [MU, optimiser.mu],
          [NU, optimiser.nu],
        ] as const)
      : []),
  ] as const) {
    for (const { name, shape } of parameters.specs) {
      const tensor = tensors.get(`${prefix}${name}`);
      if (!tensor || canonicalJson(tensor.shape) !== canonicalJson(shape)) {
        throw new CheckpointError(
          file,
          tensor
            ? `${name} has the shape [${tensor.shape}], the model wants [${shape}]`
            : `${prefix}${name} is missing`,
        );
      }
      plan.push([parameters.view(flat, name), tensor.values]);
    }
  }
  for (const [target, source] of plan) target.set(source);
  if (optimiser) optimiser.step = record.step;
  return record;
}

async function readCheckpoint(file: string) {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new CheckpointError(file, `cannot be read: ${messageOf(cause)}`, cause);
  }
  try {
    const { tensors, metadata } = decodeSafetensors(bytes, path.basename(file));
    const { record = '', checksum } = metadata;
    if (checksum !== seal(tensors, record)) throw new Error('its checksum does not match its contents');
    return { tensors, record: CheckpointRecordSchema.parse(JSON.parse(record)) };
  } catch (cause) {
    throw new CheckpointError(file, `is damaged (${messageOf(cause)}); use an older checkpoint, or start again`, cause);
  }
}

const NAME = /^checkpoint-(\d+)\.safetensors$/;
const HALF_WRITTEN = /^checkpoint-\d+\.safetensors\.\d+\.tmp$/;

export function checkpointFile(directory: string, step: number): string {
  return path.join(directory, `checkpoint-${String(step).padStart(8, '0')}.safetensors`);
}

/** Steps of the checkpoints in a directory, newest first; empty where there is no directory. */
export async function listCheckpoints(directory: string): Promise<{ step: number; file: string }[]> {
  const names = await readdir(directory).catch(() => [] as string[]);
  return names
    .flatMap((name) => {
      const match = NAME.exec(name);
      return match ? [{ step: Number(match[1]), file: path.join(directory, name) }] : [];
    })
    .sort((a, b) => b.step - a.step);
}

/**
 * The newest checkpoint that is whole, read into place; undefined where there is none. Damaged ones are passed over and
 * reported to `onDamaged`.
 */
export async function resumeFrom(
  directory: string,
  { onDamaged, ...target }: LoadCheckpointOptions & { onDamaged?: (error: CheckpointError) => void },
): Promise<CheckpointRecord | undefined> {
  let lastProblem: CheckpointError | undefined;
  for (const { file } of await listCheckpoints(directory)) {
    try {
      return await loadCheckpoint(file, target);
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      lastProblem = error;
      onDamaged?.(error);
    }
  }
  if (lastProblem) throw lastProblem;
  return undefined;
}

/** Removes all but the newest `keep` checkpoints, and what killed writers have left half written. */
export async function pruneCheckpoints(directory: string, keep: number): Promise<void> {
  for (const { file } of (await listCheckpoints(directory)).slice(keep)) await rm(file, { force: true });
  for (const name of await readdir(directory).catch(() => [] as string[])) {
    if (HALF_WRITTEN.test(name)) await rm(path.join(directory, name), { force: true });
  }
}
