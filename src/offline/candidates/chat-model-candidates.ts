/**
 * Sub-questions proposed by a chat model, in the place of or before those of the grammar. The model names what could be asked
 * next, one sub-question a line; it does not choose a knowledge base, which stays with probe or scorer.
 */
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { HumanMessage, SystemMessage } from '@langchain/core/messages';
import { english } from '../english/english.ts';
import type { Language } from '../language.ts';
import type { Candidate } from './candidate.ts';
import { type CandidateProvider, MOST_CANDIDATES } from './candidates.ts';

interface ChatModelCandidatesOptions {
  model: BaseChatModel;
  /** Lines taken from a reply at most. Default 3. */
  limit?: number;
  /**
   * Whether the grammar's candidates follow the model's (default), so that a reply without any usable line leaves something to
   * ask; false keeps the model's alone.
   */
  withGrammar?: boolean;
  /** Whose grammar; default English. Give the policy's, where that has another. */
  language?: Language;
}

const SYSTEM = `You take questions apart. Given a question and what is known so far, write the single-hop questions that could be looked up next, the most useful first, one a line. Put FINAL: before a line whose answer is the answer to the whole question. Write DONE if nothing is left to look up. Write nothing else.`;

/** Each proposal is one call of the model. A reply of `DONE` proposes nothing, which ends the run of a policy that asks it. */
export function chatModelCandidates({
  model,
  limit = 3,
  withGrammar = true,
  language = english(),
}: ChatModelCandidatesOptions): CandidateProvider {
  return async (state, _seed, config) => {
    const known = state.steps.map(({ subQuestion, answer }) => `${subQuestion} -> ${answer ?? 'not found'}`);
    const lines = [
      `Question: ${state.question}`,
      ...(state.image ? ['A picture comes with it.'] : []),
      ...known.map((line) => `Known: ${line}`),
    ];
    const reply = await model.invoke([new SystemMessage(SYSTEM), new HumanMessage(lines.join('\n'))], config);
    const own = parseProposals(reply.text, limit);
    if (own === 'done') return [];
    const all = withGrammar ? [...own, ...language.understand(state).candidates] : own;
    return all
      .filter((item, index) => all.findIndex((other) => other.subQuestion === item.subQuestion) === index)
      .slice(0, MOST_CANDIDATES);
  };
}

/** Tolerates list marks, quotation marks and empty lines; lines that are no questions are dropped. */
export function parseProposals(text: string, limit: number): Candidate[] | 'done' {
  const lines = text
    .slice(0, 8_000)
    .split('\n')
    .map((line) => line.replace(/^[\s\-*•\d.)]+/, '').trim());
  const found: Candidate[] = [];
  for (const line of lines) {
    if (/^done\b/i.test(line)) return found.length > 0 ? found : 'done';
    const completes = /^final:\s*/i.test(line);
    const subQuestion = line
      .replace(/^final:\s*/i, '')
      .replace(/^["“]|["”]$/g, '')
      .trim();
    if (subQuestion.length < 5 || subQuestion.length > 500 || !subQuestion.endsWith('?')) continue;
    found.push({ subQuestion, provider: 'chat-model', kind: completes ? 'whole' : 'inner', completes });
    if (found.length === limit) break;
  }
  return found;
}
