/** Policies by the names that `--policy`, the configuration file and HTTP requests use. Each is imported when it is named. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { userError } from '../common/errors.ts';
import { packageFile } from '../common/package-files.ts';
import type { Policy } from '../graph/policy.ts';
import { suggestion } from './suggest.ts';

export const POLICY_NAMES = ['probe', 'scorer', 'chat-model', 'fixed:NAME', 'random', 'all', 'all-once'] as const;

/** On held-out questions it gives better answers than probe, with fewer searches (models/scorer/README.md). */
export const DEFAULT_POLICY = 'scorer';

/** The directory of the trained policy that ships. */
export const shippedScorer = (): string => packageFile('models', 'scorer');

export interface PolicyParts {
  /** Names of the knowledge bases at hand, for `fixed:NAME`. */
  knowledgeBases: readonly string[];
  /** Asked for by policies that need a chat model. */
  model?: () => Promise<BaseChatModel | undefined>;
}

/**
 * The policy of a name, or the scorer or decoder in a directory.
 * @throws user error `unknown-policy`, `unknown-knowledge-base` or `model-missing`
 */
export async function createPolicy(name: string, parts: PolicyParts): Promise<Policy> {
  const [kind, ...rest] = name.split(':');
  const argument = rest.join(':');
  switch (kind) {
    case 'probe':
      return probe();
    case 'scorer': {
      const { openScorerPolicy } = await import('../offline/policies/scorer.ts');
      return openScorerPolicy(shippedScorer());
    }
    case 'random': {
      const { randomPolicy } = await import('../graph/policies/random.ts');
      return randomPolicy({ decomposition: await probe() });
    }
    case 'all': {
      const { allPolicy } = await import('../graph/policies/all.ts');
      return allPolicy({ decomposition: await probe() });
    }
    case 'all-once': {
      const { allOncePolicy } = await import('../graph/policies/all-once.ts');
      return allOncePolicy();
    }
    case 'fixed': {
      const { fixedPolicy } = await import('../graph/policies/fixed.ts');
      return fixedPolicy({ knowledgeBase: fixedName(argument, parts.knowledgeBases), decomposition: await probe() });
    }
    case 'chat-model': {
      const model = await parts.model?.();
      if (model === undefined) {
        throw userError('model-missing', 'policy chat-model: it needs a model; add --model provider:name');
      }
      const { chatModelPolicy } = await import('../graph/chat-model/policy.ts');
      return chatModelPolicy({ model });
    }
    default:
      return trainedPolicy(name);
  }
}

async function probe(): Promise<Policy> {
  const { probePolicy } = await import('../offline/policies/probe.ts');
  return probePolicy();
}

function fixedName(name: string, knowledgeBases: readonly string[]): string {
  if (knowledgeBases.includes(name)) return name;
  if (name === '') {
    throw userError(
      'unknown-policy',
      `policy fixed: name the knowledge base, e.g. fixed:${knowledgeBases[0] ?? 'NAME'}`,
    );
  }
  throw userError(
    'unknown-knowledge-base',
    `policy fixed: no knowledge base "${name}"; ${suggestion(name, knowledgeBases)}`,
  );
}

/** A directory that `r1-router train` wrote, or a decoder in the layout of the Hugging Face hub. */
async function trainedPolicy(directory: string): Promise<Policy> {
  const isDirectory = await stat(directory).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isDirectory) {
    const hint = suggestion(directory, [...POLICY_NAMES, 'a directory written by train']);
    throw userError('unknown-policy', `policy: unknown policy "${directory.slice(0, 100)}"; ${hint}`);
  }
  if (await holdsDecoder(directory)) {
    const { openCausalLmPolicy } = await import('../causal-lm/policy.ts');
    return openCausalLmPolicy(directory);
  }
  const { openScorerPolicy } = await import('../offline/policies/scorer.ts');
  return openScorerPolicy(directory);
}

/** The hub's config.json names the type of its model; a scorer's does not. */
async function holdsDecoder(directory: string): Promise<boolean> {
  const text = await readFile(join(directory, 'config.json'), 'utf8').catch(() => '');
  return /"model_type"\s*:/.test(text);
}
