/**
 * A released checkpoint on this engine: SmolLM2-135M out of its GGUF file, its likeliest next tokens against those of
 * node-llama-cpp on the same text, and 20 LoRA steps that lower its loss. Neither the file nor node-llama-cpp is part of this
 * package: without them the script says so and ends.
 *
 *   node bench/engine/smollm2.ts --gguf SmolLM2-135M-Instruct.gguf --llama /folder/with/node_modules [--lora-steps 20]
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { loadGguf } from '../../src/train/models/causal-lm/gguf.ts';
import { Sampler } from '../../src/train/models/causal-lm/sampler.ts';
import { trainSupervised } from '../../src/train/models/causal-lm/supervised.ts';
import { initialLora } from '../../src/train/models/causal-lm/training.ts';
import { priorQuestions } from '../../src/train/models/prior-questions.ts';

const { values } = parseArgs({
  options: {
    gguf: { type: 'string', default: process.env.R1_ROUTER_SMOLLM2_GGUF ?? '' },
    llama: { type: 'string', default: process.cwd() },
    'lora-steps': { type: 'string', default: '20' },
    threads: { type: 'string', default: '1' },
  },
});
const leave = (reason: string): never => {
  console.log(`skipped: ${reason}`);
  process.exit(0);
};
if (!existsSync(values.gguf)) leave(`no GGUF file at "${values.gguf}"; name it with --gguf`);
const found =
  createRequire(pathToFileURL(path.join(path.resolve(values.llama), 'package.json'))).resolve.paths('node-llama-cpp') ??
  [];
const home = found.map((folder) => path.join(folder, 'node-llama-cpp')).find((folder) => existsSync(folder));
if (!home) leave(`node-llama-cpp is not installed under ${values.llama}; name the folder with --llama`);

interface Llama {
  getLlama(options: object): Promise<{ loadModel(options: object): Promise<LlamaModel> }>;
}
interface LlamaModel {
  tokenize(text: string, special?: boolean): number[];
  createContext(options: object): Promise<{
    getSequence(): {
      controlledEvaluate(input: unknown[]): Promise<({ next?: { token?: number } } | undefined)[]>;
    };
  }>;
}

const TEXTS = [
  'The capital of France is Paris. The capital of Italy is Rome. The capital of Spain is Madrid, and the capital of Germany is',
  'To bake bread you need flour, water, salt and yeast. Mix the flour with the water, knead the dough until it is smooth, and let it rise in a warm place for an hour. Then',
  'Once upon a time there was a little girl who lived in a village near the forest. Every morning she walked to the well to fetch water for her grandmother, who was too old to',
  'Photosynthesis is the process by which plants turn light into chemical energy. Chlorophyll in the leaves absorbs light, and the energy is used to turn carbon dioxide and water into glucose and oxygen.',
  'Water boils at one hundred degrees Celsius at sea level, but on a high mountain the air pressure is lower, and so the water boils at a lower temperature. This is why cooking takes longer there.',
  'The committee met on Monday to discuss the budget for the next year. Several members asked for more money for schools and roads, while others said that taxes were already too high. After a long debate they agreed to meet again.',
  'A dog is a loyal animal that likes to play and run. Cats are more independent and spend much of the day asleep. Both are popular pets all over the world because they keep people company.',
  'To solve the equation, first subtract three from both sides, then divide by two. The result is x equals four. You can check the answer by putting it back into the equation.',
  'The Second World War ended in 1945. Many cities in Europe had been destroyed, and millions of people had lost their homes. In the years that followed the countries worked together to rebuild them.',
  'In 1969 two astronauts landed on the Moon while a third stayed in orbit. They collected rocks, took photographs and set up experiments before they returned to Earth.',
];

const { getLlama } = (await import(pathToFileURL(path.join(home!, 'dist', 'index.js')).href)) as Llama;
const llama = await getLlama({ gpu: false, logLevel: 'error' });
const theirs = await llama.loadModel({ modelPath: values.gguf });
const { config, parameters } = await loadGguf(values.gguf);
const runtime = { threads: Number(values.threads) };
const sampler = new Sampler({ config, parameters: [parameters] }, runtime);
console.log(`${(parameters.count / 1e6).toFixed(1)} M parameters`);

let [same, total] = [0, 0];
const gaps: number[] = [];
for (const text of TEXTS) {
  const ids = theirs.tokenize(text);
  const sequence = (await theirs.createContext({ contextSize: 256 })).getSequence();
  const evaluated = await sequence.controlledEvaluate(ids.map((id) => [id, { generateNext: { token: true } }]));
  const logits = await sampler.logits(ids);
  evaluated.forEach((result, place) => {
    const row = logits.subarray(place * config.vocabulary, (place + 1) * config.vocabulary);
    let best = 0;
    for (let id = 1; id < row.length; id++) if (row[id]! > row[best]!) best = id;
    total++;
    const other = result?.next?.token ?? -1;
    if (best === other) same++;
    // How close the choice was: their token's logit below ours.
    else gaps.push(row[best]! - (row[other] ?? Number.NaN));
  });
}
console.log(
  `likeliest next token: the same at ${same} of ${total} places (${((100 * same) / total).toFixed(1)}%); where they differ, their token lies ${gaps.map((gap) => gap.toFixed(2)).join(', ')} below ours`,
);

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
