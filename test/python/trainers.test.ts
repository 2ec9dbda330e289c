/**
 * Trainers in Python, where they are installed: TRL, datasets and OpenEnv's client against a running environment and real exports. The
 * interpreter is R1_ROUTER_PYTHON, or python3; nothing is downloaded, the model is a few thousand random weights.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeCompanions } from '../../src/cli/export/companions.ts';
import { writeRows } from '../../src/cli/export/write-rows.ts';
import {
  EXPORT_FORMATS,
  exportedRows,
  lengthMeter,
  rowsEnding,
  trainerSettings,
} from '../../src/train/export/index.ts';
import { parseTrainConfig } from '../../src/train/trainer/train-config.ts';
import { serveSmallWorld } from '../train/environment/served.ts';
import { smallData, smallWorld } from '../train/small-world.ts';

const python = process.env.R1_ROUTER_PYTHON ?? 'python3';
const has = (...modules: string[]): boolean => {
  const found = modules.map((name) => `importlib.util.find_spec(${JSON.stringify(name)})`).join(' and ');
  return spawnSync(python, ['-c', `import importlib.util, sys; sys.exit(0 if ${found} else 1)`]).status === 0;
};
const hasTrl = has('trl', 'torch', 'datasets');
const hasOpenEnv = has('openenv');
const hasVerl = hasTrl && has('verl', 'hydra', 'ray', 'tensordict');
const easyR1 = process.env.R1_ROUTER_EASYR1 ?? '';
const hasEasyR1 = hasTrl && easyR1 !== '';
if (!hasTrl)
  console.log(`skipped: trainers in Python (${python} has no trl, torch and datasets; set R1_ROUTER_PYTHON)`);
if (!hasOpenEnv) console.log(`skipped: OpenEnv's own client (${python} has no openenv; set R1_ROUTER_PYTHON)`);

if (!hasVerl) console.log(`skipped: verl's own code (${python} has no verl, hydra, ray and tensordict)`);
if (!hasEasyR1) console.log("skipped: EasyR1's own code (R1_ROUTER_EASYR1 names no checkout of it)");

const here = fileURLToPath(new URL('.', import.meta.url));
const packages = fileURLToPath(new URL('../../python', import.meta.url));
const TIMEOUT = 600_000;

/** The last line of a program's output, which is JSON. */
// biome-ignore lint/suspicious/noExplicitAny: what the program says is what is looked at
async function run(program: string, ...argv: string[]): Promise<any> {
  const child = spawn(python, ['-B', '-W', 'ignore', join(here, program), ...argv], {
    env: {
      ...process.env,
      PYTHONPATH: packages,
      TRL_EXPERIMENTAL_SILENCE: '1',
      HF_HUB_OFFLINE: '1',
      OMP_NUM_THREADS: '2',
    },
  });
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (text.out += chunk));
  child.stderr.on('data', (chunk) => (text.err += chunk));
  const status = await new Promise((resolve) => child.on('close', resolve));
  expect(status, text.err.slice(-3000)).toBe(0);
  return JSON.parse(text.out.trim().split('\n').at(-1)!);
}

const folder = mkdtempSync(join(tmpdir(), 'r1-python-'));
const model = join(folder, 'model');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Each format as `r1-router export` writes it. */
async function exportAll(): Promise<void> {
  const { knowledgeBases } = smallWorld();
  const config = parseTrainConfig({ grpo: { questions: 2, groupSize: 2 } });
  for (const format of EXPORT_FORMATS) {
    const out = join(folder, format);
    mkdirSync(out);
    const meter = lengthMeter();
    const options = { knowledgeBases, maxSteps: 3, readLimit: 5, image: async () => undefined, images: false };
    for (const split of ['train', 'validation'] as const) {
      const questions = smallData()[split].slice(0, 6);
      const rows = exportedRows(format, questions, { ...options, split, onTurn: meter.add });
      await writeRows(join(out, `${split}.${rowsEnding(format)}`), rows);
    }
    await writeCompanions(out, format, trainerSettings(format, config, meter.lengths()));
  }
}

beforeAll(async () => {
  if (!hasTrl) return;
  await exportAll();
  const made = spawnSync(python, ['-W', 'ignore', join(here, 'tiny_qwen2.py'), model]);
  expect(made.status, made.stderr.toString()).toBe(0);
}, TIMEOUT);

