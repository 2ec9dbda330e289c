/**
 * How heavily a Markdown page reads: its sentences, the longest of them, and Flesch's reading ease.
 *
 *     node scripts/docs/reading.ts README.md docs/tutorial.md     a line a page; 100 reads like a comic, 60 like plain English, 30 like a law
 *
 * Only prose counts: code blocks, tables, pictures and comments are left out. A list item is a sentence of its own, and so is a heading.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Reading {
  words: number;
  sentences: number;
  /** 206.835 - 1.015 words a sentence - 84.6 syllables a word. */
  ease: number;
  longest: string;
  longestWords: number;
}

/** Paragraphs, list items and headings, one a line, with code spans and emphasis as they are written. */
function proseOf(markdown: string): string[] {
  const bare = markdown
    .replace(/^(`{3,})[\s\S]*?^\1\s*$/gm, '\n')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/^\s*\|.*$/gm, '\n')
    .replace(/^ {4}.*$/gm, '\n')
    .replace(/!\[[^\]]*\]\([^)]*\)/g, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<\/?[a-z][^>]*>/g, ' ')
    .replace(/^\s*(?:[-*]|\d+\.)\s+/gm, '\n\n')
    .replace(/^#+\s+(.*)$/gm, '\n\n$1\n\n');
  return bare.split(/\n\s*\n/).map((block) => block.replace(/\s+/g, ' ').trim());
}

/** A dot ends a sentence where space and a capital, a digit, a quote or code follow; `e.g.` ends none. */
export function sentencesOf(markdown: string): string[] {
  return proseOf(markdown).flatMap((block) =>
    block
      .replace(/\b(e\.g|i\.e|vs|cf)\. /g, '$1.\u00a0')
      .split(/(?<=[.!?]\*{0,2}[)"'`]?)\s+(?=[*"'(`]*[\p{Lu}\d]|`)/u)
      .map((sentence) => sentence.replace(/[*_`]/g, ''))
      .filter((sentence) => /\p{L}/u.test(sentence)),
  );
}

export const wordsOf = (text: string): string[] => text.match(/[\p{L}\p{N}][\p{L}\p{N}'’.,/:@-]*/gu) ?? [];

/** Groups of vowels, without a silent e at the end; at least one. */
function syllablesOf(word: string): number {
  const lower = word.toLowerCase().replace(/[^a-z]/g, '');
  const groups = lower.replace(/(?<=[^aeiouyl])e$|(?<=[^aeiouytd])ed$/, '').match(/[aeiouy]+/g)?.length ?? 0;
  return Math.max(1, groups);
}

export function readingOf(markdown: string): Reading {
  const sentences = sentencesOf(markdown).map((text) => ({ text, words: wordsOf(text) }));
  const words = sentences.flatMap((sentence) => sentence.words);
  const syllables = words.reduce((sum, word) => sum + syllablesOf(word), 0);
  const longest = sentences.reduce((a, b) => (b.words.length > a.words.length ? b : a), { text: '', words: [''] });
  return {
    words: words.length,
    sentences: sentences.length,
    ease: 206.835 - (1.015 * words.length) / sentences.length - (84.6 * syllables) / words.length,
    longest: longest.text,
    longestWords: longest.words.length,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const file of process.argv.slice(2)) {
    const { words, sentences, ease, longestWords, longest } = readingOf(readFileSync(file, 'utf8'));
    const each = (words / sentences).toFixed(1);
    console.log(
      `${file}: ease ${ease.toFixed(0)}, ${each} words a sentence, longest ${longestWords}: ${longest.slice(0, 90)}`,
    );
  }
}
