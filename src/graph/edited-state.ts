/**
 * A state that somebody edits while a run waits between two nodes (`updateState`). LangGraph takes an edit for what the last node
 * wrote; nodes that route with commands have no edges, so that the run would end there. So the edit is made a command that goes on
 * to where the run stood, and after a decision to where the decision leads as it was edited.
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

/** What follows a node as whose an edit is made, where the caller names one; after `decide` the decision tells. */
const FOLLOWS: Partial<Record<string, StepName>> = {
  begin: 'decide',
  decide: 'retrieve',
  retrieve: 'read',
  read: 'decide',
};

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
      const goto = await whereItGoes(target, config, edit.asNode, edit.values);
      const values = goto === undefined ? edit.values : new Command({ update: edit.values, goto });
      return update(config, [{ updates: [{ ...edit, values }] }, ...more]);
    },
    withConfig: (config: unknown) => followEdits(withConfig(config)),
  });
}

/** Undefined where an edge of the graph's own finds it: at the beginning and at the end. */
async function whereItGoes(
  graph: Edited,
  config: RunnableConfig,
  asNode: string | undefined,
  edited: Partial<RunState>,
): Promise<string | undefined> {
  const { next, values } = await graph.getState(config);
  const place = asNode === undefined && next.length === 1 ? next[0] : FOLLOWS[asNode ?? ''];
  if (place === 'begin') return undefined;
  return place === 'retrieve' || place === 'conclude' ? afterDecision({ ...values, ...edited }) : place;
}

function isPlain(values: unknown): values is Record<string, unknown> {
  return typeof values === 'object' && values !== null && !Array.isArray(values) && !(values instanceof Command);
}

function afterDecision({ pending }: Partial<RunState>): StepName {
  return pending?.decision.type === 'search' ? 'retrieve' : 'conclude';
}
