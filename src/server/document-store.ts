/** The seam of uploads: what fills knowledge bases with the files that were sent. */
import { z } from 'zod';
import type { JobProgress, JobReport } from '../tools/ingest/job.ts';
import { ModalitySchema } from '../tools/knowledge-base.ts';
import { WellFormedText } from './ask/ask-request.ts';

export const UploadQuerySchema = z.strictObject({
  knowledgeBase: WellFormedText.min(1),
  /** Both for a knowledge base that is new. */
  description: WellFormedText.min(1).max(2_000).optional(),
  modality: ModalitySchema.optional(),
});
export type UploadTarget = z.infer<typeof UploadQuerySchema>;

export interface UploadOptions {
  signal: AbortSignal;
  onProgress: (progress: JobProgress) => void;
}

/** What fills knowledge bases; one job at a time. */
export interface DocumentStore {
  /** Ingests what lies in the folder. Throws user errors where the target cannot take it. */
  ingest(target: UploadTarget, folder: string, options: UploadOptions): Promise<JobReport>;
}
