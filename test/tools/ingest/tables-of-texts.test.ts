import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCliHere } from '../../cli/run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'r1-tables-of-texts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NOTE = '# Kiosk\n\nWe open at noon.\n\n| Food | Price |\n|---|---|\n| Pea soup | 7.50 |\n| Waffle | 4.20 |\n';
const store = join(folder, 'store');
const ingest = () =>
  runCliHere([
    'ingest',
    join(folder, 'kiosk.md'),
    '--kb',
    'notes',
    '--description',
    'Notes of the kiosk',
    '--modality',
    'text',
    '--store',
    store,
  ]);

describe('tables in files that are read as text', () => {
  it('are found, and go when the file has them no more', async () => {
    writeFileSync(join(folder, 'kiosk.md'), NOTE);
    expect(await ingest()).toMatchObject({ exitCode: 0 });
    const asked = await runCliHere(['ask', 'What does the pea soup cost?', '--store', store, '--json']);
    expect(JSON.parse(asked.stdout)).toMatchObject({ answer: '7.50' });
    writeFileSync(join(folder, 'kiosk.md'), NOTE.slice(0, NOTE.indexOf('| Food')));
    expect(await ingest()).toMatchObject({ exitCode: 0 });
    const shown = await runCliHere(['kb', 'show', 'notes', '--store', store, '--json']);
    expect(JSON.parse(shown.stdout)).toMatchObject({ documents: 1 });
  });
});
