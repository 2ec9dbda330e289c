/**
 * Whether an answer rests on what was shown. The model copies the words of a passage that prove its answer; a quote that stands
 * in no passage makes an abstention, because a model that invents the proof has invented the answer.
 */
import type { Passage } from '../../tools/passage.ts';
import type { Citation, Reading } from '../reading.ts';
import { isDoubtful } from './misgivings.ts';
import { passageText } from './prompts/lines.ts';
import type { LabelledPassage } from './protocols/naming.ts';

/** What a model said: an answer, its proof, and labels of passages. */
export interface SaidAnswer {
  /** Null is an abstention. */
  answer: string | null;
  quote: string | null;
  labels: readonly string[];
}

/** A result worked out from a table that was shown; its values may be quoted. */
export interface Calculation {
  /** One line: the query and its result. */
  text: string;
  passages: readonly Passage[];
}

const ABSTENTION: Reading = { answer: null, citations: [] };

export function ground(
  { answer, quote, labels }: SaidAnswer,
  shown: readonly LabelledPassage[],
  calculations: readonly Calculation[] = [],
  { careful: question }: GroundOptions = {},
): Reading {
  const text = answer?.trim();
  if (!text) return ABSTENTION;
  // Without a quote the answer must be the words themselves.
  const proof = quote?.trim() || text;
  if (question !== undefined) {
    const texts = [...shown.map(({ passage }) => passageText(passage)), ...calculations.map((one) => one.text)];
    if (isDoubtful({ question, answer: text, quote: proof, texts })) return ABSTENTION;
  }
  const cited = new Set(labels);
  const named = shown.filter(({ label }) => cited.has(label));
  const holder = [...named, ...shown].find(({ passage }) => holds(passageText(passage), proof));
  if (holder) {
    const others = named.filter(({ label }) => label !== holder.label);
    return {
      answer: text,
      citations: [citation(holder.passage, proof), ...others.map(({ passage }) => citation(passage))],
    };
  }
  const worked = calculations.find(({ text }) => holds(text, proof));
  if (!worked) return ABSTENTION;
  const tables = worked.passages.map((passage) => citation(passage));
  return { answer: text, citations: tables.map((cite, index) => (index === 0 ? { ...cite, quote: proof } : cite)) };
}

export interface GroundOptions {
  /** The question; where given, a small model's answer is also looked at as such (`misgivings.ts`). */
  careful?: string;
}

/** Whether a text holds these words: case, spacing, typography and quotation marks aside, and `...` may leave something out. */
function holds(text: string, quote: string): boolean {
  const within = plain(text);
  const parts = quote
    .split(/\[?(?:\.{3}|…)\]?/u)
    .map(plain)
    .filter(Boolean);
  if (parts.length === 0) return false;
  let from = 0;
  for (const part of parts) {
    const at = find(within, part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}

/**
 * What a quote that stands nowhere was meant for: the sentence that has the answer and every longer word of the quote. The model is
 * shown it and must copy it; an answer whose proof was invented altogether has none.
 */
export function nearestSentence(
  { answer, quote }: Pick<SaidAnswer, 'answer' | 'quote'>,
  shown: readonly LabelledPassage[],
): string | undefined {
  const wanted = plain(quote ?? '').match(/[\p{L}\p{N}]{4,}/gu) ?? [];
  if (!answer?.trim() || wanted.length === 0) return undefined;
  return shown
    .flatMap(({ passage }) => passageText(passage).split(/(?<=[.!?])\s+/u))
    .filter((sentence) => sentence.length <= SENTENCE_LIMIT)
    .find((sentence) => holds(sentence, answer) && wanted.every((word) => plain(sentence).includes(word)));
}

/** Characters of what is still a sentence or a row. */
const SENTENCE_LIMIT = 300;

/** At the bounds of words: "5" does not stand in "1975". */
function find(text: string, part: string, from: number): number {
  const letter = /[\p{L}\p{N}]/u;
  for (let at = text.indexOf(part, from); at >= 0; at = text.indexOf(part, at + 1)) {
    const before = at === 0 || !letter.test(part[0]!) || !letter.test(text[at - 1]!);
    const end = at + part.length;
    const after = end === text.length || !letter.test(part.at(-1)!) || !letter.test(text[end]!);
    if (before && after) return at;
  }
  return -1;
}

function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/["'`“”‘’«»„]/gu, '')
    .replace(/[‐‑‒–—−]/gu, '-')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(/^[\s.,;:]+|[\s.,;:]+$/gu, '');
}

export function citation({ id, knowledgeBase }: Passage, quote?: string): Citation {
  return { passageId: id, knowledgeBase, ...(quote !== undefined && { quote }) };
}
