/** Every knowledge base once, with the original question: retrieval-augmented answering without any routing or steps. */
import type { Policy } from '../policy.ts';
import { everyKnowledgeBase, reroute } from './reroute.ts';

/** Asks every knowledge base the original question, once, and stops: answering with retrieval, without routing or steps. */
export function allOncePolicy(): Policy {
  return { ...reroute({ name: 'all-once', choose: everyKnowledgeBase }), name: 'all-once', version: '1' };
}
