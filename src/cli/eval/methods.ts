/** The methods that `--method` names, ready to be run: graphs over the opened knowledge bases. */
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { createChatModel } from '../../config/models.ts';
import { createPolicy, POLICY_NAMES } from '../../config/policies.ts';
import type { ModelConfig } from '../../config/schema.ts';
import type { EvaluationMethod } from '../../eval/runner/method.ts';
import { ResponseCache } from '../../eval/runner/response-cache.ts';
import { createRouterGraph } from '../../graph/graph.ts';
import type { ImageStore } from '../../graph/image-store.ts';
import { chatModelReader } from '../../graph/readers/chat-model.ts';
import { chatModelAnswerer } from '../../graph/readers/chat-model-answerer.ts';
import { extractiveAnswerer, extractiveReader } from '../../graph/readers/extractive/index.ts';
import type { KnowledgeBase } from '../../tools/knowledge-base.ts';

export interface MethodParts {
  knowledgeBases: readonly KnowledgeBase[];
  images: ImageStore;
  model?: ModelConfig;
  /** Folder of cached responses. */
  cache?: string;
}

export function listMethods(): string {
  return `${[...POLICY_NAMES, 'a directory written by r1-router train'].join('\n')}\n`;
}

/** Throws user errors that name the method to change. */
export async function createEvaluationMethods(
  names: readonly string[],
  parts: MethodParts,
): Promise<EvaluationMethod[]> {
  const { knowledgeBases, images } = parts;
  const model = await chatModel(parts);
  const reader = model ? chatModelReader({ model }) : extractiveReader();
  const answerer = model ? chatModelAnswerer({ model }) : extractiveAnswerer();
  const stores = await Promise.all(
    knowledgeBases.map(async (base) => {
      const { name, description, modality, cost } = base;
      return { name, description, modality, cost, stats: await base.stats() };
    }),
  );
  const methods: EvaluationMethod[] = [];
  for (const name of names) {
    const policy = await createPolicy(name, {
      knowledgeBases: knowledgeBases.map((base) => base.name),
      model: async () => model,
    });
    const graph = createRouterGraph({ knowledgeBases, policy, reader, answerer, images });
    methods.push({
      name,
      fingerprint: {
        policy: policy.version,
        reader: reader.name,
        answerer: answerer.name,
        model: model && parts.model,
        knowledgeBases: stores,
      },
      invoke: (input, config) => graph.invoke(input, config),
    });
  }
  return methods;
}

async function chatModel({ model, cache }: MethodParts): Promise<BaseChatModel | undefined> {
  if (model === undefined) return undefined;
  const made = await createChatModel(model);
  if (cache !== undefined) made.cache = new ResponseCache({ folder: cache });
  return made;
}
