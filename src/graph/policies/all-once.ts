/** Every knowledge base once, with the original question: retrieval-augmented answering without any routing or steps. */
import { EVERY_KNOWLEDGE_BASE, type Policy } from '../policy.ts';
import { reroute } from './reroute.ts';

export function allOncePolicy(): Policy {
  return { ...reroute({ name: 'all-once', choose: () => EVERY_KNOWLEDGE_BASE }), name: 'all-once', version: '1' };
}
