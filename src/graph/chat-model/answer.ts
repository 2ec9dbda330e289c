/**
 * What reader and answerer share: asking a chat model for an answer with its proof, again when it cannot be read. In `tools` and
 * `structured` the proof is a quote, and one that stands in no passage makes an abstention; in `tags` it is labels, as in the paper.
 */
import { AIMessage, type BaseMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import { addTokens, type InvalidReason, type ModelUsage, NO_TOKENS } from '../decision.ts';
import type { ReaderOutput, StepContext } from '../policy.ts';
import type { Citation, Reading } from '../reading.ts';
import { answerProgress } from './answer-progress.ts';
import { type ChatCall, callChatModel, promptMessages } from './call.ts';
import { citation, ground } from './grounding.ts';
import type { AnyRunnable } from './model.ts';
import type { Prompt } from './prompts/prompts.ts';
import { directReminder, invalidReminder, withReply } from './prompts/reminder.ts';
import { writtenReply } from './protocols/kept.ts';
import type { LabelledPassage } from './protocols/naming.ts';
import { type ResolvedProtocol, type StructuredOptions, withSchema } from './protocols/protocol.ts';
import { AnswerSchema, jsonSchemaOf } from './protocols/schemas.ts';
import { ANSWER, answerTool, withTools } from './protocols/tools.ts';
import { understandAnswer } from './protocols/understand-answer.ts';

export interface AnswerCall extends Omit<ChatCall, 'messages' | 'onProgress' | 'context'> {
  context: StepContext;
  protocol: ResolvedProtocol;
  /** In the tags' form or in the direct one, as the protocol asks. */
  prompt: Prompt;
  passages: readonly LabelledPassage[];
  /** How often the model is reminded of the form before it counts as an abstention. */
  retries: number;
  structuredOutput?: StructuredOptions;
  /** The question, where the answer of a small model to it is looked at as such. */
  careful?: string;
  /** Whether it is the final answer, which listeners are told piece by piece. */
  final?: boolean;
}

/** An output that stays unreadable after all reminders is an abstention, never the raw text. */
export async function askForAnswer(call: AnswerCall): Promise<ReaderOutput> {
  const { protocol, prompt, passages, retries, structuredOutput, careful, final = false, ...chat } = call;
  const model = answering(call.model, protocol, structuredOutput);
  const usage: ModelUsage = { modelCalls: 0, tokens: NO_TOKENS };
  let messages = promptMessages(prompt);
  const byTags = protocol === 'tags';
  const onProgress = final ? answerProgress(call.context, { passages, byTags }) : undefined;
  for (let attempt = 0; attempt <= retries; attempt++) {
    const reply = await callChatModel({ ...chat, model, messages, onProgress, bySchema: protocol === 'structured' });
    usage.modelCalls += reply.usage.modelCalls;
    usage.tokens = addTokens(usage.tokens, reply.usage.tokens);
    const understood = reply.unreadable
      ? { reason: 'invalid-arguments' as const }
      : understandAnswer(reply.message, { refused: reply.refused });
    if ('said' in understood) {
      const { said } = understood;
      const reading = protocol === 'tags' ? byLabel(said, passages) : ground(said, passages, [], { careful });
      return { ...reading, usage };
    }
    messages = again(prompt, protocol, { reason: understood.reason, reply: writtenReply(reply.message) });
  }
  return { answer: null, citations: [], usage };
}

function answering(model: AnyRunnable, protocol: ResolvedProtocol, options?: StructuredOptions): AnyRunnable {
  if (protocol === 'tools') return withTools(model, [answerTool()]);
  if (protocol === 'structured') return withSchema(model, 'answer', jsonSchemaOf(AnswerSchema), options);
  return model;
}

/** The prompt again, with the reply and what was wrong with it. */
function again(
  prompt: Prompt,
  protocol: ResolvedProtocol,
  { reason, reply }: { reason: InvalidReason; reply: string },
): BaseMessage[] {
  if (protocol === 'tags') return promptMessages(prompt, withReply(invalidReminder(reason), reply));
  const form = protocol === 'tools' ? `Call ${ANSWER}.` : 'Reply with the JSON object alone.';
  return [
    new SystemMessage(prompt.system),
    new HumanMessage(prompt.user),
    new AIMessage(reply || '(empty)'),
    new HumanMessage(directReminder(reason, form)),
  ];
}

/** The passages the model named; where it named none, the first that has the answer in it word for word. */
function byLabel(
  { answer, labels }: { answer: string | null; labels: readonly string[] },
  passages: readonly LabelledPassage[],
): Reading {
  if (answer === null) return { answer, citations: [] };
  const named = passages.filter(({ label }) => labels.includes(label));
  const containing = passages.filter(({ passage }) => passage.text.includes(answer));
  const cited = named.length > 0 ? named : containing.slice(0, 1);
  const citations = cited.map(({ passage }): Citation => {
    return citation(passage, passage.text.includes(answer) ? answer : undefined);
  });
  return { answer, citations };
}
