/** The configuration of a training as a command is told it: a JSON file, the quick preset, single flags over both. */
import { readFile } from 'node:fs/promises';
import { messageOf, userError } from '../common/errors.ts';
import type { TrainConfig } from '../train/trainer/train-config.ts';

export interface TrainConfigFlags {
  config?: string;
  quick?: boolean;
  seed?: number;
  threads?: number;
}

export async function readTrainConfig({ config, quick, seed, threads }: TrainConfigFlags): Promise<TrainConfig> {
  const { parseTrainConfig, QUICK_CONFIG } = await import('../train/trainer/train-config.ts');
  let value: Record<string, unknown> = quick ? { ...QUICK_CONFIG } : {};
  if (config !== undefined) {
    try {
      value = { ...value, ...(JSON.parse(await readFile(config, 'utf8')) as object) };
    } catch (error) {
      throw userError('config-missing', `${config}: cannot be read as JSON (${messageOf(error)})`, error);
    }
  }
  if (seed !== undefined) value.seed = seed;
  if (threads !== undefined) value.threads = Math.max(1, threads);
  return parseTrainConfig(value, config ?? 'train config');
}
