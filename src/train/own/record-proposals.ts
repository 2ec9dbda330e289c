/**
 * A chat model's proposals for the questions of a training, asked for once and kept in a file: a training that is gone on with, and the next one in the
 * folder, ask for none of them again. The same question in other words has the same proposals.
 */
import { appendFile, truncate } from 'node:fs/promises';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { mapConcurrent } from '../../common/map-concurrent.ts';
import { type ProposalRow, Proposals, proposalLines, proposed, readProposals } from '../../offline/files/proposals.ts';
import type { TrainingQuestion } from '../rollouts/roll-out.ts';
import { type RetryOptions, withRetries } from '../synthesis/retry.ts';
import { isOtherWording, plainId } from './training-data.ts';

/** Asked side by side, and written together in their order. */
const BATCH = 8;

export interface RecordProposalsOptions {
  model: BaseChatModel;
  file: string;
  concurrency?: number;
  retry?: RetryOptions;
  signal?: AbortSignal;
  onQuestion?: (done: number, of: number) => void;
}

export interface RecordedProposals {
  proposals: Proposals;
  /** Questions for which the model failed at every try; they have none. */
  failed: number;
}

/** Throws what no second try can mend: a refused key, an abort. */
export async function recordProposals(
  questions: readonly TrainingQuestion[],
  { model, file, concurrency = BATCH, retry, signal, onQuestion }: RecordProposalsOptions,
): Promise<RecordedProposals> {
  const rows = (await readProposals(file)) ?? [];
  if (rows.length > 0) await truncate(file, Buffer.byteLength(proposalLines(rows)));
  const proposals = new Proposals(rows);
  const asked = questions.filter((one) => !isOtherWording(one) && !proposals.has(one.question.question));
  let failed = 0;
  for (let start = 0; start < asked.length; start += BATCH) {
    const batch = asked.slice(start, start + BATCH);
    const tried = await mapConcurrent(batch, { concurrency, signal }, ({ question: { question }, image }) =>
      withRetries((either) => proposed(model, { question, image }, { signal: either }), { ...retry, signal }),
    );
    const added = tried.flatMap((one): ProposalRow[] => ('result' in one ? [one.result] : []));
    failed += tried.length - added.length;
    await appendFile(file, proposalLines(added));
    for (const row of added) proposals.add(row);
    onQuestion?.(start + batch.length, asked.length);
  }
  const plain = new Map(questions.map(({ question }) => [question.id, question.question]));
  for (const one of questions.filter(isOtherWording)) {
    const original = plain.get(plainId(one.question.id)) ?? '';
    if (proposals.has(original))
      proposals.add({ question: one.question.question, proposals: [...proposals.of(original)] });
  }
  return { proposals, failed };
}
