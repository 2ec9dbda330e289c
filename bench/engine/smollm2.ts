/**
 * A released checkpoint on this engine: SmolLM2-135M out of its GGUF file. Its likeliest next tokens against those of llama.cpp on the
 * same texts, twice: llama.cpp given the very weights this engine computes with (the file dequantised to float32), and llama.cpp given
 * the quantised file, where it also rounds activations to 8 bits. Then 20 LoRA steps that lower the loss. Neither the file nor
 * node-llama-cpp is part of this package: without them the script says so and ends.
 *
 *   node bench/engine/smollm2.ts --gguf SmolLM2-135M-Instruct.gguf --llama /folder/with/node_modules [--lora-steps 20]
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadGguf } from '../../src/causal-lm/gguf.ts';
import { Sampler } from '../../src/causal-lm/sampler.ts';
import { trainSupervised } from '../../src/train/causal-lm/supervised.ts';
import { initialLora } from '../../src/train/causal-lm/training.ts';
import { priorQuestions } from '../../src/train/models/prior-questions.ts';
import { writeFloat32Gguf } from './gguf-float32.ts';
import { agreement, describeAgreement, openLlama } from './llama-agreement.ts';
import { smollm2Texts } from './smollm2-texts.ts';

const { values } = parseArgs({
  options: {
    gguf: { type: 'string', default: process.env.R1_ROUTER_SMOLLM2_GGUF ?? '' },
    llama: { type: 'string', default: process.env.R1_ROUTER_NODE_LLAMA ?? process.cwd() },
    'lora-steps': { type: 'string', default: '20' },
    threads: { type: 'string', default: '1' },
  },
});
const leave = (reason: string): never => {
  console.log(`skipped: ${reason}`);
  process.exit(0);
};
if (!existsSync(values.gguf)) leave(`no GGUF file at "${values.gguf}"; name it with --gguf`);
const llama =
  (await openLlama(values.llama)) ??
  leave(`node-llama-cpp is not installed under ${values.llama}; name the folder with --llama`);

const { config, parameters } = await loadGguf(values.gguf);
const runtime = { threads: Number(values.threads) };
const sampler = new Sampler({ config, parameters: [parameters] }, runtime);
console.log(`${(parameters.count / 1e6).toFixed(1)} M parameters`);
const texts = smollm2Texts();
const theirs = await llama.loadModel({ modelPath: values.gguf });
const scratch = await mkdtemp(path.join(tmpdir(), 'r1-smollm2-'));
try {
  const float32 = path.join(scratch, 'float32.gguf');
  await writeFloat32Gguf(values.gguf, float32);
  const same = await llama.loadModel({ modelPath: float32 });
  const compared = { sampler, vocabulary: config.vocabulary };
  console.log(
    `dequantised weights in both: ${describeAgreement(await agreement(texts, { ...compared, model: same }))}`,
  );
  await same.dispose();
  console.log(
    `llama.cpp on the quantised file: ${describeAgreement(await agreement(texts, { ...compared, model: theirs }))}`,
  );
} finally {
  await rm(scratch, { recursive: true, force: true });
}

if (values['lora-steps'] === '0') process.exit(0);
const lora = { rank: 8, alpha: 16 };
const adapters = initialLora(config, lora, 1);
const sequences = priorQuestions('table', 64, 1).map((question) => {
  const prompt = theirs.tokenize(`Question: ${question}\n`);
  const answer = theirs.tokenize(`<sub-question>${question}</sub-question><ret>Table Retriever</ret>`);
  return { ids: [...prompt, ...answer], mask: [...prompt.map(() => 0), ...answer.map(() => 1)] };
});
const start = performance.now();
const losses = await trainSupervised(sequences, {
  config,
  parameters: adapters,
  frozen: parameters,
  lora,
  steps: Number(values['lora-steps']),
  batch: 2,
  rate: 1e-3,
  ...runtime,
  onStep: ({ step, loss }) => console.log(`LoRA step ${step}: loss ${loss.toFixed(3)}`),
});
const part = (list: readonly number[]): string => (list.reduce((a, b) => a + b, 0) / list.length).toFixed(3);
console.log(
  `LoRA, ${losses.length} steps in ${((performance.now() - start) / 1000).toFixed(0)} s: mean loss of the first three ${part(losses.slice(0, 3))}, of the last three ${part(losses.slice(-3))}; peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`,
);
process.exit(0);
