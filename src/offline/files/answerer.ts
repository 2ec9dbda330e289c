/** The answer that a reading of the run gave; it composes nothing, since the reader saw all that was found. */
import type { Answerer } from '../../graph/policy.ts';

/** The answerer for people's own files: it gives the last answer that was read, with its citations. */
export function filesAnswerer(): Answerer {
  return {
    name: 'files',
    async answer({ steps }) {
      const reading = steps.findLast(({ answer }) => answer !== null)?.reading;
      return { answer: reading?.answer ?? null, citations: reading?.citations ?? [], usage: { reads: 0 } };
    },
  };
}
