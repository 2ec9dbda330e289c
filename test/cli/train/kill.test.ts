/** `kill -9` of a real `r1-router train`, anywhere, and the same command again: the same bytes as without the kill. */
import { readFileSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheDirectory } from '../../../src/common/cache-directory.ts';
import { FULL_VOLUME } from '../../slow.ts';
import { runCli, temporaryDirectory } from '../run-cli.ts';

const KILLS = process.env.R1_ROUTER_FULL === '1' ? 20 : 1;

const config = {
  data: { train: 6, validation: 3 },
  policy: { probes: false },
  warmStart: { epochs: 1, targets: 'teacher', priorQuestions: 20, strangerQuestions: 20 },
  grpo: { iterations: 5, questions: 2, groupSize: 2 },
  validateEvery: 2,
  checkpointEvery: 1,
};

// The atlas' store is built once a machine, not once a test.
const environment = { R1_ROUTER_CACHE: cacheDirectory() };

/** What must be the same: weights, records by content, metrics without the clock. */
async function traces(folder: string) {
  const metrics = readFileSync(join(folder, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => ({ ...JSON.parse(line), timings: null }));
  const checkpoints = (await readdir(join(folder, 'checkpoints'))).sort();
  const newest = await readFile(join(folder, 'checkpoints', checkpoints.at(-1)!));
  return {
    metrics,
    groups: readFileSync(join(folder, 'records', 'groups.jsonl'), 'utf8'),
    policy: await readFile(join(folder, 'policy', 'scorer.safetensors'), 'base64'),
    // Its tensors: weights and moments. The header also names the commit of the code.
    newest: newest.subarray(8 + Number(newest.readBigUInt64LE(0))).toString('base64'),
  };
}

describe('a training killed without warning', () => {
  it(
    'goes on to the same bytes',
    async () => {
      const directory = temporaryDirectory();
      writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
      const train = (out: string, killAfter?: number) =>
        runCli(['train', '--config', 'config.json', '--out', out, '--json'], {
          directory,
          environment,
          onStart: (child) => {
            if (killAfter !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfter);
          },
        });
      const began = performance.now();
      const whole = await train('whole');
      const took = performance.now() - began;
      expect(whole.exitCode, whole.stderr).toBe(0);
      const expected = await traces(join(directory, 'whole'));
      expect(expected.metrics).toHaveLength(5);
      for (let kill = 1; kill <= KILLS; kill++) await train('killed', took * (0.35 + (0.6 * kill) / (KILLS + 1)));
      const last = await train('killed');
      expect(last.exitCode, last.stderr).toBe(0);
      expect(await traces(join(directory, 'killed'))).toEqual(expected);
    },
    FULL_VOLUME,
  );

  it('ends in order when interrupted, with the curves as far as they go', async () => {
    const directory = temporaryDirectory();
    const longer = { ...config, grpo: { ...config.grpo, iterations: 500 } };
    writeFileSync(join(directory, 'config.json'), JSON.stringify(longer));
    const interrupted = await runCli(['train', '--config', 'config.json', '--out', 'out'], {
      directory,
      environment,
      onStart: (child) => {
        child.stderr!.on('data', (text: string) => text.includes('iteration    4') && child.kill('SIGINT'));
      },
    });
    expect(interrupted.exitCode).toBe(130);
    expect(interrupted.stderr).toContain('interrupted');
    const page = readFileSync(join(directory, 'out', 'curves.html'), 'utf8');
    expect(Number(/<p>(\d+) iterations/.exec(page)![1])).toBeGreaterThanOrEqual(4);
  });
});
