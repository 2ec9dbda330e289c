/** A reader that looks at nothing: the passages are left to a policy that reads what it decides on, or to the answerer. */
import type { Reader } from './policy.ts';

/** How many of each search: where every knowledge base was asked at first, they are many already. */
export const passagesPassedOn = ({ lookFirst }: { lookFirst: boolean }): number => (lookFirst ? 3 : 5);

/** `limit`: how many passages of each search are passed on. */
export function passOnReader(limit = 5): Reader {
  return {
    name: 'pass-on',
    limit,
    passesOn: true,
    async read() {
      return { answer: null, citations: [] };
    },
  };
}
