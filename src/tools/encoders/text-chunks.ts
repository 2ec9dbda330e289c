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

/** Characters that make a word where no space tells: about two in Chinese and Japanese, four in the scripts with vowel signs. */
const IDEOGRAPHIC = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;
const SYLLABIC = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/gu;
/** A "word" longer than this is none (encoded data, say) and counts as many. */
const LONGEST_WORD = 200;
const WORDS_PER_LONG = 40;

/** All of these scripts lie above. */
const ABOVE_SPACED = /[^\0-\u0dff]/;

function unspacedWords(text: string): number {
  if (!ABOVE_SPACED.test(text)) return 0;
  return (text.match(IDEOGRAPHIC)?.length ?? 0) / 2 + (text.match(SYLLABIC)?.length ?? 0) / 4;
}

/** Words by spaces, or by characters where those do not tell. */
function countWords(text: string): number {
  const spaced = text.match(/\S+/g) ?? [];
  let count = spaced.length;
  if (text.length > LONGEST_WORD) {
    for (const word of spaced) if (word.length > LONGEST_WORD) count += Math.ceil(word.length / WORDS_PER_LONG) - 1;
  }
  return Math.max(count, Math.round(unspacedWords(text)));
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
  if (countWords(text) > all.length) return unspacedWindows(all, { words, stride });
  if (all.length <= words) return [text];
  const chunks: string[] = [];
  for (let start = 0; ; start += stride) {
    chunks.push(all.slice(start, start + words).join(' '));
    if (start + words >= all.length) return chunks;
  }
}

/** As `windows`, over words that hold several: cut where the platform's segmenter sees words, long runs anywhere. */
function unspacedWindows(spaced: readonly string[], { words, stride }: { words: number; stride: number }): string[] {
  const units: { text: string; size: number }[] = [];
  for (const word of spaced) {
    const pieces = countWords(word) > 1 ? piecesOf(word) : [word];
    for (const [i, text] of pieces.entries()) {
      units.push({ text: i === 0 && units.length > 0 ? ` ${text}` : text, size: sizeOf(text) });
    }
  }
  const chunks: string[] = [];
  let start = 0;
  for (;;) {
    let end = start;
    let next = start;
    for (let size = 0; end < units.length && (end === start || size + units[end]!.size <= words); end++) {
      size += units[end]!.size;
      if (size <= stride) next = end + 1;
    }
    chunks.push(
      units
        .slice(start, end)
        .map(({ text }) => text)
        .join('')
        .trim(),
    );
    if (end >= units.length) return chunks;
    start = Math.max(start + 1, next);
  }
}

/** Of one piece, in words; a piece is never nothing. */
function sizeOf(text: string): number {
  return unspacedWords(text) || 1;
}

let wordSegmenter: Intl.Segmenter | undefined;

function piecesOf(word: string): string[] {
  wordSegmenter ??= new Intl.Segmenter('zh', { granularity: 'word' });
  const out: string[] = [];
  for (const { segment } of wordSegmenter.segment(word)) {
    if (segment.length <= LONGEST_WORD) out.push(segment);
    else out.push(...(segment.match(new RegExp(`.{1,${WORDS_PER_LONG}}`, 'gsu')) ?? []));
  }
  return out;
}

let segmenter: Intl.Segmenter | undefined;

/** With the space that follows each piece, where pieces are divided by spaces. */
function cutSentence(sentence: string, words: number): string[] {
  const pieces = windows(sentence, { words, stride: words });
  const spaced = /\s/.test(sentence.trim());
  return pieces.map((piece, i) => (spaced || i === pieces.length - 1 ? `${piece} ` : piece));
}

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
    const pieces = countWords(segment) <= words ? [segment] : cutSentence(segment, words);
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
