/**
 * Checkpoints in the layout of the Hugging Face hub: `config.json` beside one `model.safetensors`, or beside several with an
 * index. Loading widens to float32; saving writes one file.
 */
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../common/atomic-file.ts';
import { canonicalJson } from '../common/content-hash.ts';
import { messageOf, userError } from '../common/errors.ts';
import { decodeSafetensors, encodeSafetensors } from '../common/safetensors.ts';
import { Parameters } from '../engine/parameters.ts';
import { sameShape } from '../engine/shapes.ts';
import { type CausalLmConfig, causalLmParameters, parseCausalLmConfig } from './config.ts';

const IndexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** Throws `causal-lm-directory` where a file is missing, or a weight is missing or has another shape. */
export async function loadCausalLm(directory: string): Promise<{ config: CausalLmConfig; parameters: Parameters }> {
  const fail = (problem: string, cause?: unknown): never => {
    throw userError('causal-lm-directory', `model ${directory}: ${problem}`, cause);
  };
  const read = (name: string): Promise<Buffer> =>
    readFile(path.join(directory, name)).catch((cause) => fail(`${name} cannot be read: ${messageOf(cause)}`, cause));
  const config = parseCausalLmConfig(JSON.parse((await read('config.json')).toString('utf8')));
  const indexText = await readFile(path.join(directory, 'model.safetensors.index.json'), 'utf8').catch(() => undefined);
  const files = indexText
    ? [...new Set(Object.values(IndexSchema.parse(JSON.parse(indexText)).weight_map))]
    : ['model.safetensors'];
  const parameters = new Parameters(causalLmParameters(config));
  const missing = new Set(parameters.specs.map(({ name }) => name));
  for (const file of files) {
    const { tensors } = decodeSafetensors(await read(file), path.join(directory, file));
    for (const { name, shape } of parameters.specs) {
      const tensor = tensors.get(name);
      if (!tensor) continue;
      if (!sameShape(tensor.shape, shape)) fail(`${name} has the shape [${tensor.shape}], config.json says [${shape}]`);
      parameters.values(name).set(tensor.values);
      missing.delete(name);
    }
  }
  if (missing.size > 0) fail(`${missing.size} weights are missing, ${[...missing][0]} among them`);
  return { config, parameters };
}

/** Writes weights and the config as released (`raw`), so that other tools read the directory too. */
export async function saveCausalLm(
  directory: string,
  { raw, parameters }: { raw: unknown; parameters: Parameters },
): Promise<void> {
  await mkdir(directory, { recursive: true });
  const tensors = parameters.specs.map(
    ({ name, shape }) => [name, { shape, values: parameters.values(name) }] as const,
  );
  await writeFileAtomic(path.join(directory, 'model.safetensors'), encodeSafetensors(tensors, { format: 'pt' }));
  await writeFileAtomic(path.join(directory, 'config.json'), `${canonicalJson(raw)}\n`);
}

/** The base weights with the adapters worked in: what is served, exported, or loaded by tools that know no adapters. */
export function mergeLora(
  base: Parameters,
  adapters: Parameters,
  { rank, alpha }: { rank: number; alpha: number },
): Parameters {
  const merged = new Parameters(base.specs);
  merged.flat.set(base.flat);
  for (const { name, shape } of base.specs) {
    const stem = name.replace(/\.weight$/, '');
    if (!adapters.has(`${stem}.lora_A.weight`)) continue;
    const [a, b] = [adapters.values(`${stem}.lora_A.weight`), adapters.values(`${stem}.lora_B.weight`)];
    const [out, size] = shape as [number, number];
    const target = merged.values(name);
    for (let row = 0; row < out; row++) {
      for (let r = 0; r < rank; r++) {
        const factor = (b[row * rank + r]! * alpha) / rank;
        for (let column = 0; column < size; column++) target[row * size + column]! += factor * a[r * size + column]!;
      }
    }
  }
  return merged;
}
