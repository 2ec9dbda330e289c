/** How a chat model says what it wants: by tool calls, by filling a schema, or in tags. */
import { Runnable, RunnableSequence } from '@langchain/core/runnables';
import { userError } from '../../../common/errors.ts';
import { isHeldModel } from '../local/engine.ts';
import { type AnyRunnable, mapModels, modelsIn } from '../model.ts';

/**
 * `tools`: one tool a knowledge base, and `finish`. `structured`: LangChain's `withStructuredOutput`. `tags`: the paper's text
 * protocol. `auto` takes tools where the model has `bindTools`, else a schema where it takes one, else tags; of models in this process
 * (`gguf:`) and on a server of one's own a schema, which holds whatever they write.
 */
export type Protocol = 'auto' | 'tools' | 'structured' | 'tags';
export type ResolvedProtocol = Exclude<Protocol, 'auto'>;

export const PROTOCOLS: readonly Protocol[] = ['auto', 'tools', 'structured', 'tags'];

/** Throws `invalid-options` where the model cannot do what was asked for. */
export function resolveProtocol(model: AnyRunnable, wanted: Protocol, owner: string): ResolvedProtocol {
  const models = modelsIn(model);
  const able: Record<ResolvedProtocol, boolean> = {
    tools: models.length > 0 && models.every((inner) => typeof inner.bindTools === 'function'),
    structured: takesSchemas(model),
    tags: true,
  };
  if (wanted === 'auto' && isHeldToSchemas(model)) return 'structured';
  if (wanted === 'auto') return able.tools ? 'tools' : able.structured ? 'structured' : 'tags';
  if (able[wanted]) return wanted;
  const lack = wanted === 'tools' ? 'bindTools' : 'withStructuredOutput';
  throw userError(
    'invalid-options',
    `${owner}: option protocol: "${wanted}" needs a model with ${lack}, which this one lacks; use "auto" or "tags"`,
  );
}

export function checkProtocol(protocol: Protocol, owner: string): void {
  if (PROTOCOLS.includes(protocol)) return;
  throw userError('invalid-options', `${owner}: option protocol: "${protocol}" is none of ${PROTOCOLS.join(', ')}`);
}

/** Whether every model inside runs where no reply can break its schema: in this process, or on a server of one's own. */
export function isHeldToSchemas(model: AnyRunnable): boolean {
  const models = modelsIn(model);
  return models.length > 0 && models.every(isHeldModel);
}

/** Whether every model inside fills schemas. */
export function takesSchemas(model: AnyRunnable): boolean {
  const models = modelsIn(model);
  return models.length > 0 && models.every(fillsSchemas);
}

/** LangChain's base class has the method whether or not the model can do it; it throws where it cannot. */
function fillsSchemas(model: { withStructuredOutput?: unknown }): boolean {
  if (typeof model.withStructuredOutput !== 'function') return false;
  try {
    model.withStructuredOutput({ title: 'trial', type: 'object', properties: {} });
    return true;
  } catch {
    return false;
  }
}

/** Of `withStructuredOutput`, beside `includeRaw`, which is ours. */
export interface StructuredOptions {
  method?: 'jsonSchema' | 'functionCalling' | 'jsonMode';
  strict?: boolean;
}

/**
 * The same wrappers around models that fill this schema. The reply is the model's own message where LangChain's runnable lets the model
 * be seen (`{ raw, parsed }` elsewhere): replies are understood here in any case, and its parser, given a stream that fails before the
 * first piece, leaves a rejected promise behind that nobody awaits.
 */
export function withSchema(
  model: AnyRunnable,
  name: string,
  schema: Record<string, unknown>,
  options: StructuredOptions = {},
): AnyRunnable {
  return mapModels(model, (inner) =>
    withoutParser(inner.withStructuredOutput({ title: name, ...schema }, { name, includeRaw: true, ...options })),
  );
}

function withoutParser(runnable: AnyRunnable): AnyRunnable {
  if (!RunnableSequence.isRunnableSequence(runnable)) return runnable;
  const { raw } = (runnable.steps[0] as { steps?: { raw?: AnyRunnable } }).steps ?? {};
  return Runnable.isRunnable(raw) ? raw : runnable;
}
