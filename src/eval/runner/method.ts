/**
 * What the runner runs: a name, what identifies it, and a call that answers one question. Every compiled router graph has the
 * call; a user's own agent fits as well, if it returns a `RouterOutput`.
 */
import type { RouterConfig } from '../../graph/graph.ts';
import type { RouterInput, RouterOutput } from '../../graph/run-state.ts';

export interface EvaluationMethod {
  /** Unique within an evaluation, e.g. `probe` or `rag-one:table`. */
  name: string;
  /**
   * Whatever changes its answers: versions, models, prompts, the state of the knowledge bases. An evaluation is resumed only
   * with methods of the same fingerprint.
   */
  fingerprint: unknown;
  invoke(input: RouterInput, config?: RouterConfig): Promise<RouterOutput>;
}
