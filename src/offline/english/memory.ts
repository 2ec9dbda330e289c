/**
 * What one instance of English has worked out already, bounded: runs ask for the same few texts at every step, and a training for
 * the same thousands. Everything here is a pure function of its text, so that forgetting costs time and nothing else.
 */
import { remembered } from '../../common/remembered.ts';
import { mentionsOf } from '../candidates/mentions.ts';
import type { Inquiry, Mentions, Words } from '../language.ts';
import { canonical } from './canonical.ts';
import { compute } from './compute.ts';
import { inquiryOf } from './inquiry.ts';
import { isPlainQuestion } from './plain-question.ts';
import { parseSentence, type Sentence } from './sentence.ts';
import { tidyQuestion } from './tidy.ts';
import { englishWords } from './words.ts';

export interface EnglishMemory {
  readonly words: Words;
  parse(text: string): Sentence;
  inquire(question: string): Inquiry;
  /** The plain wording under which a single-hop question is searched. */
  canonical(question: string): string;
  /** A whole question as the grammar takes it: tidied, and in plain words unless it is computed as it stands. */
  plainQuestion(question: string): string;
  isPlainQuestion(question: string): boolean;
  mentions(question: string): Mentions;
}

export function englishMemory(): EnglishMemory {
  const words = englishWords();
  const plain = remembered(canonical, 128);
  return {
    words,
    parse: remembered(parseSentence, 64),
    inquire: remembered((question) => inquiryOf(question, words), 512),
    canonical: plain,
    plainQuestion: remembered((question) => {
      const tidy = tidyQuestion(question);
      // `How long is the word X?` is computed as it stands, before its wording changes.
      return compute(tidy) === undefined ? plain(tidy) : tidy;
    }, 128),
    isPlainQuestion: remembered(isPlainQuestion, 256),
    mentions: remembered((question) => mentionsOf(question, words), 64),
  };
}
