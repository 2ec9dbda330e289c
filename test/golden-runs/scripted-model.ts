/**
 * A chat model whose reply follows from the prompt alone, so that runs side by side cannot disturb each other. It plays every
 * role of the policies, readers, answerers and methods; `behaviour` says how well it keeps to the form when it decides.
 */
import { createHash } from 'node:crypto';
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage, type BaseMessage } from '@langchain/core/messages';
import type { ChatResult } from '@langchain/core/outputs';

export const BEHAVIOURS = [
  'valid',
  'reminded',
  'unknown-name',
  'refused',
  'stops',
  'repeats',
  'junk',
  'junk-with-fallback',
  'contradicts',
  'twice',
  'blank',
  'unclosed',
  'empty',
  'endless',
  'token-ids',
  'reads-badly',
] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

interface Reply {
  text: string;
  refusal?: string;
}

export class ScriptedModel extends BaseChatModel {
  readonly model: string;
  readonly behaviour: Behaviour;

  constructor(behaviour: Behaviour) {
    super({});
    this.behaviour = behaviour;
    this.model = `scripted-${behaviour}`;
  }

  override _llmType(): string {
    return 'scripted';
  }

  override async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    const system = messages[0]!.text;
    const user = messages.at(-1)!.text;
    const { text, refusal } = replyTo(system, user, this.behaviour);
    // Of the whole prompt, pictures included, so that the count changes whenever a word of it does.
    const input = messages.reduce((sum, { content }) => sum + JSON.stringify(content).length, 0);
    const message = new AIMessage({
      content: text,
      ...(refusal !== undefined && { additional_kwargs: { refusal } }),
      response_metadata:
        this.behaviour === 'token-ids'
          ? {
              promptTokenIds: ids(user),
              tokenIds: ids(text),
              logprobs: { content: ids(text).map((id) => ({ token: String(id), logprob: -id / 1000 })) },
            }
          : {},
      usage_metadata: { input_tokens: input, output_tokens: text.length, total_tokens: input + text.length },
    });
    return { generations: [{ text, message }] };
  }
}

const ids = (text: string): number[] => text.split(/\s+/u).map((word) => draw(word, 1000));

/** A number below `bound` that follows from the text. */
function draw(text: string, bound: number): number {
  return createHash('sha256').update(text).digest().readUInt32LE(0) % bound;
}

function lineAfter(text: string, start: string): string {
  const line = text.split('\n').findLast((candidate) => candidate.startsWith(start));
  return line?.slice(start.length).trim() ?? '';
}

function replyTo(system: string, user: string, behaviour: Behaviour): Reply {
  const retrievers = system.split('\n').flatMap((line) => /^- ([\w-]+): /u.exec(line)?.[1] ?? []);
  if (system.includes('<sub-question>')) return decision(user, retrievers, behaviour);
  if (system.includes('<|begin_search_query|>')) return { text: reasoning(user) };
  if (system.includes('name of one source')) return { text: retrievers[draw(user, retrievers.length)]! };
  if (system.includes('next sentence')) return { text: sentence(user) };
  if (system.includes('So the answer is:'))
    return { text: `It stands in the passages.\nSo the answer is: ${found(user)}.` };
  if (system.includes('<answer>')) return { text: answer(user, behaviour) };
  return { text: `It says: ${found(user)}. Nothing else.` };
}

function decision(user: string, retrievers: readonly string[], behaviour: Behaviour): Reply {
  const steps = user.split('\n').filter((line) => /^Sub-question\d+(?: \(.*?\))?: /u.test(line)).length;
  const question = lineAfter(user, 'Origin question: ');
  const last = lineAfter(user, `Answer${steps}: `);
  const isReminded = user.includes('Your last reply');
  const asks = steps === 0 ? question : `What is known of ${last.startsWith('(') ? 'it' : last}?`;
  const chosen = retrievers[(draw(question, retrievers.length) + steps) % retrievers.length]!;
  const tags = (subQuestion: string, name: string) =>
    `<think>Step ${steps + 1} of ${behaviour}.</think><sub-question>${subQuestion}</sub-question><ret>${name}</ret>`;
  const stop = tags('None', 'None');
  const good = steps >= 2 ? stop : tags(asks, chosen);
  const first = (bad: string): Reply => ({ text: isReminded ? good : bad });
  switch (behaviour) {
    case 'reminded':
      return first('I would look that up somewhere.');
    case 'unknown-name':
      return first(tags(asks, 'the-internet'));
    case 'refused':
      return steps === 1 ? { text: '', refusal: 'I cannot help with that.' } : { text: good };
    case 'stops':
      return { text: stop };
    case 'repeats':
      return { text: steps >= 3 ? stop : tags(steps % 2 ? `  ${question.toUpperCase()} ` : question, retrievers[0]!) };
    case 'junk':
    case 'junk-with-fallback':
      return { text: steps >= 2 ? stop : `Hm. ${asks}` };
    case 'contradicts':
      return first(tags(asks, 'None'));
    case 'twice':
      return first(`${tags(asks, chosen)}<ret>${chosen}</ret>`);
    case 'blank':
      return first(tags('', chosen));
    case 'unclosed':
      return first('<think>on and on');
    case 'empty':
      return first('  ');
    case 'endless':
      return first(tags('why '.repeat(600), chosen));
    default:
      return { text: good };
  }
}

function reasoning(user: string): string {
  const searched = user.split('<|begin_search_result|>').length - 1;
  if (searched >= 2) return `Now it is clear. The answer is ${found(user)}.`;
  const asked = searched === 0 ? lineAfter(user, 'Question: ') : `more about ${found(user)}`;
  return `I am not sure.\n<|begin_search_query|>${asked}<|end_search_query|>`;
}

function sentence(user: string): string {
  const soFar = lineAfter(user, 'Reasoning so far: ');
  return soFar.includes('.') ? `So the answer is: ${found(user)}.` : `${found(user)} is known. More may follow.`;
}

function answer(user: string, behaviour: Behaviour): string {
  if (behaviour === 'reads-badly' && !user.includes('Your last reply')) return 'The answer is plain.';
  if (draw(user, 5) === 0) return '<think>It is not there.</think><answer>None</answer>';
  const label = /^(t[eia]r-\d+): /mu.exec(user)?.[1];
  const cite = label === undefined || draw(user, 3) === 0 ? '' : `<cite>${label}</cite>`;
  return `<think>There it stands.</think><answer>${found(user)}</answer>${cite}`;
}

/** Two words of the first passage, or of the question where there is none. */
function found(user: string): string {
  const passage = /^t[eia]r-\d+: (.*)$/mu.exec(user)?.[1] ?? user;
  const words = passage.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 3);
  return words.slice(0, 2).join(' ') || 'nothing';
}
