/** `r1-router export` as a user runs it, on the atlas. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheDirectory } from '../../../src/common/cache-directory.ts';
import { runCli, runCliHere, temporaryDirectory } from '../../cli/run-cli.ts';

// The atlas' store is built once a machine, not once a test.
const environment = { R1_ROUTER_CACHE: cacheDirectory() };

describe('r1-router export', () => {
  it('writes both splits, settings and the reward', async () => {
    const directory = temporaryDirectory();
    const done = await runCli(['export', '--to', 'TRL', '--limit', '2', '--out', 'out'], { directory, environment });
    expect(done.exitCode, done.stderr).toBe(0);
    expect(done.stdout).toMatch(
      /^out: train\.jsonl \(\d+ rows\), validation\.jsonl \(\d+ rows\), settings\.json, reward\.py\n$/,
    );
    const rows = readFileSync(join(directory, 'out', 'train.jsonl'), 'utf8')
      .trim()
      .split('\n');
    expect(new Set(rows.map((line) => JSON.parse(line).question)).size).toBe(2);
    expect(JSON.parse(readFileSync(join(directory, 'out', 'settings.json'), 'utf8'))).toHaveProperty('num_generations');
    expect(existsSync(join(directory, 'out', 'reward.py'))).toBe(true);
  });

  it('says what is wrong in one line', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'typo.json'), '{"grpo": {"iteration": 3}}');
    for (const [argv, word] of [
      [['--to', 'trlx', '--out', 'out'], 'easyr1, verl, trl'],
      [['--to', 'trl'], '--out'],
      [['--to', 'trl', '--out', 'out', '--config', 'typo.json'], 'grpo.iteration'],
    ] as const) {
      const failed = await runCliHere(['export', ...argv], { directory, environment });
      expect(failed.exitCode).toBe(2);
      expect(failed.stderr).toContain(word);
      expect(failed.stderr.trim().split('\n')).toHaveLength(1);
    }
  });
});
