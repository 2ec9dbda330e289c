/**
 * How often this engine and llama.cpp (through node-llama-cpp, which is no part of this package) find the same next token likeliest
 * after every token of some texts, and how close the choice was where they differ.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Sampler } from '../../src/causal-lm/sampler.ts';

export interface LlamaModel {
  tokenize(text: string, special?: boolean): number[];
  createContext(options: object): Promise<{
    getSequence(): {
      controlledEvaluate(input: unknown[]): Promise<({ next?: { token?: number } } | undefined)[]>;
    };
    dispose(): Promise<void>;
  }>;
  dispose(): Promise<void>;
}
export interface Llama {
  loadModel(options: { modelPath: string }): Promise<LlamaModel>;
}

/** From the node_modules that `folder` sees; undefined where it is not installed. */
export async function openLlama(folder: string): Promise<Llama | undefined> {
  const from = createRequire(pathToFileURL(path.join(path.resolve(folder), 'package.json')));
  const homes = from.resolve.paths('node-llama-cpp') ?? [];
  const home = homes.map((one) => path.join(one, 'node-llama-cpp')).find((one) => existsSync(one));
  if (home === undefined) return undefined;
  const { getLlama } = (await import(pathToFileURL(path.join(home, 'dist', 'index.js')).href)) as {
    getLlama(options: object): Promise<Llama>;
  };
  return getLlama({ gpu: false, logLevel: 'error' });
}

export interface Agreement {
  places: number;
  same: number;
  /** Where they differ: by how much their token's logit lies below the highest, in this engine's eyes. */
  gaps: number[];
}

/** The text is cut to `longest` tokens. */
export async function agreement(
  texts: readonly string[],
  {
    model,
    sampler,
    vocabulary,
    longest = 240,
  }: { model: LlamaModel; sampler: Sampler; vocabulary: number; longest?: number },
): Promise<Agreement> {
  const result: Agreement = { places: 0, same: 0, gaps: [] };
  for (const text of texts) {
    const ids = model.tokenize(text).slice(0, longest);
    const context = await model.createContext({ contextSize: 256, threads: 1 });
    const evaluated = await context
      .getSequence()
      .controlledEvaluate(ids.map((id) => [id, { generateNext: { token: true } }]));
    await context.dispose();
    const logits = await sampler.logits(ids);
    for (const [place, theirs] of evaluated.entries()) {
      const row = logits.subarray(place * vocabulary, (place + 1) * vocabulary);
      const best = row.reduce((at, value, id) => (value > row[at]! ? id : at), 0);
      const other = theirs?.next?.token ?? -1;
      result.places++;
      if (best === other) result.same++;
      else result.gaps.push(row[best]! - (row[other] ?? Number.NaN));
    }
  }
  return result;
}

export function describeAgreement({ places, same, gaps }: Agreement): string {
  const sorted = gaps.toSorted((a, b) => a - b);
  const share = ((100 * same) / places).toFixed(2);
  const apart =
    gaps.length === 0
      ? ''
      : `; where they differ, their token lies ${sorted[sorted.length >> 1]!.toFixed(3)} below ours (median), at most ${sorted.at(-1)!.toFixed(3)}`;
  return `the same at ${same} of ${places} places (${share}%)${apart}`;
}
