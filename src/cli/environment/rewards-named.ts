/** The rewards that a flag names: a preset, or a file of weights. */
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { messageOf, userError } from '../../common/errors.ts';
import { REWARD_PRESETS, type RewardConfig, RewardConfigSchema, type RewardPreset } from '../../train/rewards/index.ts';

/** Throws the user errors `invalid-option` and `config-missing`. */
export async function rewardsNamed(name: string): Promise<RewardConfig> {
  if (name in REWARD_PRESETS) return REWARD_PRESETS[name as RewardPreset];
  const presets = Object.keys(REWARD_PRESETS).join(', ');
  if (extname(name) !== '.json') {
    throw userError(
      'invalid-option',
      `--rewards: "${name}" is none of ${presets}, and no .json file; give one of them`,
    );
  }
  const parsed = RewardConfigSchema.safeParse(await readJsonFile(name));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw userError(
    'invalid-option',
    `--rewards ${name}: ${issue?.path.join('.')}: ${issue?.message}; see docs/research/training.md`,
  );
}

async function readJsonFile(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw userError('config-missing', `${file}: cannot be read as JSON (${messageOf(error)})`, error);
  }
}
