/** The body of `POST /v1/ask`, and how bodies are checked: one line that names the field. */
import { z } from 'zod';
import { userError } from '../../common/errors.ts';
import { suggestion } from '../../config/suggest.ts';
import { MAXIMUM_STEPS } from '../../graph/run-state.ts';

/** Half a surrogate pair has no UTF-8 form: it can neither be stored nor sent on. */
export const WellFormedText = z.string().refine((text) => text.isWellFormed(), 'is not well-formed Unicode');

export const AskRequestSchema = z.strictObject({
  /** At most 8,000 characters. */
  question: WellFormedText.meta({ minLength: 1, pattern: '\\S' }),
  /** `data:image/png;base64,...`: PNG, JPEG or WebP of at most 10 MB and 25 megapixels. */
  image: z.string().meta({ pattern: '^data:image/(png|jpe?g|webp);base64,' }).optional(),
  /** A whole number or a text; the same seed gives the same run. */
  seed: z
    .union([z.number().int(), WellFormedText.max(200)], 'give a whole number, or a text of at most 200 characters')
    .optional(),
  /** Searching steps at most, no more than the server allows. */
  maxSteps: z.number().int().min(1).max(MAXIMUM_STEPS).optional(),
  /** One of the policies the server offers. */
  policy: z.string().optional(),
  /** Names the run, and with it the ids of its steps. */
  runId: z.uuid().optional(),
  /** Questions of one thread know what was asked before. Only where the server keeps threads. */
  threadId: z
    .string()
    .regex(/^[\w.:-]{1,200}$/, 'choose 1 to 200 letters, digits, dots, colons, dashes and underscores')
    .optional(),
  /** Whether the records keep the policy's own trace. */
  includeTrace: z.boolean().optional(),
  /** Whether the run goes on for a while when the line breaks, so that `Last-Event-ID` finds the rest. Default false. */
  resumable: z.boolean().optional(),
});
export type AskRequest = z.infer<typeof AskRequestSchema>;

export const parseAskRequest = (body: unknown): AskRequest => parseBody(AskRequestSchema, body);

/** Throws a user error `invalid-request` that names the field. */
export function parseBody<Schema extends z.ZodObject>(schema: Schema, body: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const hint = suggestion(key, Object.keys(schema.shape));
    throw userError('invalid-request', `body: unknown field "${key.slice(0, 100)}"; ${hint}`);
  }
  throw userError('invalid-request', `${issue.path.join('.') || 'body'}: ${issue.message}`);
}
