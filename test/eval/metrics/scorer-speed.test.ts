import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const python = process.env.R1_ROUTER_PYTHON ?? 'python3';

test('the bench that races the same steps in Python on nltk finds the same scores', ({ skip }) => {
  const found = spawnSync(python, ['-c', 'import nltk; print(nltk.__version__)'], { encoding: 'utf8' });
  if (found.status !== 0) {
    const reason = `${python} with nltk is not on this machine (set R1_ROUTER_PYTHON)`;
    console.info(`skipped: ${reason}`);
    return skip(reason);
  }
  const script = resolve(import.meta.dirname, '../../../bench/eval/scorer-speed.ts');
  const { stdout } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  const [, ratio, differing] = /ratio +([\d.]+) times on the first pass; (\d+) of 1000/.exec(stdout) ?? [];
  // How much faster is told, not asserted: it depends on what else the machine does.
  console.info(`${ratio} times the rate of Python`);
  expect(Number(ratio), stdout).toBeGreaterThan(0);
  // Later versions of nltk split at dashes.
  if (/^3\.(8|9\.[012])/.test(found.stdout)) expect(Number(differing)).toBe(0);
});
