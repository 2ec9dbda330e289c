/** PDF, read in a thread of its own (`pdf/worker.ts`). */
import { threadModule } from '../../../common/thread.ts';
import { takeThread } from './decoder-thread.ts';
import type { PdfAnswer } from './pdf/worker.ts';
import type { Parse } from './whole-file.ts';

/** Milliseconds for a file: one that takes longer is damaged so that pdf.js runs in circles. */
const PATIENCE = 120_000;
const MOST_HEAP_MB = 1_024;

export const pdf: Parse = async (bytes) => {
  const thread = takeThread(threadModule(import.meta.url, './pdf/worker'), { heapMb: MOST_HEAP_MB });
  const answer = await thread.ask<PdfAnswer>(bytes, PATIENCE);
  thread.release();
  if ('error' in answer) throw new Error(answer.error);
  return answer.parsed;
};
