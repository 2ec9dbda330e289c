/**
 * A store whose file is damaged. It is told apart from a knowledge base that is merely unavailable: that one may come back, and
 * the others answer without it; a damaged file stays damaged, and what is left of it must not pass for all there is.
 */
import { isR1RouterError, type R1RouterError } from '../common/errors.ts';

/** As `openStore` says it, and as an embedded store says it when a search comes upon the damage. */
const CODES: ReadonlySet<string> = new Set(['store-corrupt', 'local-qdrant-corrupt']);

export function isDamagedStore(error: unknown): error is R1RouterError {
  return isR1RouterError(error) && CODES.has(error.code);
}
