/** The configuration of a training as a command is told it: a JSON file, the quick preset, single flags over both. */
import { readFile } from 'node:fs/promises';
import { messageOf, userError } from '../common/errors.ts';
import type { CausalLmTrainConfig } from '../train/trainer/causal-lm-config.ts';
import type { CausalLmGrpoConfig } from '../train/trainer/causal-lm-grpo-config.ts';
import type { TrainConfig } from '../train/trainer/train-config.ts';

interface TrainConfigFlags {
  config?: string;
  quick?: boolean;
  /** Of people's own knowledge bases: a JSONL file. */
  questions?: string;
  /** Folder of kept runs. */
  runs?: string;
  seed?: number;
  threads?: number;
}

export async function readTrainConfig(flags: TrainConfigFlags): Promise<TrainConfig> {
  const { parseTrainConfig, QUICK_CONFIG, OWN_CONFIG } = await import('../train/trainer/train-config.ts');
  const isOwn = flags.questions !== undefined || flags.runs !== undefined;
  const preset = flags.quick ? QUICK_CONFIG : isOwn ? OWN_CONFIG : {};
  const config: { data?: object } = await merged(flags, preset);
  const asked = isOwn ? { data: { ...config.data, questions: flags.questions ?? 'runs' } } : {};
  return parseTrainConfig({ ...config, ...asked }, flags.config ?? 'train config');
}

/** Of `train --causal-lm`. */
export async function readCausalLmConfig(flags: TrainConfigFlags): Promise<CausalLmTrainConfig> {
  const { parseCausalLmTrainConfig } = await import('../train/trainer/causal-lm-config.ts');
  return parseCausalLmTrainConfig(await merged(flags, {}), flags.config ?? 'train config');
}

/** Of `train --causal-lm --grpo`. */
export async function readCausalLmGrpoConfig(flags: TrainConfigFlags): Promise<CausalLmGrpoConfig> {
  const { parseCausalLmGrpoConfig } = await import('../train/trainer/causal-lm-grpo-config.ts');
  return parseCausalLmGrpoConfig(await merged(flags, {}), flags.config ?? 'train config');
}

async function merged({ config, seed, threads }: TrainConfigFlags, preset: object): Promise<object> {
  return {
    ...preset,
    ...(config !== undefined && (await readObject(config))),
    ...(seed !== undefined && { seed }),
    ...(threads !== undefined && { threads: Math.max(1, threads) }),
  };
}

async function readObject(file: string): Promise<object> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw userError('config-missing', `${file}: cannot be read as JSON (${messageOf(error)})`, error);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw userError('config-invalid', `${file}: it must hold one JSON object`);
}
