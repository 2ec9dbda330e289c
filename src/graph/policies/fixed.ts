/** Always the same knowledge base: what a system without a router does. */
import { userError } from '../../common/errors.ts';
import type { Policy } from '../policy.ts';
import { reroute } from './reroute.ts';

/**
 * Without a decomposition the original question is asked once. Throws `unknown-knowledge-base` at the first step where the
 * graph has none of this name.
 */
export function fixedPolicy({
  knowledgeBase,
  decomposition,
}: {
  knowledgeBase: string;
  decomposition?: Policy;
}): Policy {
  return reroute({
    name: `fixed:${knowledgeBase}`,
    decomposition,
    choose({ knowledgeBases }) {
      if (knowledgeBases.some(({ name }) => name === knowledgeBase)) return knowledgeBase;
      const names = knowledgeBases.map(({ name }) => `"${name}"`).join(', ');
      throw userError(
        'unknown-knowledge-base',
        `policy "fixed": there is no knowledge base "${knowledgeBase}"; choose one of ${names}`,
      );
    },
  });
}
