/** The tools of an environment, as they are listed before a question is asked: those of the graph, and `answer`. */
import { decisionTools } from '../../graph/chat-model/protocols/tools.ts';
import { ANSWER_TOOL } from './action.ts';
import type { EnvironmentGraph } from './episode.ts';

export interface ListedTool {
  name: string;
  description: string;
  input_schema: unknown;
}

export function listedTools({ knowledgeBases }: EnvironmentGraph): ListedTool[] {
  const { tools } = decisionTools(knowledgeBases, { reads: true });
  const listed = tools.map(({ name, description, schema }) => ({ name, description, input_schema: schema as unknown }));
  const { input_schema: ends } = listed.at(-1)!;
  const description = 'Ends with the answer, as finish does. A quote copied from a passage proves it.';
  return [...listed, { name: ANSWER_TOOL, description, input_schema: withOnlyAnswer(ends) }];
}

/** Nothing but the answer itself is asked of whoever ends with `answer`. */
function withOnlyAnswer(schema: unknown): unknown {
  return { ...(schema as object), required: ['answer'] };
}
