/** A decision as a form: a thought, a list of searches whose knowledge bases are an enum, and the answer where the model reads. */
import { AIMessage, type BaseMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import type { PolicyOutput } from '../../policy.ts';
import { answerProgress } from '../answer-progress.ts';
import { callChatModel } from '../call.ts';
import type { DecideRequest } from '../decide-request.ts';
import { ground } from '../grounding.ts';
import { schemaInstructions } from '../prompts/direct-prompts.ts';
import { oneLine } from '../prompts/lines.ts';
import { directReminder } from '../prompts/reminder.ts';
import { labelRun, questionText, stepsText } from '../run-messages.ts';
import { endWith } from './end-with.ts';
import { keptOf, writtenReply } from './kept.ts';
import { namesToKnowledgeBases } from './naming.ts';
import { withSchema } from './protocol.ts';
import { decisionSchema, jsonSchemaOf } from './schemas.ts';
import { understandDecision } from './understand-decision.ts';

const FORM = 'Reply with the JSON object alone.';

export async function decideBySchema(request: DecideRequest): Promise<PolicyOutput> {
  const { state, context, naming, rejected, image, callOptions, readAndDecide: reads = false } = request;
  const shown = namesToKnowledgeBases(state.knowledgeBases, naming);
  const schema = jsonSchemaOf(decisionSchema([...shown.keys()], reads));
  const cards = state.knowledgeBases.map((card) => ({ name: naming(card), description: oneLine(card.description) }));
  const instructions = schemaInstructions(cards, reads);
  const system = request.systemPrompt === undefined ? instructions : `${instructions}\n\n${request.systemPrompt}`;
  const run = [questionText(state), stepsText(state.steps, { passages: reads })].filter(Boolean).join('\n');
  const messages: BaseMessage[] = [new SystemMessage(system), new HumanMessage(run)];
  if (rejected) {
    messages.push(new AIMessage(rejected.reply || '(empty)'), new HumanMessage(directReminder(rejected.reason, FORM)));
  }
  const labelled = labelRun(state.steps);
  const reply = await callChatModel({
    model: withSchema(request.model, 'decision', schema, request.structuredOutput),
    ...{ messages, image, context, runName: 'write decision', callOptions },
    bySchema: true,
    onProgress: reads ? answerProgress(context, { passages: labelled, mustFinish: true }) : undefined,
  });
  const text = writtenReply(reply.message);
  if (reply.unreadable) {
    const decision = { type: 'invalid', reason: 'invalid-arguments', raw: '' } as const;
    return { decision, ...keptOf(reply, { text }) };
  }
  const own = state.knowledgeBases.map(({ name }) => [name, name] as const);
  const known = { names: new Map([...own, ...shown]), shown };
  const understood = understandDecision(reply.message, known, { refused: reply.refused, text });
  const kept = keptOf(reply, { text, thought: understood.thought });
  if (understood.decision.type !== 'stop' || !reads) return { decision: understood.decision, ...kept };
  const reading = understood.said && ground(understood.said, labelled);
  return { decision: endWith(understood.said, reading, state, text), ...kept };
}
