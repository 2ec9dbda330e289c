/** Keeps the run trees that LangChain's tracers are told of. */
import { BaseTracer, type Run } from '@langchain/core/tracers/base';

export class Recorder extends BaseTracer {
  name = 'recorder';
  override awaitHandlers = true;
  readonly roots: Run[] = [];

  protected persistRun(run: Run): Promise<void> {
    this.roots.push(run);
    return Promise.resolve();
  }

  /** Every run as `type:name`, those it called behind it. */
  tree(): unknown[] {
    return this.roots.map(outline);
  }

  all(type: string): Run[] {
    const below = (run: Run): Run[] => [run, ...run.child_runs.flatMap(below)];
    return this.roots.flatMap(below).filter(({ run_type }) => run_type === type);
  }
}

function outline({ run_type, name, child_runs }: Run): unknown {
  const own = `${run_type}:${name}`;
  return child_runs.length > 0 ? [own, ...child_runs.map(outline)] : own;
}
