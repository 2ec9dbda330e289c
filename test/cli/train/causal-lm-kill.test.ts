/**
 * `kill -9` of a real `r1-router train --causal-lm --grpo` at seeded moments, and the same command again: the same bytes as without the
 * kill. Each kill has a folder of its own; when it falls is taken from the clock of the run that nothing disturbed.
 */
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, watch, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cacheDirectory } from '../../../src/common/cache-directory.ts';
import { canonicalJson, sha256 } from '../../../src/common/content-hash.ts';
import { keyedRandom } from '../../../src/common/random.ts';
import { IterationMetricsSchema } from '../../../src/train/monitor/iteration-metrics.ts';
import { FULL_VOLUME } from '../../slow.ts';
import { runCli } from '../run-cli.ts';

const KILLS = process.env.R1_ROUTER_FULL === '1' ? 20 : 2;
const ITERATIONS = 4;

const config = {
  data: { train: 12, validation: 2 },
  shape: { vocabulary: 300, hidden: 32, layers: 2, heads: 4 },
  start: { steps: 12, batch: 4, rate: 0.01, evaluateEvery: 6, renamed: 1, invalid: 1 },
  policy: { maxSteps: 2, maxTokens: 16 },
  late: { from: 0, to: 0 },
  grpo: { iterations: ITERATIONS, questions: 3, groupSize: 3, rate: 0.001, klWeight: 0.01 },
  validateEvery: 2,
  checkpointEvery: 2,
};

/** What a kill waits for, and how long after it the kill falls, as a share of what the undisturbed run took from there. */
type Moment =
  | { when: 'in the start'; share: number }
  | { when: 'between checkpoints'; share: number }
  | { when: 'in an update'; iteration: number; share: number }
  /** When the first, second or later file of the folder is begun, before it takes its place. */
  | { when: 'while saving'; folder: string; file: number };

/** Every folder that something is saved into, the first file and later ones. */
const SAVES = [
  ['start', 1],
  ['start', 2],
  ['reference', 1],
  ['checkpoints', 2],
  ['checkpoints', 3],
  ['policy', 3],
] as const;

function moments(): Moment[] {
  const random = keyedRandom('causal-lm-kill', 1);
  // One in every fifth of the time.
  const shares = Array.from({ length: 5 }, (_, fifth) => () => (fifth + random.next()) / 5);
  const all: Moment[] = [
    ...shares.map((share): Moment => ({ when: 'in the start', share: share() })),
    ...shares.map((share): Moment => ({ when: 'between checkpoints', share: share() })),
    ...Array.from(
      { length: ITERATIONS },
      (_, iteration): Moment => ({ when: 'in an update', iteration, share: random.next() }),
    ),
    ...SAVES.map(([folder, file]): Moment => ({ when: 'while saving', folder, file })),
  ];
  return random.shuffle(all);
}

/** How long the undisturbed run took, in ms. */
interface Clock {
  start: number;
  rest: number;
  iterations: readonly { rollout: number; update: number }[];
}

const FIRST_CHECKPOINT = 'checkpoints/checkpoint-00000000.safetensors';

function clockOf(out: string): Clock {
  const writtenAt = (file: string): number => statSync(join(out, file)).mtimeMs;
  const lines = readFileSync(join(out, 'metrics.jsonl'), 'utf8').trim().split('\n');
  return {
    start: writtenAt(FIRST_CHECKPOINT) - writtenAt('config.json'),
    rest: writtenAt('metrics.jsonl') - writtenAt(FIRST_CHECKPOINT),
    iterations: lines.map((line) => IterationMetricsSchema.parse(JSON.parse(line)).timings),
  };
}

/** Ends the process without warning at the moment; what it gives stops the waiting. */
function killAt(child: ChildProcess, out: string, { moment, clock }: { moment: Moment; clock: Clock }): () => void {
  const kill = (): void => void child.kill('SIGKILL');
  if (moment.when === 'while saving') return onFile(join(out, moment.folder), moment.file, kill);
  const has = (file: string): boolean => existsSync(join(out, file));
  const made = (): number =>
    has('metrics.jsonl') ? readFileSync(join(out, 'metrics.jsonl'), 'utf8').split('\n').length - 1 : 0;
  const waits = {
    'in the start': () => has('config.json') && moment.share * clock.start,
    'between checkpoints': () => has(FIRST_CHECKPOINT) && moment.share * clock.rest,
    'in an update': () => {
      if (moment.when !== 'in an update' || !has(FIRST_CHECKPOINT) || made() < moment.iteration) return false;
      const { rollout, update } = clock.iterations[moment.iteration]!;
      return rollout + moment.share * update;
    },
  };
  const poll = setInterval(() => {
    const wait = waits[moment.when]();
    if (wait === false) return;
    clearInterval(poll);
    setTimeout(kill, wait);
  }, 5);
  return () => clearInterval(poll);
}

