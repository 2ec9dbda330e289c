/** What a model that decides and reads ends with: a stop that carries its reading, or an invalid reply where it looked nothing up. */
import type { Decision } from '../../decision.ts';
import type { PolicyState } from '../../policy.ts';
import type { Reading } from '../../reading.ts';
import type { SaidAnswer } from '../grounding.ts';

export function endWith(
  said: SaidAnswer | undefined,
  reading: Reading | undefined,
  { steps }: Pick<PolicyState, 'steps'>,
  text: string,
): Decision {
  // An answer before anything was asked comes from memory.
  if (said?.answer && steps.length === 0) return { type: 'invalid', reason: 'no-evidence', raw: text.slice(0, 4000) };
  return reading ? { type: 'stop', reading } : { type: 'stop' };
}
