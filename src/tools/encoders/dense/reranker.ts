/** A cross-encoder: reads query and passage together and says how well they fit. Slow and good; for the top of a list. */
import { systemError } from '../../../common/errors.ts';
import type { Reranker } from '../encoder.ts';
import { DEFAULT_RERANKER } from '../models/catalogue.ts';
import { graphPaths, type ModelOptions, modelFile, resolveModel } from '../models/model.ts';
import { inBatches, openTextTransformer, type RuntimeOptions } from './runtime.ts';

export interface RerankerOptions extends Partial<ModelOptions>, RuntimeOptions {
  maxTokens?: number;
}

/** Scores are the model's own (logits): comparable within one query. Throws what `resolveModel` throws. */
export async function openReranker(options: RerankerOptions = {}): Promise<Reranker> {
  const model = await resolveModel('reranker', { ...options, model: options.model ?? DEFAULT_RERANKER });
  const graph = modelFile(model, graphPaths('model', model.variant));
  const maxTokens = options.maxTokens ?? model.spec.maxTokens ?? 512;
  const transformer = await openTextTransformer(model, graph, { threads: options.threads, maxTokens });
  return {
    id: model.id,
    async score(query, passages, signal) {
      const scores: number[] = new Array(passages.length);
      await inBatches(
        passages.map((passage) => transformer.encode(query, passage)),
        async (batch, places) => {
          const outputs = await transformer.run(batch);
          const logits = outputs.logits ?? Object.values(outputs)[0];
          if (!logits || logits.dims[0] !== batch.length)
            throw systemError('model-broken', `Model ${model.id}: it gives no logits`);
          const classes = logits.dims[1] ?? 1;
          // Of two classes the second is "relevant"; one is the score itself.
          for (const [row, place] of places.entries())
            scores[place] = Number((logits.data as Float32Array)[row * classes + classes - 1]);
        },
        { signal },
      );
      return scores;
    },
  };
}
