/**
 * Policies made from policies: one takes the question apart and says when to stop, the other only says where to look. What the
 * comparisons `fixed`, `random` and `all` have in common.
 */
import type { Policy, PolicyState, StepContext } from '../policy.ts';

export interface RerouteOptions {
  name: string;
  version?: string;
  /** Takes the question apart and stops. Default: asks the question itself, once. */
  decomposition?: Policy;
  /** The knowledge base for this step, in the place of the one that the decomposition named. */
  choose(state: PolicyState, context: StepContext): string;
}

/** The decomposition's sub-questions and stops, with another choice of knowledge base. */
export function reroute({ name, version = '1', decomposition = askOncePolicy(), choose }: RerouteOptions): Policy {
  return {
    name: `${name}(${decomposition.name})`,
    version: `${version}/${decomposition.version}`,
    async decide(state, context, reminder) {
      const output = await decomposition.decide(state, context, reminder);
      if (output.decision.type !== 'search') return output;
      return { ...output, decision: { ...output.decision, knowledgeBase: choose(state, context) } };
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
      return { decision: { type: 'search', subQuestion: question, knowledgeBase: first.name } };
    },
  };
}
