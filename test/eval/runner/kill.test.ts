import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keyedRandom } from '../../../src/common/random.ts';
import { scoreEvaluation } from '../../../src/eval/report/report.ts';
import { FULL_VOLUME, SLOW } from '../../slow.ts';

const FULL = process.env.R1_ROUTER_FULL === '1';
const KILLS = FULL ? 50 : 1;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'r1-router-kill-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the evaluation to its end, or kills it after so many milliseconds; the time it took. */
function evaluate(target: string, killAfter?: number): Promise<{ killed: boolean; milliseconds: number }> {
  const start = performance.now();
  const child = spawn(process.execPath, [join(import.meta.dirname, '../support/killable.ts'), target], {
    stdio: 'inherit',
  });
  const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (code !== 0 && signal !== 'SIGKILL') reject(new Error(`the evaluation exited with ${code ?? signal}`));
      else resolve({ killed: signal === 'SIGKILL', milliseconds: performance.now() - start });
    });
  });
}

/** What must be the same: the report without timings, and every logged run without timings. */
async function outcome(target: string): Promise<string> {
  const { report } = await scoreEvaluation(target);
  const runs = (await readFile(join(target, 'runs.jsonl'), 'utf8')).trimEnd().split('\n');
  const timeless = runs.map((line) =>
    JSON.stringify(JSON.parse(line), (key, value) => (key === 'timings' ? undefined : value)),
  );
  return JSON.stringify(report.content) + timeless.sort().join('\n');
}

test(
  `killed at ${KILLS} random moments and resumed, an evaluation comes to the same bytes`,
  async () => {
    const whole = join(folder, 'whole');
    const { milliseconds } = await evaluate(whole);
    const expected = await outcome(whole);
    const random = keyedRandom('kill');
    let killed = 0;
    for (let trial = 0; trial < KILLS; trial++) {
      const target = join(folder, `trial-${trial}`);
      // Some are killed twice, and some before they have begun.
      for (let attempt = 0; attempt < 1 + (trial % 2); attempt++) {
        if ((await evaluate(target, random.next() * milliseconds)).killed) killed += 1;
      }
      await evaluate(target);
      expect(await outcome(target)).toBe(expected);
      await rm(target, { recursive: true });
    }
    expect(killed).toBeGreaterThan(KILLS / 3);
  },
  FULL ? FULL_VOLUME : SLOW,
);
