/** How the pages read: short sentences, few words in all, and each guide begins with what its reader will have at the end. */
import { expect, test } from 'vitest';
import { allPages, isGuide } from '../../scripts/docs/pages.ts';
import { readingOf, sentencesOf } from '../../scripts/docs/reading.ts';

const GUIDES = allPages().filter(isGuide);

test.each(GUIDES)('$name: no sentence over 35 words', ({ text }) => {
  const { longest, longestWords } = readingOf(text);
  expect(longestWords, longest).toBeLessThanOrEqual(35);
});

test.each(GUIDES.filter(({ name }) => /tutorial|how-to|explanation/.test(name)))(
  '$name: begins with what its reader will have at the end',
  ({ text }) => {
    expect(text).toMatch(/^# .+\n\nAt the end (you|a|your|the|one|every|TRL)\b/);
  },
);

test('all of them together are under 14,000 words, code and tables included', () => {
  const words = GUIDES.reduce((sum, { text }) => sum + text.split(/\s+/).filter(Boolean).length, 0);
  expect(words).toBeLessThan(14_000);
});

test('they read easily, most of all the first two pages', () => {
  const ease = (name: string) => readingOf(GUIDES.find((page) => page.name === name)!.text).ease;
  expect(ease('README.md')).toBeGreaterThan(70);
  expect(ease('docs/tutorial.md')).toBeGreaterThan(70);
  const all = readingOf(GUIDES.map(({ text }) => text).join('\n\n'));
  expect(all.ease).toBeGreaterThan(65);
});

test('sentences are counted as people see them', () => {
  const page = [
    '# A heading',
    'One sentence, e.g. this [link](x.md). `code` begins another! And (a third.) "Four?"',
    '- an item\n- and another',
    '```sh\nno words. of. code\n```',
    '| no | table |\n|---|---|',
  ].join('\n\n');
  expect(sentencesOf(page)).toHaveLength(7);
  expect(readingOf('The cat sat on the mat.')).toMatchObject({ words: 6, sentences: 1, longestWords: 6 });
  // 206.835 - 1.015 x 6 - 84.6 x 1: six words of one syllable each.
  expect(readingOf('The cat sat on the mat.').ease).toBeCloseTo(116.145);
});
