/** Control characters from elsewhere do not reach the terminal, on any way out. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { jsonText, printable } from '../../src/cli/terminal/guarded-output.ts';
import { createPaint } from '../../src/cli/terminal/style.ts';
import { runCli, temporaryDirectory } from './run-cli.ts';

const ESC = '\u001b';
const HOSTILE = [`${ESC}[2J`, `${ESC}]0;title\u0007`, '\u009b31m', '\u202e', `${ESC}[8m`, `${ESC}c`, '\u0007', '\b\b'];
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/;

describe('printable', () => {
  test.each(HOSTILE)('takes out %j', (sequence) => {
    for (const drawn of [true, false])
      expect(printable(`a${sequence}b`, drawn)).toBe(sequence === '\u009b31m' ? 'a31mb' : 'ab');
  });

  test('keeps what the program draws, where it draws', () => {
    const line = `\r${ESC}[2K${createPaint(true)('finalAnswer', 'Paris')}\n`;
    expect(printable(line, true)).toBe(line);
    expect(printable(line, false)).toBe('Paris\n');
    expect(printable('tab\tand\r\nline ends, é, 日本, 👍🏽', false)).toBe('tab\tand\r\nline ends, é, 日本, 👍🏽');
  });

  test('JSON keeps every character, escaped', () => {
    const value = { text: HOSTILE.join('') };
    expect(jsonText(value)).not.toMatch(CONTROL);
    expect(JSON.parse(jsonText(value, 2))).toEqual(value);
  });
});

describe('commands', () => {
  test('file names, ids and errors in JSON', { skip: process.platform === 'win32' }, async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'in'));
    writeFileSync(join(directory, 'in', `${ESC}[2Jbad.json`), '{"broken');
    writeFileSync(
      join(directory, 'in', 'rows.jsonl'),
      `{"id":"${ESC}[2Jid"}\n{"id":"1","text":"x"}\n{"id":"2\\u001b[2J"}\n`,
    );
    const kb = ['--kb', 'k', '--modality', 'text', '--description', 'd', '--store', `${ESC}[2Jstore`];
    const { stdout, stderr } = await runCli(['ingest', 'in', ...kb], { directory });
    expect([stdout, stderr].filter((text) => CONTROL.test(text))).toEqual([]);
    expect(stdout + stderr).toContain('bad.json');
  });

  test.each([
    [['kb', `nope${ESC}[2J`]],
    [['ask', 'x', `--no${ESC}[2J`]],
    [['kb', 'list', '--store', `none${ESC}]0;t\u0007`]],
    [[`${ESC}[2Jcommand`]],
  ])('what was typed: %j', async (argv) => {
    const { stdout, stderr, exitCode } = await runCli(argv, { environment: { R1_ROUTER_DEBUG: '1' } });
    expect(exitCode).not.toBe(0);
    expect([stdout, stderr].filter((text) => CONTROL.test(text))).toEqual([]);
  });
});
