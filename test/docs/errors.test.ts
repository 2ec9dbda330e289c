import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ADVICE } from '../../scripts/error-advice.ts';
import { ERRORS_PAGE, errorCodes, errorsPage } from '../../scripts/error-codes.ts';

const codes = errorCodes();

test('every error code of the sources stands in docs/reference/errors.md, and no other', () => {
  const page = readFileSync(ERRORS_PAGE, 'utf8');
  const listed = [...page.matchAll(/^\| `([^`]+)`(?:<br>or \w+)? \|.*\|.*\|.*src\//gm)].map(([, code]) => code);
  expect(new Set(listed), 'make it anew: npm run docs:errors').toEqual(new Set(codes.map(({ code }) => code)));
});

test('the page is what the sources give', () => {
  expect(readFileSync(ERRORS_PAGE, 'utf8') === errorsPage(codes), 'make it anew: npm run docs:errors').toBe(true);
});

test('advice is for codes that there are', () => {
  const known = new Set(codes.map(({ code }) => code));
  expect(Object.keys(ADVICE).filter((code) => !known.has(code))).toEqual([]);
});

test('codes that are made in other ways are found too', () => {
  const byCode = new Map(codes.map((entry) => [entry.code, entry]));
  expect(byCode.get('policy-failed')?.kinds).toEqual(['model']); // put together
  expect(byCode.get('qdrant-conflict')?.kinds).toEqual(['user']); // through a helper of its file
  expect(byCode.get('local-qdrant-unsupported')?.kinds).toEqual(['user']); // by a class, with a status beside it
  expect(byCode.get('checkpoint-invalid')?.messages).toEqual(['checkpoint …: …']); // in a constructor
  expect(byCode.get('method-not-allowed')?.messages).toHaveLength(1); // the server's own reply
});