/** Calls when the first, second or later file of the folder is begun: beside its place, under a name of its own. */
function onFile(folder: string, count: number, call: () => void): () => void {
  mkdirSync(folder, { recursive: true });
  const open = new Set<string>();
  let begun = 0;
  const watcher = watch(folder, (event, name) => {
    if (event !== 'rename' || !name?.endsWith('.tmp')) return;
    // Seen once when it is made and once when it takes its place.
    if (open.delete(name)) return;
    open.add(name);
    begun++;
    if (begun === count) call();
  });
  return () => watcher.close();
}

/** What must be the same: every file of the policy, weights and moments, records and metrics without the clock. */
async function traces(out: string) {
  const text = (...path: string[]) => readFileSync(join(out, ...path), 'utf8');
  const linesOf = (...path: string[]) =>
    text(...path)
      .trim()
      .split('\n')
      .map((line) => ({ ...JSON.parse(line), timings: null }));
  const newest = (await readdir(join(out, 'checkpoints'))).sort().at(-1)!;
  const checkpoint = await readFile(join(out, 'checkpoints', newest));
  return {
    metrics: linesOf('metrics.jsonl'),
    groups: sha256(text('records', 'groups.jsonl')),
    records: sha256(canonicalJson(linesOf('records', 'records.jsonl'))),
    policy: ['model.safetensors', 'tokenizer.json'].map((file) => sha256(readFileSync(join(out, 'policy', file)))),
    // A commit that is made meanwhile is no difference.
    served: text('policy', 'config.json').replace(/"gitHash":"[^"]*"/, ''),
    newest,
    // Its tensors. The header also names the commit of the code.
    tensors: sha256(checkpoint.subarray(8 + Number(checkpoint.readBigUInt64LE(0)))),
  };
}

const directory = mkdtempSync(join(tmpdir(), 'r1-causal-lm-kill-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function train(out: string, onStart?: (child: ChildProcess) => void) {
  writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
  return runCli(['train', '--causal-lm', '--grpo', '--config', 'config.json', '--out', out, '--json'], {
    directory,
    // The atlas' store is built once a machine, not once a test.
    environment: { R1_ROUTER_CACHE: cacheDirectory() },
    onStart,
  });
}

/** Made by the first test, looked at by all. */
let undisturbed: Promise<{ clock: Clock; expected: Awaited<ReturnType<typeof traces>> }> | undefined;

async function runUndisturbed() {
  const whole = await train('whole');
  expect(whole.exitCode, whole.stderr).toBe(0);
  const out = join(directory, 'whole');
  return { clock: clockOf(out), expected: await traces(out) };
}

const nameOf = (moment: Moment): string =>
  Object.values(moment)
    .map((value) => (typeof value === 'number' ? Number(value.toFixed(3)) : value))
    .join(' ');

describe('a training of a language model killed without warning', () => {
  it.each(
    moments()
      .map((moment) => [nameOf(moment), moment] as const)
      .slice(0, KILLS),
  )(
    '%s: goes on to the same bytes',
    async (_, moment) => {
      undisturbed ??= runUndisturbed();
      const { clock, expected } = await undisturbed;
      expect(expected.metrics).toHaveLength(ITERATIONS);
      expect(expected.newest).toContain('00000004');
      const out = join(directory, 'killed');
      const isKilled = async () => {
        let stop = () => {};
        const { exitCode } = await train('killed', (child) => {
          stop = killAt(child, out, { moment, clock });
        });
        stop();
        return exitCode === null;
      };
      rmSync(out, { recursive: true, force: true });
      // A machine that is less busy than it was may be done before: then once more.
      for (let trial = 1; !(await isKilled()); trial++) {
        expect(trial).toBeLessThan(4);
        rmSync(out, { recursive: true });
      }
      const last = await train('killed');
      expect(last.exitCode, last.stderr).toBe(0);
      expect(await traces(out)).toEqual(expected);
    },
    FULL_VOLUME,
  );

  it('is killed at twenty moments, in every kind of them', () => {
    const all = moments();
    expect(all).toHaveLength(20);
    expect(new Set(all.map(nameOf)).size).toBe(20);
  });
});
