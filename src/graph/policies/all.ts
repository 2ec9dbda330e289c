/** Every knowledge base at every step: the most that looking everywhere can bring, and what it costs. */
import type { Policy } from '../policy.ts';
import { everyKnowledgeBase, reroute } from './reroute.ts';

/**
 * The sub-questions and the stop are those of `decomposition` (for comparison with probe: the probe policy); each is asked of
 * every knowledge base, and the reader is shown its `limit` of passages from each.
 */
export function allPolicy({ decomposition }: { decomposition: Policy }): Policy {
  return reroute({ name: 'all', decomposition, choose: everyKnowledgeBase });
}