describe.skipIf(!hasTrl)('TRL', () => {
  it('takes a GRPO step with the environment class', { timeout: TIMEOUT }, async () => {
    const { url, sessions } = await serveSmallWorld();
    const done = await run('grpo_environment.py', url, model, join(folder, 'environment'));
    expect(done).toMatchObject({
      steps: 1,
      tools: ['calculate_table', 'finish', 'search_table', 'search_text'],
    });
    expect(Number.isFinite(done.reward)).toBe(true);
    for (const [, told] of done.taken) expect(told).toMatch(/^Question: /);
    expect(done.taken).toHaveLength(2);
    expect(sessions.count).toBe(2);
  });

  it('plays an episode, and the service scores it the same', { timeout: TIMEOUT }, async () => {
    const { url } = await serveSmallWorld();
    const done = await run('play_environment.py', url, 'capital-0');
    expect(done.text).toBe('Question: What is the capital of Arland?');
    expect(done.found).toContain('p1: Capitals. Country: Arland');
    expect(done.again).toBe('The episode is over.');
    expect(done.reward).toBeCloseTo(done.total, 12);
    expect(done.scored).toBeCloseTo(done.total, 12);
    const [search, finish] = done.schemas;
    expect(search.function.parameters).toMatchObject({
      required: ['query'],
      properties: { query: { type: 'string' } },
    });
    expect(Object.keys(finish.function.parameters.properties)).toEqual(['quote', 'answer', 'citations']);
  });

  it('takes a supervised step on exported chat rows', { timeout: TIMEOUT }, async () => {
    const done = await run('train_export.py', join(folder, 'sft'), model, join(folder, 'sft-out'));
    expect(done.steps).toBe(1);
    expect(done.loss).toBeGreaterThan(0);
  });

  it('takes a GRPO step on exported settings and reward', { timeout: TIMEOUT }, async () => {
    // A random model says nothing in a thousand tokens that it does not say in sixteen.
    const done = await run(
      'train_export.py',
      join(folder, 'trl'),
      model,
      join(folder, 'trl-out'),
      'max_completion_length=16',
    );
    expect(done).toMatchObject({ steps: 1, reward: 0 });
  });

  it('loads every export with datasets', { timeout: TIMEOUT }, async () => {
    const files = EXPORT_FORMATS.map((format) => join(folder, format, `train.${rowsEnding(format)}`));
    const loaded = await run('load_exports.py', ...files);
    expect(loaded.reference).toEqual([6, ['images', 'steps']]);
    expect(loaded.easyr1).toEqual([24, ['answer', 'problem', 'question', 'split', 'turn']]);
    expect(loaded.verl[1]).toEqual(['ability', 'data_source', 'extra_info', 'prompt', 'reward_model']);
    expect(loaded.trl[0]).toBe(24);
    expect(loaded.sft[1]).toContain('messages');
  });
});

describe.skipIf(!hasVerl && !hasEasyR1)('trainers that need a GPU to train', () => {
  it.skipIf(!hasVerl)(
    "verl's own configuration, dataset and reward code read the export",
    { timeout: TIMEOUT },
    async () => {
      const done = await run('verl_export.py', join(folder, 'verl'), model);
      expect(done).toEqual({ rows: 24, roles: ['system', 'user'], score: 1 });
    },
  );

  it.skipIf(!hasEasyR1)("EasyR1's own read it, and its template parts the prompt", { timeout: TIMEOUT }, async () => {
    const done = await run('easyr1_export.py', easyR1, join(folder, 'easyr1'), model);
    expect(done).toMatchObject({ rows: 24, scores: [{ overall: 1 }], type: 'batch' });
    const [system, user] = done.plain.split(/SYSTEM|USER/);
    expect(done.text.startsWith(system)).toBe(true);
    expect(done.text).toContain(`${user}Origin question: What is the capital of Arland?`);
    expect(done.text.endsWith(done.plain.split('USER')[1])).toBe(true);
  });
});

describe.skipIf(!hasOpenEnv)("OpenEnv's own client", () => {
  it('drives an episode, step by step and by tools', { timeout: TIMEOUT }, async () => {
    const { url, sessions } = await serveSmallWorld();
    const done = await run('openenv_client.py', url, 'capital-0');
    expect(done).toMatchObject({ question: 'What is the capital of Arland?', first: [null, false], done: true });
    expect(done.found).toContain('Arland City');
    expect(done.rewards[0]).toBeGreaterThan(0.5);
    expect(done.state[0]).toBe(2);
    expect(done.state[1]).toBeCloseTo(done.rewards[0] + done.rewards[1], 12);
    expect(done.tools).toContain('answer');
    expect(JSON.stringify(done.result)).toContain('Arland City');
    await expect.poll(() => sessions.count).toBe(0);
  });
});
