/**
 * Policies made from policies: one takes the question apart and says when to stop, the other only says where to look. What the
 * comparisons `fixed`, `random` and `all` have in common.
 */
import { searchFor } from '../decision.ts';
import type { Policy, PolicyState, StepContext } from '../policy.ts';

export interface RerouteOptions {
  name: string;
  version?: string;
  /** Takes the question apart and stops. Default: asks the question itself, once. */
  decomposition?: Policy;
  /** The knowledge base for this step, or several, in the place of those that the decomposition named. */
  choose(state: PolicyState, context: StepContext): string | readonly string[];
}

/** For `choose`: all of them. */
export function everyKnowledgeBase({ knowledgeBases }: PolicyState): string[] {
  return knowledgeBases.map(({ name }) => name);
}

/** The decomposition's sub-questions and stops, with another choice of knowledge base. */
export function reroute({ name, version = '1', decomposition = askOncePolicy(), choose }: RerouteOptions): Policy {
  return {
    name: `${name}(${decomposition.name})`,
    version: `${version}/${decomposition.version}`,
    async decide(state, context, rejected) {
      const output = await decomposition.decide(state, context, rejected);
      if (output.decision.type !== 'search') return output;
      const chosen = [choose(state, context)].flat();
      const subQuestions = new Set(output.decision.searches.map(({ subQuestion }) => subQuestion));
      const searches = [...subQuestions].flatMap((subQuestion) => searchFor(subQuestion, ...chosen).searches);
      return { ...output, decision: { type: 'search', searches } };
    },
  };
}

/** Asks the original question of the first knowledge base, once, and stops. Only of use under `reroute`. */
export function askOncePolicy(): Policy {
  return {
    name: 'ask-once',
    version: '1',
    async decide({ question, steps, knowledgeBases }) {
      const [first] = knowledgeBases;
      if (steps.length > 0 || !first) return { decision: { type: 'stop' } };
      return { decision: searchFor(question, first.name) };
    },
  };
}
