/**
 * A decision as a form: a thought and a list of searches whose knowledge bases are an enum. Where the model also reads what was found,
 * the form has more to say (`decide-by-form.ts`).
 */
import { AIMessage, type BaseMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import type { PolicyOutput } from '../../policy.ts';
import { callChatModel } from '../call.ts';
import type { DecideRequest } from '../decide-request.ts';
import { pictureNote } from '../pictures.ts';
import { schemaInstructions } from '../prompts/direct-prompts.ts';
import { oneLine } from '../prompts/lines.ts';
import { directReminder } from '../prompts/reminder.ts';
import { questionText, stepsText } from '../run-messages.ts';
import { decideByForm } from './decide-by-form.ts';
import { keptOf, writtenReply } from './kept.ts';
import { namesToKnowledgeBases } from './naming.ts';
import { withSchema } from './protocol.ts';
import { decisionSchema, jsonSchemaOf } from './schemas.ts';
import { understandDecision } from './understand-decision.ts';

const FORM = 'Reply with the JSON object alone.';

export async function decideBySchema(request: DecideRequest): Promise<PolicyOutput> {
  if (request.readAndDecide) return decideByForm(request);
  const { state, context, naming, rejected, image, callOptions } = request;
  const shown = namesToKnowledgeBases(state.knowledgeBases, naming);
  const schema = jsonSchemaOf(decisionSchema([...shown.keys()]));
  const cards = state.knowledgeBases.map((card) => ({ name: naming(card), description: oneLine(card.description) }));
  const instructions = schemaInstructions(cards);
  const system = request.systemPrompt === undefined ? instructions : `${instructions}\n\n${request.systemPrompt}`;
  const asked = questionText(state, pictureNote(state, image));
  const run = [asked, stepsText(state.steps)].filter(Boolean).join('\n');
  const messages: BaseMessage[] = [new SystemMessage(system), new HumanMessage(run)];
  if (rejected) {
    messages.push(new AIMessage(rejected.reply || '(empty)'), new HumanMessage(directReminder(rejected.reason, FORM)));
  }
  const reply = await callChatModel({
    model: withSchema(request.model, 'decision', schema, request.structuredOutput),
    ...{ messages, image, context, runName: 'write decision', callOptions },
    bySchema: true,
  });
  const text = writtenReply(reply.message);
  if (reply.unreadable) {
    const decision = { type: 'invalid', reason: 'invalid-arguments', raw: '' } as const;
    return { decision, ...keptOf(reply, { text }) };
  }
  const own = state.knowledgeBases.map(({ name }) => [name, name] as const);
  const known = { names: new Map([...own, ...shown]), shown };
  const { decision, thought } = understandDecision(reply.message, known, { refused: reply.refused, text });
  return { decision, ...keptOf(reply, { text, thought }) };
}
