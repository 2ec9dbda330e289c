/** Dense encoders from the command line: a tiny model in a directory fills a knowledge base, is asked for again, is changed. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TOKENIZER, textModel } from '../tools/encoders/tiny-models.ts';
import { makeStore, runCli, runCliHere, temporaryDirectory } from './run-cli.ts';

function makeModel(directory: string): string {
  const model = join(directory, 'colours');
  mkdirSync(join(model, 'onnx'), { recursive: true });
  writeFileSync(join(model, 'onnx', 'model.onnx'), textModel());
  writeFileSync(join(model, 'tokenizer.json'), TOKENIZER);
  return model;
}

describe('a text encoder', () => {
  test('is named once at ingestion, found by the index, named again where it is a directory', async () => {
    const folder = temporaryDirectory();
    const model = makeModel(folder);
    const store = join(folder, 'store');
    const file = join(folder, 'texts.jsonl');
    writeFileSync(file, '{"id": "a", "text": "The red one."}\n{"id": "b", "text": "Something blue."}\n');
    const filled = await runCli([
      ...['ingest', file, '--kb', 'colours', '--modality', 'text', '--description', 'Colours.'],
      ...['--store', store, '--encoder', model, '--json'],
    ]);
    expect(filled).toMatchObject({ exitCode: 0 });
    const kb = (...argv: string[]) => runCliHere(['kb', ...argv, '--store', store]);
    expect((await kb('show', 'colours')).stdout).toMatch(/meaning \(colours@[0-9a-f]{8}\/fp32\)/);

    const unnamed = await kb('search', 'colours', 'red');
    expect(unnamed).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--encoder') });
    const byWords = await kb('search', 'colours', 'red', '--encoder', 'none', '--json');
    expect(JSON.parse(byWords.stdout)).toHaveLength(1);
    const hybrid = await kb('search', 'colours', 'red', '--encoder', model, '--json');
    const hits = JSON.parse(hybrid.stdout) as { id: string; scores?: { fused?: number } }[];
    expect(hits.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(hits[0]!.scores?.fused).toBeGreaterThan(0);

    // The same again from the configuration, its directory relative to the file.
    writeFileSync(
      join(folder, 'r1-router.config.json'),
      JSON.stringify({
        stores: { own: { directory: './store' } },
        store: 'own',
        encoders: { text: './colours' },
      }),
    );
    const configured = await runCliHere(['kb', 'search', 'colours', 'red', '--json'], { directory: folder });
    expect(JSON.parse(configured.stdout)).toHaveLength(2);

    expect((await kb('reindex', 'colours', '--encoder', 'none')).stdout).toContain('2 documents as 2 passages');
    expect(JSON.parse((await kb('search', 'colours', 'red', '--json')).stdout)).toHaveLength(1);
    const late = await runCliHere(['ingest', file, '--kb', 'colours', '--store', store, '--encoder', model]);
    expect(late).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('kb reindex') });
    expect((await kb('reindex', 'colours', '--encoder', model)).stdout).toContain('and meaning (colours@');
  });

  test('that is not there is one line that names the fix', async () => {
    const store = await makeStore(temporaryDirectory());
    const offline = { environment: { R1_ROUTER_OFFLINE: '1' } };
    const known = await runCliHere(
      ['kb', 'reindex', 'texts', '--store', store, '--encoder', 'bge-small-en-v1.5'],
      offline,
    );
    expect(known).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('R1_ROUTER_MODELS_URL') });
    const unknown = await runCliHere(['kb', 'reindex', 'texts', '--store', store, '--encoder', 'bge-smal'], offline);
    expect(unknown).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('bge-small-en-v1.5') });
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'a.jsonl'), '{"id": "a", "text": "One."}\n');
    const argv = [
      'ingest',
      'a.jsonl',
      '--kb',
      'a',
      '--modality',
      'text',
      '--description',
      'A.',
      '--encoder',
      'bge-smal',
    ];
    expect(await runCliHere(argv, { directory })).toMatchObject({ exitCode: 2, written: [] });
  });
});

describe('a store that is not there', () => {
  test.each([['set', 'texts', '--cost', '2'], ['reindex', 'texts'], ['optimize'], ['delete', 'texts', '--yes']])(
    'is named and not made by kb %s',
    async (...argv) => {
      const { exitCode, stderr, written } = await runCliHere(['kb', ...argv, '--store', 'stroe']);
      expect({ exitCode, written }).toEqual({ exitCode: 2, written: [] });
      expect(stderr).toContain('stroe');
    },
  );
});

test('kb optimize leaves small knowledge bases exact', async () => {
  const store = await makeStore(temporaryDirectory());
  const { exitCode, stdout, stderr } = await runCliHere(['kb', 'optimize', '--store', store]);
  if (stderr.includes('usearch')) return expect(exitCode).toBe(2); // the optional package is not here
  expect(stdout).toContain('left as it is');
});

test('ingest fills a store in a directory that is there and empty', async () => {
  const store = temporaryDirectory();
  const file = join(temporaryDirectory(), 'texts.jsonl');
  writeFileSync(file, '{"id": "a", "text": "The only one."}\n');
  const { exitCode, stdout } = await runCliHere([
    ...['ingest', file, '--kb', 'texts', '--modality', 'text', '--description', 'Texts.', '--store', store],
  ]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining('1 document as 1 passage') });
});
