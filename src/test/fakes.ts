/**
 * Small fakes for the seams of the graph, for our tests and yours. Each records its calls in `calls`; a script that runs out throws
 * and says how long it was, so that a run which asks more than you thought of fails and does not go on in silence.
 */
import { type Decision, searchFor } from '../graph/decision.ts';
import type { RouterGraphOptions } from '../graph/options.ts';
import type {
  Answerer,
  AnswerInput,
  Policy,
  PolicyOutput,
  PolicyState,
  Reader,
  ReadInput,
  RejectedOutput,
  StepContext,
} from '../graph/policy.ts';
import type { Modality, Query, SearchableKnowledgeBase, SearchOptions } from '../tools/knowledge-base.ts';
import type { Passage } from '../tools/passage.ts';

/** A passage as a search gives it; earlier ranks score higher. */
export function passage(knowledgeBase: string, id: string, text: string, rank = 0): Passage {
  return { id, documentId: id, knowledgeBase, score: 10 - rank, rank, text };
}

export interface FakeKnowledgeBase extends SearchableKnowledgeBase {
  calls: { query: Query; options?: SearchOptions }[];
}

/**
 * Answers from a table of query text to passage texts, or by a function. What is not in the table is an empty result, as a knowledge
 * base knows nothing of most questions; look into `calls` for what it was asked. Let a function throw to play an outage.
 *
 *     const texts = fakeKnowledgeBase('Texts', { 'Who wrote Emma?': ['Jane Austen wrote Emma.'] });
 */
export function fakeKnowledgeBase(
  name: string,
  texts: Record<string, string[]> | ((query: Query, options?: SearchOptions) => Promise<Passage[]>) = {},
  { modality = 'text', cost = 1 }: { modality?: Modality; cost?: number } = {},
): FakeKnowledgeBase {
  const calls: FakeKnowledgeBase['calls'] = [];
  return {
    name,
    description: `Knows things about ${name}.`,
    modality,
    cost,
    calls,
    async search(query, options) {
      calls.push({ query, options });
      if (typeof texts === 'function') return texts(query, options);
      const asked = query.text ?? '';
      return (Object.hasOwn(texts, asked) ? texts[asked]! : []).map((text, rank) =>
        passage(name, `${name}-${query.text}-${rank}`, text, rank),
      );
    },
  };
}

export interface ScriptedPolicy extends Policy {
  calls: { state: PolicyState; context: StepContext; rejected?: RejectedOutput }[];
}

export type Scripted =
  | Decision
  | PolicyOutput
  | ((state: PolicyState, context: StepContext) => Promise<PolicyOutput> | PolicyOutput);

/**
 * Plays its script once, a line a decision; throws when asked for more than it holds. A line is a decision, a whole output of a
 * policy, or a function of the state.
 *
 *     const policy = scriptedPolicy([search('Who wrote Emma?', 'Texts'), stop]);
 */
export function scriptedPolicy(script: readonly Scripted[]): ScriptedPolicy {
  const calls: ScriptedPolicy['calls'] = [];
  return {
    name: 'scripted',
    version: '1',
    calls,
    async decide(state, context, rejected) {
      const line = script[calls.length];
      calls.push({ state, context, rejected });
      if (!line) throw new Error(`scriptedPolicy: the script of ${script.length} decisions has run out`);
      if (typeof line === 'function') return line(state, context);
      return 'type' in line ? { decision: line } : line;
    },
  };
}

/** A policy without memory of its calls, safe to use in concurrent runs. */
export function policyOf(decide: (state: PolicyState, context: StepContext) => PolicyOutput): Policy {
  return { name: 'function', version: '1', decide: async (state, context) => decide(state, context) };
}

export { searchFor };
/** The decision to ask these knowledge bases one thing. */
export const search: (subQuestion: string, ...knowledgeBases: readonly string[]) => Decision = searchFor;
export const stop: Decision = { type: 'stop' };

export interface FakeReader extends Reader {
  calls: ReadInput[];
}

/** Answers with the text of the first passage and cites it. */
export function fakeReader({ limit = 5 }: { limit?: number } = {}): FakeReader {
  const calls: ReadInput[] = [];
  return {
    name: 'first-passage',
    limit,
    calls,
    async read(input) {
      calls.push(input);
      const [first] = input.passages;
      return {
        answer: first?.text ?? null,
        citations: first ? [{ passageId: first.id, knowledgeBase: first.knowledgeBase }] : [],
      };
    },
  };
}

export interface FakeAnswerer extends Answerer {
  calls: AnswerInput[];
}

/** Gives the last intermediate answer with its citations. */
export function fakeAnswerer(): FakeAnswerer {
  const calls: AnswerInput[] = [];
  return {
    name: 'last-answer',
    calls,
    async answer(input) {
      calls.push(input);
      const reading = input.steps.findLast((step) => step.answer !== null)?.reading;
      return { answer: reading?.answer ?? null, citations: reading?.citations ?? [] };
    },
  };
}

/** Options with fakes for whatever is not given. */
export function routerOptions(
  options: Partial<RouterGraphOptions> & Pick<RouterGraphOptions, 'policy'>,
): RouterGraphOptions {
  return {
    knowledgeBases: [fakeKnowledgeBase('Texts'), fakeKnowledgeBase('Tables', {}, { modality: 'table' })],
    reader: fakeReader(),
    answerer: fakeAnswerer(),
    ...options,
  };
}
