/**
 * Records what the router does on 500 questions into test/golden-runs/fixtures, so that a change of the code's shape can be held
 * against it. Record only what is meant to change: a difference that nobody wanted is a fault.
 *
 *   node scripts/golden/record-runs.ts              writes the fixture from cases drawn anew
 *   node scripts/golden/record-runs.ts --again      keeps the fixture's cases, writes their outcomes anew
 *   node scripts/golden/record-runs.ts --check [n]  writes nothing, compares, n runs at once (default 4)
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { firstDifference } from '../../test/golden-runs/first-difference.ts';
import type { GoldenRun } from '../../test/golden-runs/golden-run.ts';
import { FIXTURE, openReplayer, readGoldenRuns } from '../../test/golden-runs/replay.ts';
import { drawCases } from './draw-cases.ts';

const [mode, count = '4'] = process.argv.slice(2);
const known = mode === undefined ? [] : await readGoldenRuns();
const cases = mode === undefined ? await drawCases() : known.map((run) => run.case);
const replayer = await openReplayer();
const began = performance.now();
const outcomes = await replayer.replayAll(cases, Number(count));
await replayer.close();
const runs: GoldenRun[] = cases.map((golden, place) => ({ case: golden, outcomes: outcomes[place]! }));
const { user, system } = process.cpuUsage();
const seconds = ((performance.now() - began) / 1000).toFixed(1);
console.log(`${runs.length} runs in ${seconds} s, ${((user + system) / 1e6).toFixed(1)} s of CPU`);

if (mode === '--check') {
  let differing = 0;
  for (const [place, expected] of known.entries()) {
    const difference = firstDifference(
      expected.outcomes,
      JSON.parse(JSON.stringify(runs[place]!.outcomes)),
      'outcomes',
    );
    if (difference === undefined) continue;
    differing++;
    console.log(`${expected.case.id} ${difference}`);
  }
  console.log(`${differing} of ${known.length} differ`);
  process.exitCode = differing === 0 ? 0 : 1;
} else {
  const bytes = gzipSync(runs.map((run) => `${JSON.stringify(run)}\n`).join(''), { level: 9 });
  await mkdir(dirname(FIXTURE), { recursive: true });
  await writeFile(FIXTURE, bytes);
  const pictured = cases.filter(({ turns }) => turns.some(({ image }) => image !== undefined)).length;
  const threads = cases.filter(({ turns }) => turns.length > 1).length;
  console.log(`${FIXTURE}: ${bytes.length} bytes, ${pictured} with pictures, ${threads} conversations`);
}
