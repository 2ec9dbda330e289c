/** The check on what createRouterGraph loads fires: run over small trees with a planted import and with too many lines. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const SCRIPT = resolve(import.meta.dirname, '../../scripts/graph-reach.ts');
const folder = mkdtempSync(join(tmpdir(), 'graph-reach-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function reach(name: string, files: Record<string, string>) {
  const root = join(folder, name);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, root], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

const OWN = "import { step } from './steps/step.ts';\nexport const graph = step;\n";

test('passes where the graph reads its own room, and counts the lines it reads', () => {
  const found = reach('clean', {
    'src/graph/graph.ts': OWN,
    'src/graph/steps/step.ts': 'export const step = 1;\n',
    'src/graph/not-reached.ts': 'export const other = 1;\n',
  });
  expect(found.stdout).toContain('reaches 2 files of src/graph with 3 lines');
  expect(found.status).toBe(0);
});

test('fails on an import of src/offline three files away, though it be of a type', () => {
  const found = reach('planted', {
    'src/graph/graph.ts': OWN,
    'src/graph/steps/step.ts': "import type { Way } from '../way.ts';\nexport const step: Way = 1;\n",
    'src/graph/way.ts': "export type { Way } from '../offline/english/way.ts';\n",
    'src/offline/english/way.ts': 'export type Way = number;\n',
  });
  expect(found.stdout).toContain('src/offline/english/way.ts');
  expect(found.stdout).toMatch(/broken rules: .*the-graph-reads-no-english/);
  expect(found.status).toBe(1);
});

test('fails where more of src/graph is reached than the ceiling', () => {
  const found = reach('long', {
    'src/graph/graph.ts': OWN,
    'src/graph/steps/step.ts': `export const step = 1;\n${'// a line\n'.repeat(3_000)}`,
  });
  expect(found.stdout).toContain('with 3003 lines (at most 3000)');
  expect(found.status).toBe(1);
});
