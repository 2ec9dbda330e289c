/** The files of the atlas as the package on npm has them: one file, unpacked once into the cache directory. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packFiles, unpackFiles } from '../../src/common/packed-files.ts';
import { ROOT } from './installed.ts';

const exec = promisify(execFile);
const FILES = new Map([
  ['data/atlas/manifest.json', Buffer.from('{}')],
  ['models/scorer/config.json', Buffer.from('{"a":1}')],
  ['data/atlas/empty.txt', Buffer.alloc(0)],
]);

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'r1-shipped-'));
  writeFileSync(join(directory, 'package.json'), '{ "name": "r1-router", "type": "module" }');
  mkdirSync(join(directory, 'dist'));
  // The sources themselves, at the depth at which the package has its code.
  cpSync(join(ROOT, 'src', 'common'), join(directory, 'src', 'common'), { recursive: true });
  writeFileSync(join(directory, 'dist', 'shipped.br'), packFiles(FILES));
  writeFileSync(join(directory, 'dist', 'shipped.br.sha256'), `${'ab'.repeat(32)}\n`);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function shippedFolder(environment: Record<string, string>): Promise<{ folder: string; read?: string }> {
  const program = `
    import { readFileSync } from 'node:fs';
    const { shippedFolder } = await import('./src/common/shipped-files.ts');
    try {
      const folder = shippedFolder('data', 'atlas');
      console.log(JSON.stringify({ folder, again: shippedFolder('data', 'atlas'), read: readFileSync(folder + '/manifest.json', 'utf8') }));
    } catch (error) {
      console.log(JSON.stringify({ folder: error.code + ' ' + error.message }));
    }`;
  const { stdout } = await exec(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: directory,
    env: { ...process.env, ...environment },
  });
  return JSON.parse(stdout);
}

test('what is packed comes out again, in the same order', () => {
  const out = unpackFiles(packFiles(FILES));
  expect([...out.keys()]).toEqual([...FILES.keys()]);
  for (const [path, bytes] of FILES) expect(Buffer.from(out.get(path)!)).toEqual(bytes);
});

test('it is unpacked once, and found again', async () => {
  const cache = join(directory, 'cache');
  mkdirSync(cache);
  const first = await shippedFolder({ R1_ROUTER_CACHE: cache });
  expect(first).toEqual({ folder: first.folder, again: first.folder, read: '{}' });
  expect(first.folder).toBe(join(cache, `shipped-${'ab'.repeat(8)}`, 'data', 'atlas'));
  writeFileSync(join(first.folder, 'manifest.json'), 'changed');
  expect(await shippedFolder({ R1_ROUTER_CACHE: cache })).toMatchObject({ read: 'changed' });
  expect(readdirSync(cache)).toEqual([`shipped-${'ab'.repeat(8)}`]);
});

test('where the cache cannot be written, the place for temporary files serves', async () => {
  const file = join(directory, 'a-file');
  writeFileSync(file, '');
  const temporary = join(directory, 'tmp');
  mkdirSync(temporary);
  const { folder, read } = await shippedFolder({ R1_ROUTER_CACHE: join(file, 'cache'), TMPDIR: temporary });
  expect(folder.startsWith(temporary)).toBe(true);
  expect(read).toBe('{}');
  expect(readdirSync(temporary)).toEqual([]);
  const nowhere = await shippedFolder({ R1_ROUTER_CACHE: join(file, 'cache'), TMPDIR: join(file, 'tmp') });
  expect(nowhere.folder).toMatch(/^cache-unwritable .*; set R1_ROUTER_CACHE to a folder that can be written$/);
});

test('a damaged archive is named', async () => {
  const archive = join(directory, 'dist', 'shipped.br');
  const whole = readFileSync(archive);
  writeFileSync(archive, whole.subarray(0, 20));
  const { folder } = await shippedFolder({ R1_ROUTER_CACHE: join(directory, 'other') });
  expect(folder).toMatch(/^shipped-files-damaged .*; install the package again$/);
  writeFileSync(archive, whole);
});
