/**
 * What the policies, the reader and the answerer of this folder know of a human language. They decide, count and cite; whatever
 * depends on how people put a question stands behind this seam. `english/` is the one that ships.
 *
 * To bring another language, write an object with these members and hand it to every part: `scorerPolicy(scorer, { language })`,
 * `probePolicy({ language })`, `coverPolicy(scorer, { language })`, `extractiveReader({ language })`,
 * `extractiveAnswerer({ language })`. Begin with `inquire` and `read`, which let a reader answer single-hop questions; an
 * `understand` that proposes the question as it stands is enough to go on with. Every method is a pure function of its
 * arguments: what an instance remembers, bounded, is for speed alone. Give one instance to the parts of a run, so that what
 * one of them has worked out the others need not.
 *
 * A scorer learns from what a language makes of a question. Its directory names the language and the version it was trained
 * with, and loads with no other: raise `version` whenever an answer of any method changes, and train again.
 */

import type { PolicyState } from '../graph/policy.ts';
import type { Passage } from '../tools/passage.ts';
import type { Candidate } from './candidates/candidate.ts';

export interface Language {
  readonly name: string;
  /** A whole number, raised with every change of what the methods return. */
  readonly version: number;
  /** Where a question stands after its steps. The same state object gives the same understanding, worked out once. */
  understand(state: AskedState): Understanding;
  /** What a single-hop question asks for. */
  inquire(subQuestion: string): Inquiry;
  /** The best answer of all in the passages, however unsure; undefined where there is none. */
  read(inquiry: Inquiry, passages: readonly Passage[], options: ReadOptions): Extraction | undefined;
  /** Whether one more passage gives the same answer, so that it is cited beside the one that was read. */
  confirms(inquiry: Inquiry, passage: Passage, answer: string): boolean;
  readonly words: Words;
}

/** What a scorer's directory keeps of a language. */
export type LanguageVersion = Pick<Language, 'name' | 'version'>;

/** What there is to understand: a policy's state, or what an answerer is given. */
export type AskedState = Pick<PolicyState, 'question' | 'image' | 'steps'> & Partial<Pick<PolicyState, 'conversation'>>;

export interface Understanding {
  /** The question with every answer so far in its place. */
  readonly remaining: string;
  /** The answer that follows from the sentence itself and the steps; undefined while something is left to ask. */
  readonly answer?: { readonly text: string; readonly steps: readonly number[] };
  /** The answer if the run ended here, composed or not. */
  readonly standing?: StandingAnswer;
  /** The sub-questions that can be asked now, the likeliest first; then those in reserve. */
  readonly candidates: readonly Candidate[];
  readonly mentions: Mentions;
}

export interface StandingAnswer {
  text: string;
  /** Indexes of the steps it rests on; none for a computed one. */
  steps: number[];
  by: 'grammar' | 'question' | 'property';
  /** The question asks for more of it, by what it mentions. */
  open?: true;
}

/** How the question is answered so far, for a policy that decides whether to go on. */
export function answeredBy(standing: StandingAnswer | undefined): StandingAnswer['by'] | 'not' {
  return standing === undefined || standing.open ? 'not' : standing.by;
}

/** What a question mentions, whatever its sentence looks like. */
export interface Mentions {
  /** Stems of the words that are no part of a name, in order. */
  words: string[];
  names: string[];
  /** Sub-questions with N for what is asked about. `words`: places of the words that mention it. */
  properties: { subQuestion: string; score: number; words: number[] }[];
  /** Share of the words that mention a property; the rest is about something else. */
  explained: number;
}

export type AnswerType = 'number' | 'date' | 'person' | 'place' | 'yes-no' | 'picture' | 'thing';

export interface Inquiry {
  text: string;
  /**
   * `attribute`: a property of something named; `class`: something of a class that fits (`which country borders ...`);
   * `describe`: what something is; `claim`: yes or no; `count`: how many.
   */
  form: 'attribute' | 'class' | 'describe' | 'claim' | 'count';
  expected: AnswerType;
  /** Stems of what is asked: `capital`; `born`; for a class, its noun. */
  attribute: string[];
  /** As written, without articles. */
  attributeText: string;
  /** What it is asked about, as written: names, quotations, descriptions. */
  subject: string;
  /** Stems of the asked phrase: `what sort of creature`. */
  asked: string[];
  /** Stems of the verbs. */
  verbs: string[];
  /** Stems of the subject and of whatever else is said. */
  subjectStems: string[];
  /** Runs of names, quotations and numbers in the question, as written. */
  names: string[];
  superlative?: { attributes: readonly string[]; noun: string; direction: 1 | -1; rank: number };
  /** The preposition the answer stands behind: `from` of `from whom`, `which country ... from`. */
  preposition?: string;
  /** For a claim: the property and the value claimed, where the sentence shows which is which. */
  claim?: { property: string; value: string };
}

export interface ReadOptions {
  /** The search saw the question's picture, so that the order of the passages is likeness. */
  withImage: boolean;
  /** So many passages are read, from the first. Default: all. */
  limit?: number;
}

/** What a reading of one passage yields: an answer with its place and how sure the reader is of it. */
export interface Extraction {
  answer: string;
  /** In [0, 1]: how much of the question the passage covers, and how well the answer fits what was asked. */
  confidence: number;
  passage: Passage;
  /** The cell or sentence that carries the answer. */
  quote: string;
}

/** Stems of words, for matching texts with one another. */
export interface Words {
  stem(word: string): string;
  /** Stems in order, words without content left out. */
  contentStems(text: string): string[];
  /** Stems in order, all words. */
  allStems(text: string): string[];
  /** The distinct content stems of a text that comes again and again, such as a description. */
  vocabulary(text: string): readonly string[];
  /** Of two stems: 1 for the same, less for related words, 0 for none. */
  relatedness(left: string, right: string): number;
  /** How well each stem of `wanted` is met by one of `given`, averaged over `wanted`; in [0, 1]. */
  coverage(wanted: readonly string[], given: readonly string[]): number;
}
