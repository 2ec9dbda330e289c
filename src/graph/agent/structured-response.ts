/** The answer in a form of the caller's: one more call of the model, over the answer and the words it rests on. */
import { AIMessage, type BaseMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import type { RunnableConfig } from '@langchain/core/runnables';
import { z } from 'zod';
import { modelError } from '../../common/errors.ts';
import { type CallOptions, callChatModel } from '../chat-model/call.ts';
import type { AnyRunnable } from '../chat-model/model.ts';
import { oneLine, passageText } from '../chat-model/prompts/lines.ts';
import { takesSchemas, withSchema } from '../chat-model/protocols/protocol.ts';
import { answeredForm } from '../chat-model/protocols/written-calls.ts';
import { addTokens, type ModelUsage, NO_TOKENS } from '../decision.ts';
import { withoutRunId } from '../run-id.ts';
import type { RouterOutput } from '../run-state.ts';

/** A zod schema or a JSON schema of an object. */
export type ResponseFormat = z.ZodType | Record<string, unknown>;

/** What an agent's output holds of it. */
export type ResponseOf<Format> = Format extends z.ZodType ? z.infer<Format> : Record<string, unknown>;

export interface FormRequest {
  model: AnyRunnable;
  format: ResponseFormat;
  output: Omit<RouterOutput, 'runId'>;
  config: RunnableConfig;
  callOptions?: CallOptions;
}

const ATTEMPTS = 2;

/** Throws `answerer-failed` where the model does not keep to the form. */
export async function structuredResponse(request: FormRequest): Promise<{ response: unknown; usage: ModelUsage }> {
  const { format, config } = request;
  const isZod = format instanceof z.ZodType;
  const schema = isZod ? jsonSchema(format) : format;
  const checked = isZod ? format : z.fromJSONSchema(format as Parameters<typeof z.fromJSONSchema>[0]);
  const bySchema = takesSchemas(request.model);
  const messages = formMessages(request.output, bySchema ? undefined : schema);
  let usage: ModelUsage = { modelCalls: 0, tokens: NO_TOKENS };
  let fault = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const reply = await callChatModel({
      model: bySchema ? withSchema(request.model, 'response', schema) : request.model,
      ...{ messages, bySchema, runName: 'write response', callOptions: request.callOptions },
      context: bareContext(config),
    });
    usage = { modelCalls: usage.modelCalls + 1, tokens: addTokens(usage.tokens, reply.usage.tokens) };
    const parsed = checked.safeParse(answeredForm(reply.message));
    if (parsed.success) return { response: parsed.data, usage };
    const [issue] = parsed.error.issues;
    fault = `${issue?.path.join('.') || 'the reply'}: ${issue?.message}`;
    messages.push(new AIMessage(reply.text || '(no form)'), new HumanMessage(`Not in the form asked for: ${fault}`));
  }
  throw modelError('answerer-failed', `responseFormat: the model does not keep to the schema (${fault})`);
}

function jsonSchema(format: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(format);
  return schema;
}

function formMessages({ question, answer, citations, steps }: FormRequest['output'], schema?: unknown): BaseMessage[] {
  const passages = steps.flatMap((step) => step.passages);
  const cited = citations.flatMap(({ passageId, knowledgeBase, quote }) => {
    const passage = passages.find(({ id, knowledgeBase: place }) => id === passageId && place === knowledgeBase);
    const text = passage?.text === undefined ? quote : passageText({ title: passage.title, text: passage.text });
    return text === undefined ? [] : [`- ${oneLine(text)}`];
  });
  const form =
    schema === undefined ? '' : ` Reply with one JSON object of this schema alone: ${JSON.stringify(schema)}`;
  return [
    new SystemMessage(
      `You put an answer into a form. Take everything from the answer and the passages; where they do not say it, leave it empty or null as the form allows.${form}`,
    ),
    new HumanMessage([`Question: ${question}`, `Answer: ${answer}`, 'Passages, one a line:', ...cited].join('\n')),
  ];
}

function bareContext(config: RunnableConfig) {
  return {
    seed: '',
    signal: config.signal,
    config: withoutRunId(config),
    image: async () => undefined,
    search: async () => ({ outcome: 'empty' as const, passages: [] }),
  };
}
