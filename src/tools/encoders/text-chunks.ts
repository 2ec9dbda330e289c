/**
 * Long texts cut into passages: whole sentences up to a number of words (the default), or windows of words with a stride,
 * which is how the reference cut Wikipedia. A text that fits is one passage, unchanged.
 */
import { z } from 'zod';

export const TextChunkingSchema = z.discriminatedUnion('by', [
  /** Sentences are packed up to `words`; the last sentence of a chunk opens the next one when `overlap` is set. */
  z.strictObject({
    by: z.literal('sentences'),
    words: z.number().int().min(10).default(250),
    overlap: z.boolean().default(true),
  }),
  /** The reference's setting is 100 words with a stride of 50. */
  z.strictObject({
    by: z.literal('windows'),
    words: z.number().int().min(10).default(100),
    stride: z.number().int().min(1).default(50),
  }),
  z.strictObject({ by: z.literal('none') }),
]);
export type TextChunking = z.infer<typeof TextChunkingSchema>;

/** Texts in unspaced scripts have no word boundary to count; two characters are taken as a word. */
function countWords(text: string): number {
  const spaced = text.match(/\S+/g)?.length ?? 0;
  return Math.max(
    spaced,
    Math.round((text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu)?.length ?? 0) / 2),
  );
}

export function textChunks(text: string, chunking: TextChunking): string[] {
  switch (chunking.by) {
    case 'none':
      return [text];
    case 'windows':
      return windows(text, chunking);
    case 'sentences':
      return countWords(text) <= chunking.words ? [text] : sentences(text, chunking);
    default:
      return chunking satisfies never;
  }
}

function windows(text: string, { words, stride }: { words: number; stride: number }): string[] {
  const all = text.split(/\s+/).filter(Boolean);
  if (all.length <= words) return [text];
  const chunks: string[] = [];
  for (let start = 0; ; start += stride) {
    chunks.push(all.slice(start, start + words).join(' '));
    if (start + words >= all.length) return chunks;
  }
}

let segmenter: Intl.Segmenter | undefined;

function sentences(text: string, { words, overlap }: { words: number; overlap: boolean }): string[] {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'sentence' });
  const chunks: string[] = [];
  let chunk: string[] = [];
  let size = 0;
  const close = () => {
    chunks.push(chunk.join('').trim());
    const last = chunk.at(-1)!;
    const carried = overlap && chunk.length > 1 && countWords(last) * 3 <= words;
    chunk = carried ? [last] : [];
    size = carried ? countWords(last) : 0;
  };
  for (const { segment } of segmenter.segment(text)) {
    // A "sentence" longer than a chunk (a list, a table in prose) is cut by words.
    const pieces =
      countWords(segment) <= words ? [segment] : windows(segment, { words, stride: words }).map((piece) => `${piece} `);
    for (const piece of pieces) {
      const length = countWords(piece);
      if (size > 0 && size + length > words) close();
      if (size + length > words) [chunk, size] = [[], 0];
      chunk.push(piece);
      size += length;
    }
  }
  if (chunk.join('').trim() !== '') chunks.push(chunk.join('').trim());
  return chunks;
}
