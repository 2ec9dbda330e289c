/** What reader and answerer share: asking a chat model for an answer in tags, again when it cannot be read, with citations. */
import { addTokens, type ModelUsage, NO_TOKENS } from '../decision.ts';
import type { ReaderOutput } from '../policy.ts';
import type { Citation } from '../step-record.ts';
import { type ChatCall, callChatModel } from './call.ts';
import { invalidReminder } from './prompts/reminder.ts';
import { parseAnswer } from './protocols/answer-tags.ts';
import type { LabelledPassage } from './protocols/naming.ts';

export interface AnswerCall extends Omit<ChatCall, 'reminder'> {
  passages: readonly LabelledPassage[];
  /** How often the model is reminded of the form before it counts as an abstention. */
  retries: number;
}

/** An output that stays unreadable after all reminders is an abstention, never the raw text. */
export async function askForAnswer({ passages, retries, ...call }: AnswerCall): Promise<ReaderOutput> {
  const usage: ModelUsage = { modelCalls: 0, tokens: NO_TOKENS };
  let reminder: string | undefined;
  for (let attempt = 0; attempt <= retries; attempt++) {
    const reply = await callChatModel({ ...call, reminder });
    usage.modelCalls += reply.usage.modelCalls;
    usage.tokens = addTokens(usage.tokens, reply.usage.tokens);
    const parsed = reply.refused ? ({ type: 'invalid', reason: 'refused' } as const) : parseAnswer(reply.text);
    if (parsed.type === 'answer') {
      const { answer, labels } = parsed;
      return { answer, citations: answer === null ? [] : citationsOf(answer, labels, passages), usage };
    }
    reminder = invalidReminder(parsed.reason);
  }
  return { answer: null, citations: [], usage };
}

/** The passages the model named; where it named none, the first that has the answer in it word for word. */
function citationsOf(answer: string, labels: readonly string[], passages: readonly LabelledPassage[]): Citation[] {
  const named = passages.filter(({ label }) => labels.includes(label));
  const containing = passages.filter(({ passage }) => passage.text.includes(answer));
  const cited = named.length > 0 ? named : containing.slice(0, 1);
  return cited.map(({ passage: { id, knowledgeBase, text } }) => ({
    passageId: id,
    knowledgeBase,
    ...(text.includes(answer) && { quote: answer }),
  }));
}
