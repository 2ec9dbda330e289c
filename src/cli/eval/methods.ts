/**
 * The methods that `--method` names, as graphs over the opened knowledge bases: those of the literature (`src/graph/methods`),
 * the policies of `--policy`, and trained policies by their directory. `NAME:KB` gives a method that asks one knowledge base
 * its knowledge base. Methods with a name share a reader and an answerer, so that they differ in where they look: the chat model's, or
 * the built-in ones. `default` and trained policies read as `ask` does.
 */
import { readFile } from 'node:fs/promises';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { isR1RouterError, type R1RouterError, userError } from '../../common/errors.ts';
import { createPolicy, isPolicyName } from '../../config/policies.ts';
import type { RouterPartsMaker } from '../../config/router-parts.ts';
import { nearestName } from '../../config/suggest.ts';
import { buildMethod, type MethodParts, type MethodSettings, methods } from '../../eval/methods/index.ts';
import type { EvaluationMethod } from '../../eval/runner/method.ts';
import { chatModelAnswerer } from '../../graph/chat-model/answerer.ts';
import { chatModelReader } from '../../graph/chat-model/reader.ts';
import { createRouterGraph } from '../../graph/graph.ts';
import type { ImageStore } from '../../graph/image-store.ts';
import type { RouterGraphOptions } from '../../graph/options.ts';
import type { Policy } from '../../graph/policy.ts';
import type { RouterContext } from '../../graph/run-state.ts';
import { extractiveAnswerer } from '../../offline/answerer.ts';
import { extractiveReader } from '../../offline/reader/reader.ts';
import type { KnowledgeBase } from '../../tools/knowledge-base.ts';

interface MethodSource {
  knowledgeBases: readonly KnowledgeBase[];
  images: ImageStore;
  /** What the settings and the configuration mean, as `ask` has it. */
  maker: RouterPartsMaker;
  /** Steps and budgets of a run, as `ask` has them; for `default` and policies in directories. */
  context?: RouterContext;
}

/** Exactly what `ask` would do with these settings on this store. */
const DEFAULT = 'default';

/** A policy that was trained: it reads, and keeps to the budgets, as `ask --policy` does. What has a name shares one reader. */
const isDirectory = (name: string): boolean =>
  name !== DEFAULT && name !== 'untrained' && !isPolicyName(name) && !Object.hasOwn(methods, name.split(':', 1)[0]!);

/** Needs no chat model: `--method offline` stands for all of them. */
const OFFLINE = ['probe', 'scorer', 'untrained', 'all', 'all-once', 'random', 'embedding-routing'] as const;

export function listMethods(): string {
  const lines = Object.values(methods).map(
    ({ name, title, arxiv }) => `${name.padEnd(22)}${title}${arxiv ? ` (arXiv ${arxiv})` : ''}`,
  );
  return [
    ...lines,
    `${DEFAULT.padEnd(22)}What ask does with the same settings on the same store`,
    `${'scorer'.padEnd(22)}The trained policy that ships`,
    `${'untrained'.padEnd(22)}What the scorer begins with: the rule, nothing learnt`,
    `${'offline'.padEnd(22)}Every method that needs no chat model`,
    `${'DIRECTORY'.padEnd(22)}A policy written by r1-router train, as ask --policy DIRECTORY runs it`,
    'NAME:KB, e.g. rag-one:table or fixed:text, gives a method its knowledge base.',
    '',
  ].join('\n');
}

