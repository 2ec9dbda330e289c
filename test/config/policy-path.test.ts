/** `--policy ./first`: a trained policy by its path, or by the folder that the training filled. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isPolicyPath, policyDirectory, shippedScorer } from '../../src/config/policies.ts';
import { routerParts } from '../../src/config/router-parts.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'r1-policy-'));
  cpSync(shippedScorer(), join(directory, 'first', 'policy'), { recursive: true });
  // A training keeps its own configuration under the same name.
  writeFileSync(join(directory, 'first', 'config.json'), JSON.stringify({ version: 1, seed: 1 }));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('the folder of a training stands for the policy in it', async () => {
  const policy = join(directory, 'first', 'policy');
  expect(await policyDirectory(policy)).toBe(policy);
  expect(await policyDirectory(join(directory, 'first'))).toBe(policy);
});

test('what is none is refused, and says which of the ways it is not', async () => {
  await expect(policyDirectory(directory)).rejects.toThrow(/there is no trained policy in it/);
  await expect(policyDirectory('./nowhere')).rejects.toThrow(/there is no such directory/);
  await expect(policyDirectory('prob')).rejects.toThrow(/did you mean "probe"\?/);
});

test.each([
  ['./first', true],
  ['../first', true],
  ['.', true],
  ['/srv/first', true],
  ['C:\\first', true],
  ['first', false],
  ['fixed:a/b', false],
  ['fixed:/a', false],
])('%s is a path: %s', (name, expected) => {
  expect(isPolicyPath(name)).toBe(expected);
});

test('a path of the configuration starts where the file lies', () => {
  const named = (policy: string) => routerParts({}, { config: { policy }, directory }).policyName;
  expect(named('./first')).toBe(join(directory, 'first'));
  expect(named('probe')).toBe('probe');
});
