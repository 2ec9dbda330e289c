/** Policies by the names that `--policy`, the configuration file and HTTP requests use. Each is imported when it is named. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { userError } from '../common/errors.ts';
import { shippedFolder } from '../common/shipped-files.ts';
import type { Policy } from '../graph/policy.ts';
import type { Language } from '../offline/language.ts';
import { suggestion } from './suggest.ts';

const POLICY_NAMES = [
  'files',
  'probe',
  'scorer',
  'cover',
  'chat-model',
  'fixed:NAME',
  'random',
  'all',
  'all-once',
] as const;

/** The atlas' own: on its held-out questions better answers than probe, with fewer searches (models/scorer/README.md). */
export const ATLAS_POLICY = 'scorer';

/** Of people's own files, without a model: docs/research/own-files.md has the figures. */
export const FILES_POLICY = 'files';

/** The directory of the trained policy that ships. */
export const shippedScorer = (): string => shippedFolder('models', 'scorer');

interface PolicyParts {
  /** Names of the knowledge bases at hand, for `fixed:NAME`. */
  knowledgeBases: readonly string[];
  /** Asked for by policies that need a chat model. */
  model?: () => Promise<BaseChatModel | undefined>;
  /** The instance that reader and answerer have, so that nothing is understood twice. */
  language?: Language;
  /** Said to a chat model after the instructions of its protocol. */
  instructions?: string;
  /** Of scorers: the features that training needs are kept, and below this temperature the best is not always taken. */
  kept?: { temperature: number };
}

/**
 * The policy of a name, or the scorer or decoder in a directory.
 * @throws user error `unknown-policy`, `unknown-knowledge-base` or `model-missing`
 */
export async function createPolicy(name: string, parts: PolicyParts): Promise<Policy> {
  const [kind, ...rest] = name.split(':');
  const argument = rest.join(':');
  switch (kind) {
    case 'files': {
      const { filesPolicy } = await import('../offline/files/policy.ts');
      return filesPolicy();
    }
    case 'cover': {
      const { openCoverPolicy } = await import('../offline/policies/cover.ts');
      return openCoverPolicy(shippedScorer());
    }
    case 'probe':
      return probe(parts);
    case 'scorer': {
      const { openScorerPolicy } = await import('../offline/policies/scorer.ts');
      return openScorerPolicy(shippedScorer(), scorerOptions(parts));
    }
    case 'random': {
      const { randomPolicy } = await import('../graph/policies/random.ts');
      return randomPolicy({ decomposition: await probe(parts) });
    }
    case 'all': {
      const { allPolicy } = await import('../graph/policies/all.ts');
      return allPolicy({ decomposition: await probe(parts) });
    }
    case 'all-once': {
      const { allOncePolicy } = await import('../graph/policies/all-once.ts');
      return allOncePolicy();
    }
    case 'fixed': {
      const { fixedPolicy } = await import('../graph/policies/fixed.ts');
      return fixedPolicy({
        knowledgeBase: fixedName(argument, parts.knowledgeBases),
        decomposition: await probe(parts),
      });
    }
    case 'chat-model': {
      const model = await parts.model?.();
      if (model === undefined) {
        throw userError('model-missing', 'policy chat-model: it needs a model; add --model provider:name');
      }
      const { chatModelPolicy } = await import('../graph/chat-model/policy.ts');
      return chatModelPolicy({ model, ...(parts.instructions && { systemPrompt: parts.instructions }) });
    }
    default:
      return trainedPolicy(name, parts);
  }
}

async function probe({ language }: PolicyParts): Promise<Policy> {
  const { probePolicy } = await import('../offline/policies/probe.ts');
  return probePolicy({ language });
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

/** Whether `createPolicy` has a policy of this name; anything else is the directory of one. */
export const isPolicyName = (name: string): boolean =>
  POLICY_NAMES.some((known) => known.split(':', 1)[0] === name.split(':', 1)[0]);

/** Whether it can only be meant as a place: `./first`, `../first`, `/srv/first`, `C:\\first`. */
export const isPolicyPath = (name: string): boolean => /^(?:\.{1,2}(?:[/\\]|$)|\/|[A-Za-z]:[\\/])/.test(name);

const isFile = (path: string) =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

/**
 * The directory of the policy that a path means: `policy` in it where it is the folder that `r1-router train` filled, or the path itself.
 * @throws user error `unknown-policy`
 */
export async function policyDirectory(path: string): Promise<string> {
  for (const directory of [join(path, 'policy'), path]) {
    if (await isFile(join(directory, 'config.json'))) return directory;
  }
  const isDirectory = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const shown = path.slice(0, 100);
  if (isDirectory) {
    throw userError(
      'unknown-policy',
      `policy ${shown}: there is no trained policy in it (no config.json); give the folder that r1-router train filled`,
    );
  }
  if (isPolicyPath(path)) {
    throw userError(
      'unknown-policy',
      `policy ${shown}: there is no such directory; give the folder that r1-router train filled`,
    );
  }
  const hint = suggestion(path, [...POLICY_NAMES, 'a directory written by train']);
  throw userError('unknown-policy', `policy: unknown policy "${shown}"; ${hint}`);
}

/** A directory that `r1-router train` wrote, or a decoder in the layout of the Hugging Face hub. */
async function trainedPolicy(path: string, parts: PolicyParts): Promise<Policy> {
  const directory = await policyDirectory(path);
  if (await holdsDecoder(directory)) {
    const { openCausalLmPolicy } = await import('../causal-lm/policy.ts');
    return openCausalLmPolicy(directory);
  }
  const { openScorerPolicy } = await import('../offline/policies/scorer.ts');
  return openScorerPolicy(directory, { ...scorerOptions(parts), ...(parts.model && { model: parts.model }) });
}

const scorerOptions = ({ language, kept }: PolicyParts) => ({
  language,
  ...(kept && { trace: 'features' as const, temperature: kept.temperature }),
});

/** The hub's config.json names the type of its model; a scorer's does not. */
async function holdsDecoder(directory: string): Promise<boolean> {
  const text = await readFile(join(directory, 'config.json'), 'utf8').catch(() => '');
  return /"model_type"\s*:/.test(text);
}
