/**
 * A released checkpoint on this engine, where its file and node-llama-cpp are at hand: R1_ROUTER_SMOLLM2_GGUF names the GGUF file of
 * SmolLM2-135M, R1_ROUTER_NODE_LLAMA a folder with node-llama-cpp in its node_modules.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFloat32Gguf } from '../../bench/engine/gguf-float32.ts';
import { agreement, type Llama, openLlama } from '../../bench/engine/llama-agreement.ts';
import { smollm2Texts } from '../../bench/engine/smollm2-texts.ts';
import { loadGguf } from '../../src/causal-lm/gguf.ts';
import { Sampler } from '../../src/causal-lm/sampler.ts';
import { trainSupervised } from '../../src/train/causal-lm/supervised.ts';
import { initialLora } from '../../src/train/causal-lm/training.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'r1-smollm2-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe('a GGUF file widened to float32', () => {
  it.each(['q4_1', 'q8_0', 'f16'])('holds the very weights that %s stands for', async (type) => {
    const source = path.join(import.meta.dirname, 'fixtures', 'tiny-llama', `${type}.gguf`);
    const target = path.join(scratch, `${type}.gguf`);
    await writeFloat32Gguf(source, target);
    const [before, after] = [await loadGguf(source), await loadGguf(target)];
    expect(after.config).toEqual(before.config);
    expect(after.parameters.flat).toEqual(before.parameters.flat);
  });
});

const gguf = process.env.R1_ROUTER_SMOLLM2_GGUF ?? '';
const folder = process.env.R1_ROUTER_NODE_LLAMA ?? '';
const llama: Llama | undefined = existsSync(gguf) && folder !== '' ? await openLlama(folder) : undefined;
if (!llama) {
  const reason = existsSync(gguf)
    ? `no node-llama-cpp under R1_ROUTER_NODE_LLAMA="${folder}"`
    : `no file at R1_ROUTER_SMOLLM2_GGUF="${gguf}"`;
  console.log(`skipped: SmolLM2-135M against llama.cpp (${reason})`);
}

describe.skipIf(!llama)('SmolLM2-135M', () => {
  it('finds the same next token likeliest as llama.cpp does on the same weights, at 98% of places or more', async () => {
    const { config, parameters } = await loadGguf(gguf);
    const sampler = new Sampler({ config, parameters: [parameters] });
    const float32 = path.join(scratch, 'smollm2.gguf');
    await writeFloat32Gguf(gguf, float32);
    const model = await llama!.loadModel({ modelPath: float32 });
    const { same, places, gaps } = await agreement(smollm2Texts(), { model, sampler, vocabulary: config.vocabulary });
    expect(places).toBeGreaterThan(1_000);
    expect(same / places).toBeGreaterThanOrEqual(0.98);
    // What differs are ties.
    expect(Math.max(0, ...gaps)).toBeLessThan(0.1);
    await model.dispose();
    await sampler.release();
  }, 900_000);

  it('learns by 20 LoRA steps', async () => {
    const { config, parameters } = await loadGguf(gguf);
    const model = await llama!.loadModel({ modelPath: gguf });
    const lora = { rank: 8, alpha: 16 };
    const sequences = smollm2Texts()
      .slice(0, 8)
      .map((text) => model.tokenize(text).slice(0, 60))
      .map((ids) => ({ ids, mask: ids.map(() => 1) }));
    const losses = await trainSupervised(sequences, {
      config,
      parameters: initialLora(config, lora, 1),
      frozen: parameters,
      lora,
      steps: 20,
      batch: 2,
      rate: 1e-3,
    });
    const mean = (part: readonly number[]): number => part.reduce((a, b) => a + b, 0) / part.length;
    expect(mean(losses.slice(-4))).toBeLessThan(mean(losses.slice(0, 4)));
    await model.dispose();
  }, 900_000);
});
