/**
 * The tools that a model is given: one retriever for each knowledge base, named and described by its card, a calculator where
 * there are tables, and `finish`. They are never run as tools: what the model calls is its decision, and the graph searches.
 */
import { type StructuredTool, tool } from '@langchain/core/tools';
import { z } from 'zod';
import type { KnowledgeBaseCard } from '../../../tools/knowledge-base.ts';
import { TableQuerySchema } from '../../../tools/table-calculator.ts';
import { isLocalModel } from '../local/engine.ts';
import { type AnyRunnable, mapModels } from '../model.ts';
import { oneLine } from '../prompts/lines.ts';
import { AnswerSchema, EndSchema, jsonSchemaOf, QuerySchema } from './schemas.ts';
import { toolNames } from './tool-names.ts';
import { CALCULATE, FINISH } from './understand-decision.ts';

export interface DecisionTools {
  tools: StructuredTool[];
  /** Knowledge base to tool. */
  nameOf: ReadonlyMap<string, string>;
}

/** `reads`: the model reads what it finds, so that finishing is answering, and tables may be calculated with. */
export function decisionTools(cards: readonly KnowledgeBaseCard[], { reads }: { reads: boolean }): DecisionTools {
  const nameOf = toolNames(
    cards.map(({ name }) => name),
    [FINISH, CALCULATE],
  );
  const tools = cards.map((card) => {
    const description = `Searches "${card.name}": ${oneLine(card.description)}`;
    return declared(nameOf.get(card.name)!, description, QuerySchema);
  });
  if (reads && cards.some(({ modality }) => modality === 'table')) {
    tools.push(declared(CALCULATE, CALCULATE_DESCRIPTION, CalculationSchema));
  }
  const finish = reads
    ? declared(FINISH, 'Ends with the answer, or with null when the passages do not hold it.', AnswerSchema)
    : declared(FINISH, 'Ends the search: what was found suffices, or nothing more can be found.', EndSchema);
  return { tools: [...tools, finish], nameOf };
}

/** The tool a reader or answerer answers with. */
export function answerTool(): StructuredTool {
  return declared(ANSWER, 'Gives the answer, or null when the passages do not hold it.', AnswerSchema);
}

export const ANSWER = 'give_answer';

const CALCULATE_DESCRIPTION =
  'Filters, sorts, counts or adds up the rows of a table that was found. Use it to compare or count; never do it in your head. Its result may be quoted.';

export const CalculationSchema = z.strictObject({
  table: z.string().describe('label of a passage of the table, such as p1'),
  ...TableQuerySchema.shape,
});

/** Any wrapper around models that know these tools. */
export function withTools(model: AnyRunnable, tools: StructuredTool[], toolChoice?: string): AnyRunnable {
  return mapModels(model, (inner) => {
    if (!inner.bindTools) throw new TypeError('withTools: the model has no bindTools');
    // One of this process can be kept from replying in words, which would be of no use.
    const choice = toolChoice ?? (isLocalModel(inner) ? 'any' : undefined);
    return inner.bindTools(tools, choice === undefined ? undefined : { tool_choice: choice });
  });
}

function declared(name: string, description: string, schema: z.ZodType): StructuredTool {
  const never = async () => {
    throw new Error(`${name} is not run: the graph does what is called`);
  };
  return tool(never, { name, description, schema: jsonSchemaOf(schema) }) as unknown as StructuredTool;
}
