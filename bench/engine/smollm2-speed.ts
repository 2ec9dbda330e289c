/**
 * What a token of a released model costs: SmolLM2-135M out of its GGUF file, tokens per second of CPU, one thread. Reading and
 * sampling in batches of 16, LoRA updates of Step-GRPO on what was sampled, how far the trainer's log-probabilities are from the
 * sampler's, and the memory after each update. Without the file it says so and ends.
 *
 *   node bench/engine/smollm2-speed.ts --gguf SmolLM2-135M-Instruct.gguf [--updates 6]
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadGguf, loadGgufTokenizer } from '../../src/causal-lm/gguf.ts';
import { Sampler } from '../../src/causal-lm/sampler.ts';
import { TokenLogProbabilities } from '../../src/train/causal-lm/log-probabilities.ts';
import { microBatch } from '../../src/train/causal-lm/micro-batches.ts';
import { initialLora } from '../../src/train/causal-lm/training.ts';
import { causalLmUpdater } from '../../src/train/causal-lm/updater.ts';
import { processSeconds } from '../train/metrics.ts';
import { smollm2Texts } from './smollm2-texts.ts';

const { values } = parseArgs({
  options: {
    gguf: { type: 'string', default: process.env.R1_ROUTER_SMOLLM2_GGUF ?? '' },
    updates: { type: 'string', default: '6' },
  },
});
if (!existsSync(values.gguf)) {
  console.log(`skipped: no GGUF file at "${values.gguf}"; name it with --gguf`);
  process.exit(0);
}
const { config, parameters: frozen } = await loadGguf(values.gguf);
const { tokenizer } = await loadGgufTokenizer(values.gguf);
const lora = { rank: 8, alpha: 16 };
const parameters = initialLora(config, lora, 1);
const model = { config, parameters: [frozen, parameters], lora };
const sampler = new Sampler(model);

const [ROWS, PROMPT, REPLY] = [16, 64, 48];
const text = tokenizer.encode(smollm2Texts().join('\n'));
const prompts = Array.from({ length: ROWS }, (_, row) =>
  Array.from({ length: PROMPT }, (_, place) => text[(row * 37 + place) % text.length]!),
);

/** Tokens per second of CPU; the first time compiles and does not count. */
async function paced<Result>(tokens: number, run: () => Promise<Result>): Promise<{ result: Result; pace: number }> {
  await run();
  const began = processSeconds();
  const result = await run();
  return { result, pace: tokens / (processSeconds() - began) };
}
const sampled = (maxTokens: number) => sampler.sample(prompts, { maxTokens, seed: 'speed', endTokens: [] });
const reading = await paced(ROWS * PROMPT, () => sampled(1));
const whole = await paced(1, () => sampled(REPLY));
const decoding = (ROWS * (REPLY - 1)) / (1 / whole.pace - (ROWS * PROMPT) / reading.pace);
console.log(`reads ${reading.pace.toFixed(0)}, samples ${decoding.toFixed(0)} tokens per second of CPU, batch ${ROWS}`);

const samples = whole.result.map(({ tokenIds, logProbabilities }, row) => ({
  promptTokenIds: prompts[row]!,
  tokenIds,
  oldLogProbabilities: logProbabilities,
  advantage: row % 2 ? 1 : -1,
  weight: 1 / (ROWS * REPLY),
}));
const forward = new TokenLogProbabilities(model);
const part = microBatch(samples);
const now = await forward.of(part.bucket, part.feeds);
const apart = part.places.map(({ sample, token }, place) =>
  Math.abs(now[place]! - samples[sample]!.oldLogProbabilities[token]!),
);
console.log(`trainer and sampler differ by ${Math.max(...apart).toExponential(1)} nats a token at most`);
await forward.release();
await sampler.release();

const updater = causalLmUpdater({ config, parameters, frozen, lora }, { rate: 1e-4, microBatchTokens: 512 });
const tokens = ROWS * (PROMPT + REPLY);
for (let update = 0; update < Number(values.updates); update++) {
  const began = processSeconds();
  await updater.update(samples);
  const pace = tokens / (processSeconds() - began);
  const megabytes = process.memoryUsage().rss / 1e6;
  console.log(`update ${update + 1}: trains ${pace.toFixed(0)} tokens per second of CPU, ${megabytes.toFixed(0)} MB`);
}
await updater.release();
