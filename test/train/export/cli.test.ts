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
      /^out: train\.jsonl \(\d+ rows\), validation\.jsonl \(\d+ rows\), settings\.json, reward\.py, train\.py\n$/,
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
      [['--to', 'trlx', '--out', 'out'], 'easyr1, verl, trl, sft'],
      [['--to', 'reference', '--own-names', '--out', 'out'], '--own-names'],
      [['--to', 'trl'], '--out'],
      [['--to', 'trl', '--out', 'out', '--config', 'typo.json'], 'grpo.iteration'],
    ] as const) {
      const failed = await runCliHere(['export', ...argv], { directory, environment });
      expect(failed.exitCode).toBe(2);
      expect(failed.stderr).toContain(word);
      expect(failed.stderr.trim().split('\n')).toHaveLength(1);
    }
  });

  it('writes a command for trainers that are run by one, and reads its rows back', async () => {
    const directory = temporaryDirectory();
    const done = await runCli(['export', '--to', 'easyr1', '--limit', '2', '--out', 'out'], { directory, environment });
    expect(done.exitCode, done.stderr).toBe(0);
    const command = readFileSync(join(directory, 'out', 'run.sh'), 'utf8');
    expect(command).toContain('"data.override_chat_template=$HERE/chat_template.jinja"');
    expect(command).toContain('"worker.reward.reward_function=$HERE/reward.py:batch_scores"');
    const argv = ['import', 'out/train.jsonl', '--from', 'easyr1', '--rename', 'text=wiki', '--out', 'back.jsonl'];
    const read = await runCli(argv, { directory, environment });
    expect(read).toMatchObject({ exitCode: 0, stdout: 'back.jsonl: 2 questions\n' });
    const [row] = readFileSync(join(directory, 'back.jsonl'), 'utf8').trim().split('\n');
    expect(JSON.parse(row!)).toMatchObject({ answerable: true, split: 'train' });
    const turned = ['import', 'out/train.jsonl', '--from', 'easyr1', '--to', 'verl', '--out', 'verl.json'];
    expect((await runCli(turned, { directory, environment })).exitCode).toBe(0);
    const wrong = await runCli(['import', 'verl.json', '--from', 'trl', '--out', 'x.jsonl'], {
      directory,
      environment,
    });
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain('verl.json:1');
  });
});