/** Throws user errors that name the method to change. */
export async function createEvaluationMethods(
  names: readonly string[],
  source: MethodSource,
): Promise<EvaluationMethod[]> {
  const { knowledgeBases, images } = source;
  const models = await openedModels(source);
  const stores = await Promise.all(
    knowledgeBases.map(async (base) => {
      const { name, description, modality, cost } = base;
      return { name, description, modality, cost, stats: await base.stats() };
    }),
  );
  const wanted = names.flatMap((name) =>
    name === 'offline'
      ? [...OFFLINE, ...knowledgeBases.flatMap((base) => [`fixed:${base.name}`, `rag-one:${base.name}`])]
      : [name],
  );
  const version = await packageVersion();
  const made: EvaluationMethod[] = [];
  for (const name of wanted) {
    const parts = await methodParts(name, { source, models });
    const graph = createRouterGraph({ knowledgeBases, images, ...parts });
    const { policy, reader, answerer, maxSteps, fallback } = parts;
    const { policy: policyModel, reader: readerModel } = source.maker.models.given;
    const asAsk = name === DEFAULT || isDirectory(name);
    made.push({
      name,
      fingerprint: {
        package: version,
        policy: `${policy.name} ${policy.version}`,
        reader: reader.name,
        answerer: answerer.name,
        maxSteps,
        ...(fallback !== undefined && { fallback }),
        model: policyModel ?? readerModel,
        ...(JSON.stringify(policyModel) !== JSON.stringify(readerModel) && { readerModel }),
        knowledgeBases: stores,
      },
      invoke(input, config) {
        if (!asAsk) return graph.invoke(input, config);
        return graph.invoke(input, { ...config, context: { ...source.context, ...config?.context } });
      },
    });
  }
  return made;
}

interface OpenedModels {
  policy?: BaseChatModel;
  reader?: BaseChatModel;
}

async function openedModels({ maker: { models } }: MethodSource): Promise<OpenedModels> {
  return { policy: await models.policy(), reader: await models.reader() };
}

type GraphParts = MethodParts & Pick<RouterGraphOptions, 'fallback' | 'evidence'>;

async function methodParts(
  name: string,
  { source, models }: { source: MethodSource; models: OpenedModels },
): Promise<GraphParts> {
  const [kind = '', ...rest] = name.split(':');
  const knowledgeBases = source.knowledgeBases.map((base) => base.name);
  const unknownPolicy = (error: unknown): never => {
    if (!isR1RouterError(error) || error.code !== 'unknown-policy') throw error;
    throw unknownMethod(name);
  };
  if (name === DEFAULT) return source.maker.parts(source.maker.policyName, knowledgeBases);
  if (isDirectory(name)) return source.maker.parts(name, knowledgeBases).catch(unknownPolicy);
  const policyOf = (policy: string) =>
    createPolicy(policy, { knowledgeBases, model: async () => models.policy }).catch(unknownPolicy);
  const model = models.reader;
  const readers = model
    ? { reader: chatModelReader({ protocol: 'tags', model }), answerer: chatModelAnswerer({ protocol: 'tags', model }) }
    : { reader: extractiveReader(), answerer: extractiveAnswerer() };
  if (name === 'untrained') return { policy: await untrainedPolicy(source.knowledgeBases), ...readers };
  if (!Object.hasOwn(methods, kind)) return { policy: await policyOf(name), ...readers };
  const argument = rest.length > 0 ? rest.join(':') : undefined;
  const settings: MethodSettings = {
    model: models.policy,
    ...(model === undefined
      ? { ...readers, decomposition: await policyOf('probe') }
      : models.policy !== model && readers),
    ...(kind === 'r1-router-scorer' && argument !== undefined
      ? { scorer: await policyOf(argument) }
      : { knowledgeBase: argument }),
  };
  return buildMethod(kind, settings);
}

async function untrainedPolicy(knowledgeBases: readonly KnowledgeBase[]): Promise<Policy> {
  const [{ untrainedScorer }, { scorerPolicy }] = await Promise.all([
    import('../../train/models/untrained.ts'),
    import('../../offline/policies/scorer.ts'),
  ]);
  const cards = knowledgeBases.map(({ name, description, modality, cost }) => ({ name, description, modality, cost }));
  return scorerPolicy(untrainedScorer({ knowledgeBases: cards }), { name: 'untrained' });
}

function unknownMethod(name: string): R1RouterError {
  const nearest = nearestName(name, [...Object.keys(methods), ...OFFLINE, DEFAULT, 'offline', 'list']);
  const hint = nearest === undefined ? '' : `did you mean "${nearest}"? `;
  return userError(
    'unknown-method',
    `--method: unknown method "${name.slice(0, 100)}"; ${hint}--method list shows all, and a policy's directory may stand here too`,
  );
}

async function packageVersion(): Promise<string> {
  const text = await readFile(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
