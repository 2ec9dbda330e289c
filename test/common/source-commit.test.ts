import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sourceCommit } from '../../src/common/source-commit.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'r1-commit-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
const git = (...args: string[]): string =>
  execFileSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8' }).trim();

async function commit(name: string): Promise<void> {
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name }));
  await writeFile(join(folder, 'made.txt'), 'before');
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'first');
}

it('is the commit that is checked out, marked where a tracked file differs', async () => {
  await commit('r1-router');
  const hash = git('rev-parse', 'HEAD');
  await writeFile(join(folder, 'untracked.txt'), '');
  expect(sourceCommit({ folder })).toBe(hash);
  await writeFile(join(folder, 'made.txt'), 'after');
  expect(sourceCommit({ folder })).toBe(`${hash}-dirty`);
  expect(sourceCommit({ folder, ignored: ['made.txt'] })).toBe(hash);
});

it('is empty outside of a checkout, and in that of another package', async () => {
  expect(sourceCommit({ folder })).toBe('');
  await commit('another');
  expect(sourceCommit({ folder })).toBe('');
});
