import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { storePlace } from '../../src/config/knowledge-bases.ts';
import { loadConfig, parseConfig } from '../../src/config/load.ts';
import { runBudgets, runContext } from '../../src/config/open-router.ts';
import { nearestName, suggestion } from '../../src/config/suggest.ts';

const ROOT = new URL('../../', import.meta.url);

describe('r1-router.config.json', () => {
  test('the example that ships is valid', () => {
    const example = readFileSync(new URL('r1-router.config.example.json', ROOT), 'utf8');
    expect(parseConfig(example).server?.port).toBe(8484);
  });

  test('no file is an empty configuration; a file that is named must be there', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'r1-config-'));
    expect(await loadConfig({ directory })).toEqual({ config: {}, directory });
    await expect(loadConfig({ directory, file: 'own.json' })).rejects.toMatchObject({
      code: 'config-missing',
      kind: 'user',
    });
    writeFileSync(join(directory, 'r1-router.config.json'), '\uFEFF{"policy": "all"}');
    expect(await loadConfig({ directory })).toMatchObject({ config: { policy: 'all' }, directory });
  });

  test.each<[string, string, RegExp]>([
    ['broken JSON', '{"policy": ', /^f: not valid JSON/],
    ['a list', '[]', /^f: the file: /],
    ['a misspelt key', '{"polcy": "probe"}', /^f: polcy: unknown key; did you mean "policy"\?$/],
    ['a misspelt key further in', '{"server": {"prot": 1}}', /^f: server\.prot: unknown key; did you mean "port"\?$/],
    ['an unknown key', '{"budgets": {"zzz": 1}}', /^f: budgets\.zzz: unknown key; there are: maxSteps, tokens/],
    [
      'a misspelt key before what it leaves missing',
      '{"knowledgeBases": [{"nam": "x"}]}',
      /^f: knowledgeBases\[0\]\.nam: .*"name"\? \(and 1 more\)$/,
    ],
    ['a wrong type', '{"server": {"port": "80"}}', /^f: server\.port: .*expected number/],
    [
      'a key in the file',
      '{"server": {"apiKeyVariable": "sk-1"}}',
      /^f: server\.apiKeyVariable: the name of an environment variable/,
    ],
    ['a store of no kind', '{"stores": {"a": {"file": "x"}}}', /^f: stores\.a: a store is \{"directory"/],
    [
      'a store not declared',
      '{"store": "b", "stores": {"bb": {"directory": "x"}}}',
      /^f: store: no store "b" .*"bb"\?$/,
    ],
    ['a fusion of no kind', '{"fusion": {"by": "rff"}}', /^f: fusion\.by: .*'rrf'/],
    ['a misspelt key of a fusion', '{"fusion": {"by": "rrf", "weigths": {}}}', /^f: fusion\.weigths: .*"weights"\?$/],
    ['a model without provider', '{"models": {"default": "gpt"}}', /^f: models\.default: a model is .*provider:name/],
  ])('%s', (_name, text, message) => {
    try {
      parseConfig(text, 'f');
    } catch (error) {
      expect(error).toMatchObject({ kind: 'user', message: expect.stringMatching(message) });
      expect((error as Error).message).not.toContain('\n');
      return;
    }
    expect.unreachable('it was accepted');
  });
});

describe('settings', () => {
  const loaded = {
    directory: join(tmpdir(), 'project'),
    config: parseConfig(
      '{"stores": {"here": {"directory": "kb"}, "there": {"url": "http://q:6333", "apiKeyVariable": "NO_SUCH_KEY"}}}',
    ),
  };

  test('directories start from the file; a missing key is named by its variable', () => {
    expect(storePlace('here', loaded)).toEqual({ location: join(tmpdir(), 'project', 'kb') });
    expect(storePlace(undefined, loaded)).toEqual({});
    expect(() => storePlace('there', loaded)).toThrow(/NO_SUCH_KEY is not set/);
  });

  test('flags win over the file, and seconds become milliseconds', () => {
    const config = parseConfig('{"seed": "file", "budgets": {"maxSteps": 3, "seconds": 2.5, "tokens": 100}}');
    const budgets = { milliseconds: 2500, tokens: 100 };
    expect(runContext({}, config)).toEqual({ seed: 'file', maxSteps: 3, budgets });
    expect(runContext({ seed: 1, maxSteps: 0 }, config)).toEqual({ seed: 1, maxSteps: 0, budgets });
    expect(runContext({}, {})).toEqual({ budgets: {} });
    expect(runBudgets({})).toEqual({});
  });
});

test('suggestions', () => {
  expect(nearestName('Tabel', ['text', 'table'])).toBe('table');
  expect(nearestName('zebra', ['text', 'table'])).toBeUndefined();
  expect(suggestion('zebra', ['text', 'table'])).toBe('there are: text, table');
  expect(suggestion('x', [])).toBe('there are none');
});
