/** A decision in the paper's tags: a thought, a sub-question and the name of a knowledge base, or None and None. */
import type { PolicyOutput } from '../../policy.ts';
import { stepsTaken } from '../../step-record.ts';
import { callChatModel, promptMessages } from '../call.ts';
import type { DecideRequest } from '../decide-request.ts';
import { pictureNote } from '../pictures.ts';
import { defaultPrompts } from '../prompts/prompts.ts';
import { withReply } from '../prompts/reminder.ts';
import { keptOf } from './kept.ts';
import { namesToKnowledgeBases } from './naming.ts';
import { understandDecision } from './understand-decision.ts';

export async function decideByTags(request: DecideRequest): Promise<PolicyOutput> {
  const { model, state, context, naming, image, rejected, callOptions, systemPrompt } = request;
  const { decide } = { ...defaultPrompts, ...request.prompts };
  const names = namesToKnowledgeBases(state.knowledgeBases, naming);
  const shownAs = new Map([...names].map(([shown, name]) => [name, shown]));
  const prompt = decide({
    question: state.question,
    hasImage: state.image !== undefined,
    history: state.steps.map((step) => {
      return { ...step, knowledgeBases: step.knowledgeBases.map((name) => shownAs.get(name) ?? name) };
    }),
    conversation: state.conversation,
    knowledgeBases: state.knowledgeBases.map((card) => ({ name: naming(card), description: card.description })),
    stepsLeft: state.maxSteps - stepsTaken(state.steps),
  });
  const system = systemPrompt === undefined ? prompt.system : `${prompt.system}\n\n${systemPrompt}`;
  const note = pictureNote(state, image);
  const messages = promptMessages(
    { system, user: note ? `${note}\n${prompt.user}` : prompt.user },
    rejected && withReply(rejected.reminder, rejected.reply),
  );
  const reply = await callChatModel({ model, messages, image, context, runName: 'write decision', callOptions });
  const own = new Map(state.knowledgeBases.map(({ name }) => [name, name]));
  const known = { names: new Map([...own, ...names]), shown: names };
  const { decision, thought } = understandDecision(reply.message, known, { refused: reply.refused });
  return {
    decision: decision.type === 'invalid' && decision.reason === 'no-tool-call' ? asMissingTag(decision) : decision,
    ...keptOf(reply, { text: reply.text, thought }),
  };
}

/** In this protocol what lacks is a tag. */
function asMissingTag<Invalid extends { reason: string }>(decision: Invalid): Invalid & { reason: 'missing-tag' } {
  return { ...decision, reason: 'missing-tag' };
}
