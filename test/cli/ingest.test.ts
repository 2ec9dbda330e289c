import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingestSummary } from '../../src/cli/ingest-summary.ts';
import { runCliHere } from './run-cli.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'r1-cli-ingest-'));
  await mkdir(join(folder, 'mixed'));
  await writeFile(join(folder, 'mixed', 'note.txt'), Buffer.from('caf\u00e9', 'latin1'));
  await writeFile(join(folder, 'mixed', 'photo.heic'), 'x');
  await writeFile(join(folder, 'mixed', 'broken.docx'), 'x');
  await writeFile(join(folder, 'secret.txt'), 'A secret.');
  await symlink(join(folder, 'secret.txt'), join(folder, 'mixed', 'link.txt'));
  await writeFile(join(folder, 'rows.csv'), 'id;note\n1;no text here\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ingest = (name: string, paths: string[], ...options: string[]) =>
  runCliHere([
    'ingest',
    ...paths.map((path) => join(folder, path)),
    ...['--kb', 'docs', '--modality', 'text', '--description', 'Notes.', '--store', join(folder, name)],
    ...options,
  ]);

describe('ingest', () => {
  it('names what it did not store, and writes all of it into the report', async () => {
    const report = join(folder, 'report.jsonl');
    const { exitCode, stdout } = await ingest('one', ['mixed'], '--report', report);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('1 document as 1 passage ');
    expect(stdout).toMatch(/1 error, the rest is stored:\n.*broken\.docx/);
    expect(stdout).toMatch(/2 things were not read \(1 \.heic, 1 \.txt\):/);
    expect(stdout).toMatch(/1 file is not in UTF-8:\n.*note\.txt: read as windows-1252/);
    const findings = (await readFile(report, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; where: string });
    expect(findings.map(({ kind }) => kind).sort()).toEqual(['encoding', 'error', 'not-read', 'not-read']);
  });

  it('ends with 1 where nothing is stored, and with 0 where everything was there', async () => {
    const nothing = await ingest('two', ['rows.csv']);
    expect(nothing.exitCode).toBe(1);
    expect(nothing.stdout).toMatch(/Nothing was stored\.\n1 error:\n.*rows\.csv:2: text/);
    expect((await ingest('three', ['secret.txt'])).exitCode).toBe(0);
    const again = await ingest('three', ['secret.txt']);
    expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('1 was stored already') });
  });

  it('reads links that lead out of a folder where it is told to', async () => {
    const { stdout } = await ingest('four', ['mixed'], '--follow-links');
    expect(stdout).toContain('2 documents');
  });
});

it('the summary shows no control characters of a file name', () => {
  const error = { where: 'a\u001b[31mb\nc.txt', message: 'bad' };
  const report = { documents: 1, passages: 1, duplicates: 0, imagesMissing: 0, errors: [error], errorCount: 1 };
  const text = ingestSummary(
    { kb: 'k', store: 's' },
    { ...report, notes: [], noteCounts: {}, seconds: 1, resumed: false },
  );
  expect(text).toContain('  ab c.txt: bad\n');
});
