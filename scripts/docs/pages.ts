/** Which Markdown pages there are, and which of them are written by hand for people who read from top to bottom. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

export interface Page {
  /** Path from the root, with forward slashes. */
  name: string;
  text: string;
}

/** README, ARCHITECTURE and every page below docs. */
export function allPages(): Page[] {
  const below = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map((path) => `docs/${path}`);
  return ['README.md', 'ARCHITECTURE.md', ...below]
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => ({ name, text: readFileSync(join(ROOT, name), 'utf8') }));
}

/** Pages that scripts write. */
export const isGenerated = ({ name }: Page): boolean => name.startsWith('docs/reference/');

/** Ablations, histories and negative results: kept, but not on the way of somebody who wants to get something done. */
export const isResearch = ({ name }: Page): boolean => name.startsWith('docs/research/');

/** What a reader is meant to read: README, tutorial, how-to, explanation. */
export const isGuide = (page: Page): boolean =>
  page.name !== 'ARCHITECTURE.md' && !isGenerated(page) && !isResearch(page);

/** Contents of the fenced blocks of one language, or of all. */
export function codeBlocks(text: string, language?: RegExp): string[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, written = '']) => language === undefined || language.test(written))
    .map(([, , code = '']) => code);
}
