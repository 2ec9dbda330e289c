/**
 * What English makes of a state: where the question stands, the answer so far, what can be asked next. Each is worked out when it
 * is first asked for, and once: a policy, its candidates and its features share one understanding.
 */
import type { Candidate } from '../candidates/candidate.ts';
import { MOST_CANDIDATES, wholeQuestion } from '../candidates/candidates.ts';
import { evidenceCandidates } from '../candidates/evidence-candidates.ts';
import { propertyCandidates } from '../candidates/property-candidates.ts';
import type { AskedState, Mentions, StandingAnswer, Understanding } from '../language.ts';
import { standalone } from './conversation.ts';
import { type Derivation, derive } from './derive.ts';
import type { EnglishMemory } from './memory.ts';
import { standingAnswer } from './standing-answer.ts';
import { withoutLeadIn } from './tidy.ts';

/** Longer questions are searched as they are. */
const LONGEST_GRAMMAR = 8_000;

export class EnglishUnderstanding implements Understanding {
  readonly #state: AskedState;
  readonly #memory: EnglishMemory;
  #derivation: Derivation | undefined;
  #standing: { answer: StandingAnswer | undefined } | undefined;
  #candidates: readonly Candidate[] | undefined;

  constructor(state: AskedState, memory: EnglishMemory) {
    this.#state = state;
    this.#memory = memory;
  }

  /** What remains of the question, what is open, and the answer once it is known. A few hundred microseconds. */
  get derivation(): Derivation {
    this.#derivation ??= derivationOf(this.#state, this.#memory);
    return this.#derivation;
  }

  get remaining(): string {
    return this.derivation.remaining;
  }

  get answer(): Derivation['answer'] {
    return this.derivation.answer;
  }

  get standing(): StandingAnswer | undefined {
    this.#standing ??= { answer: standingAnswer(this.#state, this.derivation, this.#memory) };
    return this.#standing.answer;
  }

  get candidates(): readonly Candidate[] {
    this.#candidates ??= candidatesOf(this.#state, this.derivation, this.#memory);
    return this.#candidates;
  }

  get mentions(): Mentions {
    return this.#memory.mentions(this.#state.question);
  }
}

function derivationOf({ question, image, steps, conversation = [] }: AskedState, memory: EnglishMemory): Derivation {
  if (question.length > LONGEST_GRAMMAR) {
    return {
      remaining: question,
      open: [{ subQuestion: question, kind: 'whole', completes: true }],
      used: [],
      failed: [],
    };
  }
  const plain = memory.plainQuestion(standalone(withoutLeadIn(question), conversation));
  return derive(plain, steps, { picture: image !== undefined, memory });
}

/**
 * The sub-questions that can be asked now: the grammar's; then, in reserve, the question itself and rows that were read. Where the
 * question is answered only the reserve is left, for a policy that doubts the answer; where it could be computed, nothing.
 */
function candidatesOf(state: AskedState, { open, answer }: Derivation, memory: EnglishMemory): Candidate[] {
  if (answer && answer.steps.length === 0) return [];
  const proposed: Candidate[] = open
    .slice(0, MOST_CANDIDATES)
    .map(({ subQuestion, kind, completes }) => ({ subQuestion, provider: 'grammar', kind, completes }));
  return [...proposed, ...inReserve(state, proposed, memory)];
}

function inReserve(state: AskedState, proposed: readonly Candidate[], memory: EnglishMemory): Candidate[] {
  const question: Candidate = { ...wholeQuestion(state.question), kind: 'question' };
  const known = proposed.some(({ subQuestion, kind }) => kind === 'whole' || subQuestion === question.subQuestion);
  const properties = isSure(proposed, memory) ? [] : propertyCandidates(state, memory);
  const others = properties.filter(({ subQuestion }) => !proposed.some((one) => one.subQuestion === subQuestion));
  return [...(known ? [] : [question]), ...evidenceCandidates(state, memory.words), ...others];
}

/** Nothing is open, or the grammar's way on reads like one: what a plain question does not find, its words do not find otherwise. */
function isSure([first]: readonly Candidate[], { isPlainQuestion }: EnglishMemory): boolean {
  if (!first || isPlainQuestion(first.subQuestion)) return true;
  // A long clause describes, and is looked up as it stands.
  return first.kind !== 'whole' && first.subQuestion.split(' ').length >= DESCRIBES;
}

/** Words of a sub-question. */
const DESCRIBES = 9;
