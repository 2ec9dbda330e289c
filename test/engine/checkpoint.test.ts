import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyedRandom } from '../../src/common/random.ts';
import { decodeSafetensors, encodeSafetensors } from '../../src/common/safetensors.ts';
import {
  CheckpointError,
  type CheckpointRecord,
  checkpointFile,
  listCheckpoints,
  loadCheckpoint,
  pruneCheckpoints,
  resumeFrom,
  saveCheckpoint,
} from '../../src/engine/checkpoint.ts';
import { adamW } from '../../src/engine/optimiser.ts';
import { Parameters } from '../../src/engine/parameters.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'r1-checkpoint-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function model() {
  const parameters = new Parameters([
    { name: 'a.weight', shape: [3, 5] },
    { name: 'a.bias', shape: [3] },
  ]);
  parameters.fillNormal('a.weight', 1, keyedRandom('checkpoint'));
  return { parameters, optimiser: adamW(parameters, { rate: 0.1 }) };
}

const record = (step: number): CheckpointRecord => ({
  version: 1,
  step,
  random: { seed: 7 },
  cursor: { epoch: 1, row: 30 },
  configHash: 'c0ffee',
  gitHash: '',
});

function trainOne({ parameters, optimiser }: ReturnType<typeof model>, step: number) {
  const gradient = parameters.like();
  parameters.view(gradient, 'a.weight').forEach((_, index, view) => {
    view[index] = Math.sin(index + step);
  });
  optimiser.update(gradient);
}

async function save(trained: ReturnType<typeof model>, step: number) {
  const file = checkpointFile(directory, step);
  await saveCheckpoint(file, {
    parameters: trained.parameters,
    optimiser: trained.optimiser.state,
    record: record(step),
  });
  return file;
}

describe('checkpoints', () => {
  it('resume to the same bytes as a run that never stopped', async () => {
    const whole = model();
    for (let step = 0; step < 6; step++) trainOne(whole, step);
    const first = model();
    for (let step = 0; step < 3; step++) trainOne(first, step);
    const file = await save(first, 3);
    const second = model();
    second.parameters.flat.fill(9);
    const read = await loadCheckpoint(file, { ...second, optimiser: second.optimiser.state, configHash: 'c0ffee' });
    expect(read).toEqual(record(3));
    for (let step = 3; step < 6; step++) trainOne(second, step);
    expect(second.parameters.values('a.weight')).toEqual(whole.parameters.values('a.weight'));
    expect(second.optimiser.state).toEqual(whole.optimiser.state);
  });

  it('leave no temporary file and no hole in the offsets', async () => {
    const file = await save(model(), 1);
    expect(await readdir(directory)).toEqual([path.basename(file)]);
    const bytes = await readFile(file);
    const length = Number(bytes.readBigUInt64LE(0));
    const header = JSON.parse(bytes.subarray(8, 8 + length).toString()) as Record<string, { data_offsets: number[] }>;
    let position = 0;
    for (const [name, { data_offsets }] of Object.entries(header)) {
      if (name === '__metadata__') continue;
      expect(data_offsets[0]).toBe(position);
      position = data_offsets[1]!;
    }
    expect((await stat(file)).size).toBe(8 + length + position);
  });

  it('refuse every single flipped byte, and the weights in memory stay', async () => {
    const file = await save(model(), 1);
    const good = await readFile(file);
    const random = keyedRandom('flip');
    for (let attempt = 0; attempt < 60; attempt++) {
      const bad = Buffer.from(good);
      const at = random.below(bad.length);
      bad[at] = bad[at]! ^ (1 << random.below(8));
      await writeFile(file, bad);
      const target = model();
      const before = target.parameters.flat.slice();
      const outcome = await loadCheckpoint(file, { ...target, optimiser: target.optimiser.state }).catch(
        (e: unknown) => e,
      );
      expect(outcome, `byte ${at}`).toBeInstanceOf(CheckpointError);
      expect(target.parameters.flat).toEqual(before);
    }
  });

  it('pass over a damaged or cut one to the last good one', async () => {
    const trained = model();
    await save(trained, 1);
    trainOne(trained, 0);
    const newest = await save(trained, 2);
    await writeFile(newest, (await readFile(newest)).subarray(0, 100));
    const damaged: string[] = [];
    const target = model();
    const read = await resumeFrom(directory, {
      ...target,
      optimiser: target.optimiser.state,
      onDamaged: (error) => damaged.push(error.file),
    });
    expect(read?.step).toBe(1);
    expect(damaged).toEqual([newest]);
  });

  it('say so when all are damaged, and give undefined when there is none', async () => {
    expect(
      await resumeFrom(path.join(directory, 'none'), model().parameters && { parameters: model().parameters }),
    ).toBeUndefined();
    await writeFile(checkpointFile(directory, 4), 'not a checkpoint');
    await expect(resumeFrom(directory, { parameters: model().parameters })).rejects.toThrowError(/damaged/);
  });

  it('refuse another configuration and another model', async () => {
    const file = await save(model(), 1);
    await expect(loadCheckpoint(file, { ...model(), optimiser: undefined, configHash: 'other' })).rejects.toThrowError(
      /another configuration/,
    );
    const wider = new Parameters([{ name: 'a.weight', shape: [4, 5] }]);
    await expect(loadCheckpoint(file, { parameters: wider })).rejects.toThrowError(/\[3,5\], the model wants \[4,5\]/);
  });

  it('report a directory that cannot be written and keep what was there', async () => {
    const { parameters, optimiser } = model();
    const file = path.join(directory, 'missing', 'checkpoint-00000001.safetensors');
    await expect(
      saveCheckpoint(file, { parameters, optimiser: optimiser.state, record: record(1) }),
    ).rejects.toMatchObject({ code: 'write-failed' });
  });

  it('are pruned oldest first', async () => {
    const trained = model();
    for (const step of [1, 2, 3]) await save(trained, step);
    await writeFile(path.join(directory, 'checkpoint-00000004.safetensors.123.tmp'), 'half written');
    await pruneCheckpoints(directory, 2);
    expect((await listCheckpoints(directory)).map(({ step }) => step)).toEqual([3, 2]);
    expect(await readdir(directory)).toHaveLength(2);
  });
});

describe('safetensors', () => {
  it('widens float16 and bfloat16', () => {
    const encode = (dtype: string, halves: number[]) => {
      const file = encodeSafetensors([['x', { shape: [halves.length], values: new Float32Array(halves.length) }]]);
      const text = new TextDecoder().decode(file).slice(8);
      const header = text
        .slice(0, text.lastIndexOf('}') + 1)
        .replace('"F32"', `"${dtype}"`)
        .replace(`[0,${halves.length * 4}]`, `[0,${halves.length * 2}]`);
      const bytes = new Uint8Array(8 + header.length + halves.length * 2);
      new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
      bytes.set(new TextEncoder().encode(header), 8);
      bytes.set(new Uint8Array(Uint16Array.from(halves).buffer), 8 + header.length);
      return [...decodeSafetensors(bytes).tensors.get('x')!.values];
    };
    expect(encode('F16', [0x3c00, 0xc000, 0x0001, 0x7bff])).toEqual([1, -2, 2 ** -24, 65504]);
    expect(encode('BF16', [0x3f80, 0xc000, 0x4049])).toEqual([1, -2, 3.140625]);
  });
});
