/** A knowledge base drawn at random at each step, every one as likely: the floor a router must clear. */
import { keyedRandom } from '../../common/random.ts';
import type { Policy } from '../policy.ts';
import { reroute } from './reroute.ts';

/** Without a decomposition the original question is asked once. The draw depends on the step's seed alone. */
export function randomPolicy({ decomposition }: { decomposition?: Policy } = {}): Policy {
  return reroute({
    name: 'random',
    decomposition,
    choose({ knowledgeBases }, context) {
      // By name, so that the order in which the knowledge bases were given plays no part.
      const names = knowledgeBases.map(({ name }) => name).sort();
      return keyedRandom(context.seed, 'random-policy').pick(names);
    },
  });
}
