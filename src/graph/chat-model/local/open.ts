/** Opens `gguf:FILE`. One file with one set of options is one model in memory, however many parts of a router ask for it. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { userError } from '../../../common/errors.ts';
import { LocalChatModel } from './chat-model.ts';
import { GGUF_PREFIX, isGgufName } from './engine.ts';
import { openLlamaEngine } from './llama-engine.ts';

const GgufOptionsSchema = z.strictObject({
  /** Threads of a call; see `LlamaEngineOptions`. */
  threads: z.number().int().min(1).max(256).optional(),
  /** Tokens of prompt and reply. */
  contextSize: z.number().int().min(256).optional(),
  gpu: z.boolean().optional(),
  temperature: z.number().min(0).max(2).optional(),
  seed: z.number().int().nonnegative().optional(),
  /** Tokens of a reply. */
  maxTokens: z.number().int().positive().optional(),
});
type GgufOptions = z.infer<typeof GgufOptionsSchema>;

const opened = new Map<string, Promise<LocalChatModel>>();

/**
 * The chat model of a GGUF file; `name` may begin with `gguf:`. Throws the user errors `gguf-missing`, `gguf-invalid`,
 * `provider-not-installed` (node-llama-cpp) and `model-options`, and `gguf-runtime` where it cannot be loaded.
 */
export async function openGguf(name: string, options: Readonly<Record<string, unknown>> = {}): Promise<LocalChatModel> {
  const file = resolve(isGgufName(name) ? name.slice(GGUF_PREFIX.length) : name);
  const parsed = GgufOptionsSchema.safeParse(options);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const known = Object.keys(GgufOptionsSchema.shape).join(', ');
    throw userError(
      'model-options',
      `model "gguf:${file}": ${issue?.path.join('.') || 'options'}: ${issue?.message}; it takes ${known}`,
    );
  }
  const key = JSON.stringify([file, Object.entries(parsed.data).sort()]);
  const model = opened.get(key) ?? load(file, parsed.data, () => opened.delete(key));
  opened.set(key, model);
  model.catch(() => opened.delete(key)); // a file that is put there later counts
  return model;
}

async function load(file: string, options: GgufOptions, onDispose: () => void): Promise<LocalChatModel> {
  const { threads, contextSize, gpu, ...sampling } = options;
  const engine = await openLlamaEngine(file, { threads, contextSize, gpu });
  const dispose = async () => {
    onDispose();
    await engine.dispose();
  };
  return new LocalChatModel({
    ...sampling,
    engine: { name: engine.name, generate: (request) => engine.generate(request), dispose },
  });
}
