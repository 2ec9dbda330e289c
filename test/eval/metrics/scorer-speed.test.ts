import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const python = process.env.R1_ROUTER_PYTHON ?? 'python3';

test('at least ten times as fast as the same steps in Python on nltk, with the same scores', ({ skip }) => {
  const found = spawnSync(python, ['-c', 'import nltk; print(nltk.__version__)'], { encoding: 'utf8' });
  if (found.status !== 0) {
    const reason = `${python} with nltk is not on this machine (set R1_ROUTER_PYTHON)`;
    console.info(`skipped: ${reason}`);
    return skip(reason);
  }
  const script = resolve(import.meta.dirname, '../../../bench/eval/scorer-speed.ts');
  const { stdout } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  const [, ratio, differing] = /ratio +([\d.]+) times on the first pass; (\d+) of 1000/.exec(stdout) ?? [];
  expect(Number(ratio), stdout).toBeGreaterThan(10);
  // Later versions of nltk split at dashes.
  if (/^3\.(8|9\.[012])/.test(found.stdout)) expect(Number(differing)).toBe(0);
});
