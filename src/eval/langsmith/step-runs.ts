/** Which run of a trace took which step: the one of the node that finished it. Feedback on a step is given to that run. */
import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { z } from 'zod';

/** What a node's run is told to have changed, or the command that it gave. */
const RecordsSchema = z.object({ steps: z.array(z.looseObject({ id: z.string() })) });
const UpdateSchema = z.union([
  z.object({ update: RecordsSchema }).transform(({ update }) => update.steps),
  RecordsSchema.transform(({ steps }) => steps),
]);

export class StepRuns extends BaseCallbackHandler {
  override name = 'r1-router-step-runs';
  readonly #byStep = new Map<string, string>();

  override handleChainEnd(outputs: unknown, runId: string): void {
    const steps = UpdateSchema.safeParse(outputs);
    // The run of the graph ends last and names every step again.
    for (const { id } of steps.success ? steps.data : []) if (!this.#byStep.has(id)) this.#byStep.set(id, runId);
  }

  of(stepId: string): string | undefined {
    return this.#byStep.get(stepId);
  }
}
