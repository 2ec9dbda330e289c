/** The released retrievers' classes as tiny random checkpoints, converted by the scripts in python/ and loaded here. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClipEncoder } from '../../src/tools/encoders/dense/clip.ts';
import { openDenseTextEncoder } from '../../src/tools/encoders/dense/text-encoder.ts';

const python = process.env.R1_ROUTER_PYTHON ?? 'python3';
const modules = ['torch', 'transformers', 'onnx', 'onnxruntime', 'onnxscript'];
const found = modules.map((name) => `importlib.util.find_spec(${JSON.stringify(name)})`).join(' and ');
const isThere = spawnSync(python, ['-c', `import importlib.util, sys; sys.exit(0 if ${found} else 1)`]).status === 0;
if (!isThere)
  console.log(`skipped: conversion of the retrievers (${python} lacks ${modules.join(', ')}; set R1_ROUTER_PYTHON)`);

const TIMEOUT = 600_000;
const folder = mkdtempSync(join(tmpdir(), 'r1-retrievers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!isThere)('converted retrievers', () => {
  let told: { differences: number[]; question: number[]; table: number[]; text: number[]; dimension: number };

  beforeAll(() => {
    const packages = fileURLToPath(new URL('../../python', import.meta.url));
    const program = fileURLToPath(new URL('tiny_retrievers.py', import.meta.url));
    const run = spawnSync(python, ['-B', '-W', 'ignore', program, folder], {
      env: { ...process.env, PYTHONPATH: packages, HF_HUB_OFFLINE: '1' },
    });
    expect(run.status, run.stderr.toString().slice(-3000)).toBe(0);
    told = JSON.parse(run.stdout.toString().trim().split('\n').at(-1)!);
  }, TIMEOUT);

  const near = (vector: ArrayLike<number>, expected: readonly number[]) => {
    expect(vector.length).toBe(expected.length);
    for (const [index, value] of expected.entries()) expect(vector[index]!).toBeCloseTo(value, 4);
  };

  it('say in ONNX what they say in torch', () => {
    for (const difference of told.differences) expect(difference).toBeLessThan(1e-4);
  });

  it('the table retriever reads questions with one encoder and tables with the other', async () => {
    const [table, question] = await Promise.all(
      ['table', 'question'].map((name) => openDenseTextEncoder({ model: join(folder, 'tables', name) })),
    );
    const dense = { ...table!, encodeQuery: question!.encodeQuery };
    near(await dense.encodeQuery('which river'), told.question);
    near((await dense.encodeDocuments(['table of rivers']))[0]!, told.table);
  });

  it("UniIR's towers load as an image encoder", async () => {
    const clip = await openClipEncoder({ model: join(folder, 'uniir') });
    expect(clip.dimension).toBe(told.dimension);
    near(await clip.encodeText('a river'), told.text);
    const picture = await sharp({ create: { width: 20, height: 16, channels: 3, background: '#3366aa' } })
      .png()
      .toBuffer();
    expect((await clip.encodeImage(picture)).length).toBe(told.dimension);
  });
});
