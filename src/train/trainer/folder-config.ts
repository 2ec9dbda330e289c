/**
 * The configuration of a training as its folder holds it (`config.json`). One that an earlier version wrote lacks the fields that came
 * since; read by today's schema it has their defaults, and its training goes on.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ShortPromptName } from '../../causal-lm/short-prompt.ts';
import { writeFileAtomic } from '../../common/atomic-file.ts';
import { contentHash } from '../../common/content-hash.ts';
import { messageOf, userError } from '../../common/errors.ts';

export interface ConfigClaim {
  config: object;
  /** By today's schema. Throws where it does not fit. */
  parse(value: unknown): object;
}

/**
 * Writes it, or compares it with what is there. Returns the hash of what the folder holds, which its checkpoints name. Throws
 * `training-folder` where the folder holds a training of another configuration, or a file that cannot be read.
 */
export async function claimConfig(folder: string, { config, parse }: ConfigClaim): Promise<string> {
  const file = join(folder, 'config.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw userError('training-folder', `${file}: ${messageOf(error)}`, error);
  });
  const asked = contentHash(config);
  if (text === undefined) {
    await writeFileAtomic(file, `${JSON.stringify(config, null, 2)}\n`);
    return asked;
  }
  const held = parsedJson(text, file);
  if (contentHash(held) !== asked && !meansTheSame(held, asked, parse)) {
    throw userError(
      'training-folder',
      `${folder}: holds a training with another configuration; resume with that one, or choose another --out`,
    );
  }
  return contentHash(held);
}

function parsedJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw userError('training-folder', `${file}: is damaged (${messageOf(error)}); choose another --out`, error);
  }
}

function meansTheSame(held: unknown, asked: string, parse: ConfigClaim['parse']): boolean {
  try {
    return contentHash(parse(held)) === asked;
  } catch {
    // It has a field or a value that there is no more.
    return false;
  }
}

/** Of a language model. Before the configuration said which prompt it is taught with there was one. */
export function withFirstPrompt(held: unknown): unknown {
  return typeof held === 'object' && held !== null ? { prompt: 'short' satisfies ShortPromptName, ...held } : held;
}
