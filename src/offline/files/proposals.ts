/**
 * What a chat model proposed to ask about a question, recorded once: the same question gets the same proposals, in training, in a training that is gone on
 * with, and when the policy serves. One JSON line a question.
 */
import { readFile } from 'node:fs/promises';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { z } from 'zod';
import { messageOf, systemError } from '../../common/errors.ts';
import type { PolicyState } from '../../graph/policy.ts';
import type { CandidateProvider } from '../candidates/candidates.ts';
import { chatModelCandidates } from '../candidates/chat-model-candidates.ts';

/** Proposals of one question that are taken; its other candidates stand before them. */
const MOST_PROPOSALS = 3;
/** Questions that are remembered. */
const MOST_QUESTIONS = 20_000;

const ProposalRowSchema = z.strictObject({ question: z.string(), proposals: z.array(z.string()) });
export type ProposalRow = z.infer<typeof ProposalRowSchema>;

export class Proposals {
  readonly #known = new Map<string, readonly string[]>();

  constructor(rows: readonly ProposalRow[] = []) {
    for (const row of rows) this.add(row);
  }

  has(question: string): boolean {
    return this.#known.has(question);
  }

  of(question: string): readonly string[] {
    return this.#known.get(question) ?? [];
  }

  add({ question, proposals }: ProposalRow): void {
    // The oldest gives way: a server is asked new questions for ever.
    if (this.#known.size >= MOST_QUESTIONS && !this.#known.has(question))
      this.#known.delete(this.#known.keys().next().value!);
    this.#known.set(question, proposals.slice(0, MOST_PROPOSALS));
  }

  rows(): ProposalRow[] {
    return [...this.#known].map(([question, proposals]) => ({ question, proposals: [...proposals] }));
  }
}

export const proposalLines = (rows: readonly ProposalRow[]): string =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** Undefined where there is no such file. A line torn by a kill, the last, is left out; throws `proposals-damaged` for another. */
export async function readProposals(file: string): Promise<ProposalRow[] | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw systemError('proposals-damaged', `${file}: cannot be read (${messageOf(error)}); delete it`, error);
  });
  const whole = text?.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    ?.split('\n')
    .slice(0, -1)
    .map((line, place) => parsedRow(file, line, place + 1));
}

function parsedRow(file: string, line: string, number: number): ProposalRow {
  try {
    return ProposalRowSchema.parse(JSON.parse(line));
  } catch (error) {
    throw systemError('proposals-damaged', `${file}:${number}: damaged; delete this line and all below it`, error);
  }
}

/** One call of the model: what could be asked about a question, before anything was read. */
export async function proposed(
  model: BaseChatModel,
  { question, image }: Pick<PolicyState, 'question' | 'image'>,
  config?: Parameters<CandidateProvider>[2],
): Promise<ProposalRow> {
  const ask = chatModelCandidates({ model, limit: MOST_PROPOSALS, withGrammar: false });
  const state = { question, image, steps: [], knowledgeBases: [], maxSteps: 1, conversation: [] };
  const candidates = await ask(state, 'proposals', config);
  return { question, proposals: candidates.map(({ subQuestion }) => subQuestion) };
}
