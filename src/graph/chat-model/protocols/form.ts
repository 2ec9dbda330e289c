/**
 * The form of a model that fills a schema and reads what it decides on: one object `next`, which is an answer with its quote, a
 * calculation over a table that was found, searches, or giving up. What is not possible yet is not in the schema: no answer before
 * anything was found, no calculation without a table, and no column that the table does not have.
 */
import { z } from 'zod';
import { TableQuerySchema } from '../../../tools/table-calculator.ts';
import type { LabelledPassage } from './naming.ts';

export const FINDS = ['highest', 'lowest', 'list', 'count', 'sum', 'mean'] as const;
export type Find = (typeof FINDS)[number];

/** As it is understood, of whatever columns. */
export const FormCalculationSchema = z.object({
  table: z.string(),
  where: z
    .array(z.object({ column: z.string(), is: z.string(), value: z.union([z.string(), z.number()]) }))
    .default([]),
  find: z.enum(FINDS),
  of: z.string().nullish(),
  give: z.string().nullish(),
});
export type FormCalculation = z.infer<typeof FormCalculationSchema>;

export interface FormOptions {
  /** As the model knows them; without any, it may not search. */
  names: readonly string[];
  passages: readonly LabelledPassage[];
  /** Whether a calculation has given something that may be quoted. */
  isCalculated: boolean;
  /** The calculations that are allowed; without any, it may not calculate. */
  finds: readonly Find[];
  /** Whether a thought comes first. */
  thinks: boolean;
}

/** A JSON schema. Every field is required, as strict servers want it; the union lies below the root, where they take one. */
export function formSchema({ names, passages, isCalculated, finds, thinks }: FormOptions): Record<string, unknown> {
  const tables = finds.length > 0 ? distinctTables(passages) : [];
  const choices = [
    ...(passages.length > 0 || isCalculated ? [choice('answer', { quote: TEXT, answer: TEXT })] : []),
    ...tables.map((table) => choice('calculate', calculationFields(table, finds))),
    ...(names.length > 0
      ? [choice('search', { searches: { type: 'array', items: searchOf(names), minItems: 1, maxItems: 4 } })]
      : []),
    choice('give up', {}),
  ];
  return closed({ ...(thinks && { thought: TEXT }), next: { anyOf: choices } });
}

const TEXT = { type: 'string' };

function choice(name: string, fields: Record<string, unknown>): Record<string, unknown> {
  return closed({ do: { type: 'string', enum: [name] }, ...fields });
}

function closed(properties: Record<string, unknown>): Record<string, unknown> {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

function searchOf(names: readonly string[]): Record<string, unknown> {
  return closed({ knowledgeBase: { type: 'string', enum: names }, query: TEXT });
}

interface FoundTable {
  label: string;
  header: readonly string[];
}

/** Parts of one table are one, called by the label of the first. */
function distinctTables(passages: readonly LabelledPassage[]): FoundTable[] {
  const tables = new Map<string, FoundTable>();
  for (const { label, passage } of passages) {
    const header = passage.table?.header.filter((title) => title.trim() !== '') ?? [];
    const key = JSON.stringify([passage.knowledgeBase, passage.documentId, header]);
    if (header.length > 0 && !tables.has(key)) tables.set(key, { label, header });
  }
  return [...tables.values()];
}

function calculationFields({ label, header }: FoundTable, finds: readonly Find[]): Record<string, unknown> {
  const column = { type: 'string', enum: [...new Set(header)] };
  const operators = TableQuerySchema.shape.where.unwrap().element.shape.is.options;
  const condition = closed({ column, is: { type: 'string', enum: operators }, value: TEXT });
  return {
    table: { type: 'string', enum: [label] },
    find: { type: 'string', enum: finds },
    of: { anyOf: [column, { type: 'null' }] },
    give: column,
    // Last: what is wanted is said before what it is cut down to.
    where: { type: 'array', items: condition, maxItems: 4 },
  };
}
