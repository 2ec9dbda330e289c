/** What `r1-router train --causal-lm` is told: the zod schema of its configuration file, with every default. */
import { z } from 'zod';
import { LATEST_SHORT_PROMPT, ShortPromptNameSchema } from '../../causal-lm/short-prompt.ts';
import { parseConfig } from './parse-config.ts';
import { QuestionSourceSchema } from './train-config.ts';

const Positive = z.number().int().positive();

export const CausalLmShapeSchema = z
  .strictObject({
    vocabulary: Positive.min(300).default(1024),
    hidden: Positive.default(128),
    layers: Positive.default(3),
    /** Query heads, two of which share a key head. */
    heads: Positive.default(2),
    /** Begin with heads that copy what the prompt says: by default where the shape has room for them. */
    copying: z.boolean().optional(),
  })
  .refine(({ hidden, heads }) => heads % 2 === 0 && hidden % (2 * heads) === 0, {
    message: 'hidden must be a multiple of twice the heads, which are an even number',
  });

const CausalLmTrainConfigSchema = z.strictObject({
  version: z.literal(1).default(1),
  seed: z.number().int().nonnegative().default(1),
  data: QuestionSourceSchema.extend({ validation: Positive.default(100) }).prefault({}),
  /** What it is shown at a decision; `short` does not say which knowledge bases have been asked. */
  prompt: ShortPromptNameSchema.default(LATEST_SHORT_PROMPT),
  shape: CausalLmShapeSchema.prefault({}),
  steps: Positive.default(1500),
  batch: Positive.default(16),
  rate: z.number().positive().default(0.004),
  checkpointEvery: Positive.default(100),
  threads: Positive.default(1),
});
export type CausalLmTrainConfig = z.infer<typeof CausalLmTrainConfigSchema>;

/** Throws one line that names the field. */
export function parseCausalLmTrainConfig(value: unknown, where = 'train config'): CausalLmTrainConfig {
  return parseConfig(CausalLmTrainConfigSchema, value, where);
}
