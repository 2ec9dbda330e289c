/** How the query planner searches: settings of a handle, checked when it is opened. Nothing of the index depends on them. */
import { z } from 'zod';
import { userError } from '../../common/errors.ts';
import { DEFAULT_FUSION, FusionSchema } from './fusion.ts';

const SearchSettingsSchema = z.strictObject({
  /** How the store joins what words and vectors find. */
  fusion: FusionSchema.prefault(DEFAULT_FUSION),
  /** Candidates each list contributes to a fusion. */
  candidates: z.number().int().min(1).max(10_000).default(100),
  /** Passages a reranker reads. */
  rerank: z.number().int().min(1).max(10_000).default(30),
  /** Weight of the caption's score against the image's cosine; both are in [0, 1]. */
  captionWeight: z.number().min(0).lt(1).default(0.03),
});
export type SearchSettings = z.infer<typeof SearchSettingsSchema>;
export type SearchSettingsOptions = z.input<typeof SearchSettingsSchema>;

/** Throws `bad-search-settings`. */
export function searchSettings(name: string, options: SearchSettingsOptions = {}): SearchSettings {
  const parsed = SearchSettingsSchema.safeParse(options);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const field = ['settings', ...issue.path].join('.');
  throw userError('bad-search-settings', `Knowledge base "${name}": ${field}: ${issue.message}`);
}
