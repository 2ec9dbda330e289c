import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCausalLm } from '../../src/causal-lm/directory.ts';
import { loadGguf } from '../../src/causal-lm/gguf.ts';
import { dequantise } from '../../src/causal-lm/gguf-format.ts';
import { Sampler } from '../../src/causal-lm/sampler.ts';

const fixture = (...parts: string[]) => path.join(import.meta.dirname, 'fixtures', ...parts);

describe('loadGguf', () => {
  it.each(['tiny-llama', 'tiny-qwen2'])('%s in F32 has the logits of transformers within 1e-4', async (name) => {
    const { ids, logits } = JSON.parse(await readFile(fixture(name, 'expected.json'), 'utf8'));
    const { config, parameters } = await loadGguf(fixture(name, 'f32.gguf'));
    const sampler = new Sampler({ config, parameters: [parameters] });
    const mine = await sampler.logits(ids);
    const worst = Math.max(...logits.flat().map((value: number, index: number) => Math.abs(value - mine[index]!)));
    expect(worst).toBeLessThan(1e-4);
    await sampler.release();
  });

  // The largest error a weight may have: half a step of its block, a whole one where the scale is signed.
  it.each([
    ['f16', 0.0005],
    ['bf16', 0.003],
    ['q8_0', 0.003],
    ['q5_0', 0.045],
    ['q4_0', 0.09],
    ['q4_1', 0.05],
  ])('%s comes back within %d of every weight', async (type, bound) => {
    const { parameters } = await loadCausalLm(fixture('tiny-llama'));
    const loaded = await loadGguf(fixture('tiny-llama', `${type}.gguf`));
    let [worst, total, square] = [0, 0, 0];
    parameters.flat.forEach((value, index) => {
      const error = Math.abs(value - loaded.parameters.flat[index]!);
      worst = Math.max(worst, error);
      total += error * error;
      square += value * value;
    });
    expect(worst).toBeGreaterThan(0);
    expect(worst).toBeLessThan(bound);
    expect(Math.sqrt(total / square)).toBeLessThan(0.07);
  });

  it('reads blocks that share scales as the gguf package does, value for value', async () => {
    const blocks = JSON.parse(await readFile(fixture('gguf-blocks.json'), 'utf8')) as {
      type: number;
      name: string;
      bytes: string;
      values: string;
    }[];
    expect(blocks.map(({ name }) => name)).toEqual(['Q4_K', 'Q5_K', 'Q6_K', 'Q5_1']);
    for (const { type, name, bytes, values } of blocks) {
      const wanted = new Float32Array(new Uint8Array(Buffer.from(values, 'base64')).buffer);
      const tensor = { name, shape: [wanted.length], type, offset: 0 };
      const read = dequantise(tensor, new Uint8Array(Buffer.from(bytes, 'base64')));
      for (const [place, value] of wanted.entries()) expect(Math.abs(read[place]! - value)).toBeLessThan(1e-6);
      expect(Math.max(...read.map(Math.abs))).toBeGreaterThan(0.1);
    }
  });

  it('tells a type that it cannot read by name', () => {
    const of = (type: number) => () => dequantise({ name: 'x', shape: [256], type, offset: 0 }, new Uint8Array(200));
    expect(of(10)).toThrow(/x is of the type Q2_K; supported are F32, F16/);
    expect(of(99)).toThrow(/the type number 99/);
  });

  it('says what is wrong with a file that is cut, is not GGUF, or is missing', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'r1-gguf-'));
    const file = path.join(directory, 'model.gguf');
    const good = await readFile(fixture('tiny-llama', 'q8_0.gguf'));
    for (const [bytes, code] of [
      [good.subarray(0, 300), 'gguf-invalid'],
      [good.subarray(0, good.length - 4000), 'gguf-invalid'],
      [Buffer.from('not a model at all'), 'gguf-invalid'],
    ] as const) {
      await writeFile(file, bytes);
      await expect(loadGguf(file)).rejects.toMatchObject({ code });
    }
    await rm(directory, { recursive: true });
    await expect(loadGguf(file)).rejects.toMatchObject({ code: 'gguf-invalid' });
  });
});
