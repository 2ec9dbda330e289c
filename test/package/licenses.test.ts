/** licenses.txt names every part of the package that others made, with its licence. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ROOT } from './installed.ts';

const text = readFileSync(join(ROOT, 'licenses.txt'), 'utf8');

test('it is what the script writes', async () => {
  const script = join(ROOT, 'scripts', 'licenses.ts');
  await promisify(execFile)(process.execPath, ['--no-warnings', script, '--check']);
});

test('whatever the bundler put into the page is in it', ({ skip }) => {
  const bundled = join(ROOT, 'dist', 'server', 'ui', 'licences.md');
  if (!existsSync(bundled)) skip('the package is not built here');
  const names = [...readFileSync(bundled, 'utf8').matchAll(/^## (\S+) - (\S+)/gm)].map(
    ([, name, version]) => `${name} ${version}`,
  );
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) expect(text).toContain(`${name} (`);
});

test('each part stands with its terms', () => {
  for (const terms of [
    'Apache License',
    'ISC',
    'SIL OPEN FONT LICENSE',
    'Adobe Systems Incorporated',
    'WordNet',
    'CC BY-SA 4.0',
  ])
    expect(text).toContain(terms);
});
