/** A chat model that explains groups of runs and writes new texts. What cannot be used is asked for again, and then left out. */
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { HumanMessage, SystemMessage } from '@langchain/core/messages';
import type { ScoredGroup } from '../rollouts/group.ts';
import { garbage, objectIn, type RetryOptions, withRetries } from '../synthesis/retry.ts';
import { tokensOf } from '../synthesis/spending.ts';
import type { Spend } from './journal.ts';
import { type Guidance, GuidanceSchema, type TuningTeacher } from './tune.ts';

const EXPLAIN = `You compare several runs of an agent that answered the same question by asking knowledge bases.
Say in at most two sentences what the better runs did that the worse ones did not: which knowledge base to ask for what, how to word it, when to stop.
Speak of the kind of question, never of this very question, its names or its answer. Write NOTHING where only chance tells them apart.`;

const PROPOSE = `You improve what an agent is told of the knowledge bases it may ask.
Reply with one JSON object and nothing else: {"descriptions": {"NAME": "..."}, "instructions": "..."}.
"descriptions": what each knowledge base holds and what to ask it for, one or two sentences. "instructions": a few short rules for choosing, or "".
Use the lessons. Keep what is good. Never put in names, figures or answers of single questions.`;

export function chatTuningTeacher(model: BaseChatModel, retry: RetryOptions = {}): TuningTeacher {
  const ask = async (
    system: string,
    user: string,
    { signal, spend }: { signal: AbortSignal; spend: Spend },
  ): Promise<string> => {
    const reply = await model.invoke([new SystemMessage(system), new HumanMessage(user)], { signal });
    spend(tokensOf(reply));
    if (reply.text.trim() === '') throw garbage('it is empty');
    return reply.text.trim();
  };
  return {
    async explain(group, current, { signal, spend = () => {} } = {}) {
      const user = `${told(current)}\n\n${shown(group)}`;
      const tried = await withRetries((either, took) => ask(EXPLAIN, user, { signal: either, spend: took }), {
        ...retry,
        signal,
      });
      spend(tried.tokens);
      return 'result' in tried && !/^NOTHING\b/i.test(tried.result) ? tried.result.slice(0, 600) : undefined;
    },
    async propose(lessons, current, turn, { signal, spend = () => {} } = {}) {
      const user = `${told(current)}\n\nLessons:\n${lessons.map((lesson) => `- ${lesson}`).join('\n') || '- none'}\n\nWrite version ${turn + 1}.`;
      const tried = await withRetries(
        async (either, took) => objectIn(await ask(PROPOSE, user, { signal: either, spend: took }), GuidanceSchema),
        { ...retry, signal },
      );
      spend(tried.tokens);
      return 'result' in tried ? tried.result : undefined;
    },
  };
}

const told = ({ descriptions, instructions }: Guidance): string =>
  `The agent is told:\n${Object.entries(descriptions)
    .map(([name, text]) => `- ${name}: ${text}`)
    .join('\n')}\nInstructions: ${instructions || '(none)'}`;

/** The runs, the best first, with what they asked and earned. */
function shown({ question, members, rewards }: ScoredGroup): string {
  const runs = members
    .map(({ steps, answer, failure }, place) => ({
      earned: rewards[place]!.total.reduce((a, b) => a + b, 0),
      steps: steps.map(({ decision, outcome }) =>
        decision.type === 'search'
          ? `asked ${decision.searches.map(({ subQuestion, knowledgeBase }) => `${knowledgeBase}: "${subQuestion}"`).join(' and ')} (${outcome})`
          : 'stopped',
      ),
      end:
        failure === undefined
          ? `answered ${answer === null ? 'nothing' : `"${answer.slice(0, 200)}"`}`
          : `failed: ${failure}`,
    }))
    .sort((a, b) => b.earned - a.earned);
  return [
    `Question: ${question.question}`,
    `Right answer: ${question.answers[0] ?? '(none can be given)'}`,
    ...runs.map(
      ({ earned, steps, end }, place) => `Run ${place + 1}, score ${earned.toFixed(2)}: ${[...steps, end].join('; ')}`,
    ),
  ].join('\n');
}
