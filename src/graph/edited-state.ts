/**
 * A state that somebody edits while a run waits between two nodes (`updateState`). LangGraph takes an edit for what the last node
 * wrote; nodes that route with commands have no edges, so that the run would end there. So the edit is made a command that goes on
 * to where the run stood. After `decide` the graph's own edge decides, by the decision as it was edited.
 */
import type { RunnableConfig } from '@langchain/core/runnables';
import { Command } from '@langchain/langgraph';
import type { RunState } from './run-state.ts';
import type { StepName } from './steps/step-name.ts';

interface Edit {
  values?: unknown;
  asNode?: string;
  taskId?: string;
}
type Supersteps = { updates: Edit[] }[];

interface Edited {
  getState(config: RunnableConfig): Promise<{ next: string[]; values: Partial<RunState> }>;
  bulkUpdateState(config: RunnableConfig, supersteps: Supersteps): Promise<unknown>;
  withConfig(config: never): Edited;
}

/** What follows a node as whose an edit is made, where the caller names one. */
const FOLLOWS: Partial<Record<string, StepName>> = { begin: 'decide', retrieve: 'read', read: 'decide' };

/** The same graph; every edit of its state leads through `bulkUpdateState`. */
export function followEdits<Graph extends object>(graph: Graph): Graph {
  const target = graph as unknown as Edited;
  const update = target.bulkUpdateState.bind(target);
  const withConfig = target.withConfig.bind(target) as (config: unknown) => Edited;
  return Object.assign(graph, {
    async bulkUpdateState(config: RunnableConfig, [first, ...more]: Supersteps) {
      const [edit] = first?.updates ?? [];
      if (first?.updates.length !== 1 || !edit || !isPlain(edit.values)) {
        return update(config, first ? [first, ...more] : more);
      }
      const goto = edit.asNode === undefined ? await whereItStands(target, config) : FOLLOWS[edit.asNode];
      const values = goto === undefined ? edit.values : new Command({ update: edit.values, goto });
      return update(config, [{ updates: [{ ...edit, values }] }, ...more]);
    },
    withConfig: (config: unknown) => followEdits(withConfig(config)),
  });
}

/** The node that waits; undefined where an edge finds it: at the beginning, after a decision, and at the end. */
async function whereItStands(graph: Edited, config: RunnableConfig): Promise<string | undefined> {
  const { next, values } = await graph.getState(config);
  const [place] = next;
  if (next.length !== 1 || place === 'begin' || place === 'retrieve') return undefined;
  const decidedToStop = place === 'conclude' && values.steps?.at(-1)?.decision.type === 'stop';
  return decidedToStop ? undefined : place;
}

function isPlain(values: unknown): values is Record<string, unknown> {
  return typeof values === 'object' && values !== null && !Array.isArray(values) && !(values instanceof Command);
}
