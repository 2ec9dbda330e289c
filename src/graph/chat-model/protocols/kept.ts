/** What is kept of a reply in the record of the step, whatever the protocol. */
import type { BaseMessage } from '@langchain/core/messages';
import type { PolicyOutput } from '../../policy.ts';
import type { ChatReply } from '../call.ts';
import { toolCalls } from './written-calls.ts';

export function keptOf(
  reply: ChatReply,
  { text, thought = reply.reasoning }: { text: string; thought?: string },
): Omit<PolicyOutput, 'decision'> {
  return {
    ...(thought !== undefined && { thought }),
    raw: text,
    usage: reply.usage,
    ...(reply.logProbabilities && { logProbabilities: reply.logProbabilities }),
    ...(reply.tokenIds && { promptTokenIds: reply.promptTokenIds, tokenIds: reply.tokenIds }),
  };
}

/** A reply as text: what it said, then its calls as a line of JSON each. */
export function writtenReply(message: BaseMessage): string {
  const calls = toolCalls(message).map(({ name, args, unreadable }) => {
    return JSON.stringify({ name, arguments: unreadable ?? args });
  });
  return [message.text, ...calls].filter(Boolean).join('\n');
}
