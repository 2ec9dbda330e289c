/** What a client hears of a failure: its own fault in words, and of the server's that there was one. */
import { isR1RouterError } from '../../common/errors.ts';

export function failureText(error: unknown): string {
  const isTheirs = isR1RouterError(error) && error.kind === 'user';
  return isTheirs ? error.message : 'a part of the environment failed; its log says why';
}
