/** The body of `POST /v1/ask`, checked. */
import { z } from 'zod';
import { userError } from '../common/errors.ts';
import { suggestion } from '../config/suggest.ts';
import { MAXIMUM_STEPS } from '../graph/run-state.ts';

export const AskRequestSchema = z.strictObject({
  question: z.string(),
  /** `data:image/png;base64,...`, PNG, JPEG or WebP. */
  image: z.string().optional(),
  seed: z
    .union([z.number().int(), z.string().max(200)], 'give a whole number, or a text of at most 200 characters')
    .optional(),
  maxSteps: z.number().int().min(1).max(MAXIMUM_STEPS).optional(),
  /** One of the policies the server offers. */
  policy: z.string().optional(),
  /** Names the run, and with it the ids of its steps. */
  runId: z.uuid().optional(),
  /** Whether the records keep the policy's own trace. */
  includeTrace: z.boolean().optional(),
});
export type AskRequest = z.infer<typeof AskRequestSchema>;

/** Throws a user error `invalid-request` that names the field. */
export function parseAskRequest(body: unknown): AskRequest {
  const parsed = AskRequestSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const hint = suggestion(key, Object.keys(AskRequestSchema.shape));
    throw userError('invalid-request', `body: unknown field "${key.slice(0, 100)}"; ${hint}`);
  }
  throw userError('invalid-request', `${issue.path.join('.') || 'body'}: ${issue.message}`);
}
