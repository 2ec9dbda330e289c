import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textLines } from '../../src/common/text-lines.ts';

async function* pieces(bytes: Buffer, size: number) {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function linesOf(bytes: Buffer, size: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of textLines(pieces(bytes, size))) lines.push(line);
  return lines;
}

test('lines end with a line feed and with nothing else, however the bytes arrive', async () => {
  const text = 'a\r\n\n冰\u2028岛\u2029\u0085\u000b\u000c👍\r\rb\nlast';
  for (const size of [1, 2, 3, 5, 1000]) {
    expect(await linesOf(Buffer.from(text), size)).toEqual([
      'a',
      '',
      '冰\u2028岛\u2029\u0085\u000b\u000c👍\r\rb',
      'last',
    ]);
  }
  expect(await linesOf(Buffer.alloc(0), 1)).toEqual([]);
});

test('every JSON value on a line of its own comes back', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ text: fc.string({ unit: 'binary' }) }), { maxLength: 5 }),
      fc.integer({ min: 1, max: 7 }),
      async (rows, size) => {
        const written = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
        const lines = await linesOf(Buffer.from(written), size);
        expect(lines.map((line) => JSON.parse(line))).toEqual(rows);
      },
    ),
    { numRuns: 500, seed: 3 },
  );
});
