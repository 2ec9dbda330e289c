import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { treebankTokens } from '../../../src/eval/metrics/treebank-tokenizer.ts';

interface Row {
  text: string;
  tokens: string[];
}

// Made by running nltk 3.9.1's NLTKWordTokenizer().tokenize over generated strings: words, clitics, quotes, brackets, numbers,
// full stops in every place, separators and letters of many scripts.
const rows = readFileSync(join(import.meta.dirname, '../fixtures/treebank-tokens.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Row);

test('splits 700 generated strings exactly as nltk does', () => {
  expect(rows).toHaveLength(700);
  for (const { text, tokens } of rows) expect({ text, tokens: treebankTokens(text) }).toEqual({ text, tokens });
});

test.each([
  ["They'll save and can't invest.", ['They', "'ll", 'save', 'and', 'ca', "n't", 'invest', '.']],
  ['I cannot, gimme "that"', ['I', 'can', 'not', ',', 'gim', 'me', '``', 'that', "''"]],
  ['$3.88 (roughly 3,36 euros)', ['$', '3.88', '(', 'roughly', '3,36', 'euros', ')']],
  ["'Tis l'a 20–25 a--b ...", ["'T", 'is', 'l', "'", 'a', '20–25', 'a', '--', 'b', '...']],
  ['', []],
])('%j', (text, tokens) => {
  expect(treebankTokens(text)).toEqual(tokens);
});
