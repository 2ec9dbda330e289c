/** CONTRIBUTING and its like: what they point at is there, what they say to run exists, and the picture shows the rooms as they are. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ROOT } from './installed.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

test.each([
  'CONTRIBUTING.md',
  'ARCHITECTURE.md',
  'SECURITY.md',
  'CODE_OF_CONDUCT.md',
  '.github/pull_request_template.md',
])('every file that %s names is there', (page) => {
  const text = read(page);
  const linked = [...text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, path]) => path!);
  const named = [
    ...text.matchAll(/`((?:src|test|scripts|examples|data|docs|qdrant|models|bench|\.ci|\.changeset)\/[\w./-]*)/g),
  ].map(([, path]) => path!);
  expect([...linked, ...named].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('every script that CONTRIBUTING.md runs is one of package.json', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const run = [...read('CONTRIBUTING.md').matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script!);
  expect(run.length).toBeGreaterThan(0);
  for (const script of run) expect(scripts).toHaveProperty([script]);
});

test('what is to be told of an addition is where CONTRIBUTING.md says', () => {
  const told = [...read('CONTRIBUTING.md').matchAll(/`(\w+)` in `(src\/[\w./-]+)`/g)];
  expect(told.length).toBeGreaterThanOrEqual(5);
  for (const [, name, path] of told)
    expect(read(path!)).toMatch(new RegExp(`\\b(const|function|interface|type) ${name}\\b`));
});

test('the picture of the rooms is what their imports draw', async () => {
  await promisify(execFile)(process.execPath, ['--no-warnings', join(ROOT, 'scripts', 'architecture.ts'), '--check']);
});

test('owners of code are named for folders that are there', () => {
  const owned = read('.github/CODEOWNERS')
    .split('\n')
    .filter((line) => line.startsWith('/'));
  for (const line of owned) {
    const [path = '', ...owners] = line.split(/\s+/);
    expect(existsSync(join(ROOT, path)), path).toBe(true);
    expect(owners.every((owner) => owner.startsWith('@'))).toBe(true);
  }
});
