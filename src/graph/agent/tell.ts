/**
 * What happens in a run as messages: for each step an AI message with a call for each search and a tool message with what it
 * brought, and at the end an AI message with the answer. Their ids depend on the run's, so that nothing is said twice.
 */
import { AIMessage, type BaseMessage, ToolMessage } from '@langchain/core/messages';
import { sha256 } from '../../common/content-hash.ts';
import { NOTHING, oneLine, passageLines } from '../chat-model/prompts/lines.ts';
import { toolNames } from '../chat-model/protocols/tool-names.ts';
import type { RouterOutput } from '../run-state.ts';
import { readingsOf, type StepRecord } from '../step-record.ts';
import { searchFailure } from '../steps/search-failure.ts';

/** What stands in the place of an answer. */
export interface Abstentions {
  /** The knowledge bases were asked and hold no answer. */
  notFound: string;
  /** None of them could be asked. */
  unavailable: string;
}

export const ABSTENTIONS: Abstentions = {
  notFound: 'I found no answer to this in the connected knowledge bases.',
  unavailable: 'The connected knowledge bases cannot be searched at the moment, so I do not know.',
};

/** Nothing of a step that did not search. */
export function messagesOfStep(record: StepRecord, knowledgeBases: readonly string[]): BaseMessage[] {
  if (record.decision.type !== 'search') return [];
  const nameOf = toolNames(knowledgeBases);
  const calls = record.decision.searches.map(({ subQuestion, knowledgeBase }, place) => ({
    type: 'tool_call' as const,
    id: sha256(`${record.id} ${place}`).slice(0, 9),
    name: nameOf.get(knowledgeBase) ?? toolNames([knowledgeBase]).get(knowledgeBase)!,
    args: { query: subQuestion },
  }));
  const asked = new AIMessage({
    id: record.id,
    content: '',
    tool_calls: calls,
    ...(record.thought !== undefined && { additional_kwargs: { reasoning_content: record.thought } }),
  });
  return [asked, ...calls.map((call, place) => toolMessage(record, call, place))];
}

function toolMessage(record: StepRecord, { id, name }: { id: string; name: string }, place: number): ToolMessage {
  const passages = record.passages.filter(({ search = 0 }) => search === place);
  const { outcome = record.outcome, subQuestion } = record.searches[place] ?? {};
  const labelled = passages.map(({ text = '', ...rest }, index) => {
    return { label: `p${index + 1}`, passage: { ...rest, text } };
  });
  const several = record.readings?.find((reading) => reading.subQuestion === subQuestion);
  const answer = (several ?? (record.readings ? undefined : readingsOf(record)[0]))?.answer ?? null;
  const lines = labelled.length > 0 ? passageLines(labelled) : [NOTHING[outcome === 'passages' ? 'empty' : outcome]];
  return new ToolMessage({
    id: `${record.id}-${place}`,
    tool_call_id: id,
    name,
    content: [...lines, ...(answer === null ? [] : [`Answer: ${oneLine(answer)}`])].join('\n'),
    artifact: { stepId: record.id, outcome, passages },
    ...(outcome !== 'passages' && outcome !== 'empty' && { status: 'error' as const }),
  });
}

/** The last word: the answer, with what it rests on in the response's metadata. */
export function answerMessage(
  output: Omit<RouterOutput, 'question'>,
  { name, abstentions }: { name: string; abstentions: Abstentions },
): AIMessage {
  const { runId, answer, citations, stopReason, usage, steps } = output;
  const { input, output: written } = usage.tokens;
  const nothing = searchFailure(steps) === undefined ? abstentions.notFound : abstentions.unavailable;
  return new AIMessage({
    id: `answer-${runId}`,
    name,
    content: answer ?? nothing,
    response_metadata: { runId, answer, citations, stopReason, usage },
    usage_metadata: { input_tokens: input, output_tokens: written, total_tokens: input + written },
  });
}
