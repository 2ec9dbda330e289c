/** The forms that a model fills: arguments of the tools, and the schemas of structured output. Every field is required. */
import { z } from 'zod';

const AnswerFields = {
  quote: z
    .string()
    .nullable()
    .describe('words copied exactly from one passage, which prove the answer; null without an answer'),
  answer: z.string().nullable().describe('as few words as possible; null where the passages do not hold it'),
  citations: z.array(z.string()).describe('labels of the passages that the answer rests on'),
};

/** The quote comes first: so it is known before the answer is written. */
export const AnswerSchema = z.object(AnswerFields);

export const QuerySchema = z.object({
  query: z.string().describe('one short question that can be understood on its own'),
});

export const EndSchema = z.object({});

export function decisionSchema(names: readonly string[]) {
  const searches = z
    .array(
      z.object({
        knowledgeBase: z.enum(names as [string, ...string[]]).describe('the retriever most likely to know'),
        query: z.string().describe('one short question that can be understood on its own'),
      }),
    )
    .describe('empty to end');
  return z.object({
    thought: z.string().describe('what is known, and what is needed next'),
    searches,
  });
}

/** A JSON schema without what providers stumble over. */
export function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return { ...rest, ...(rest.type === 'object' && { additionalProperties: false }) };
}
