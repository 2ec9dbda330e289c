/** What `r1-router train --causal-lm --grpo` is told: the zod schema of its configuration file, with every default. */
import { z } from 'zod';
import { LATEST_SHORT_PROMPT, ShortPromptNameSchema } from '../../causal-lm/short-prompt.ts';
import { REWARDS, type RewardName } from '../rewards/index.ts';
import { CausalLmShapeSchema } from './causal-lm-config.ts';
import { parseConfig } from './parse-config.ts';
import { QuestionSourceSchema, TrainConfigSchema } from './train-config.ts';

const Positive = z.number().int().positive();
const Count = z.number().int().nonnegative();
const RewardNameSchema = z.enum(Object.keys(REWARDS) as [RewardName, ...RewardName[]]);

/** What teaches the protocol before anything is rewarded. */
const StartSchema = z
  .strictObject({
    /** At most; its rate falls to 0 over them. */
    steps: Count.default(900),
    batch: Positive.default(16),
    rate: z.number().positive().default(0.002),
    weightDecay: z.number().nonnegative().default(0.01),
    /** How many copies with other names stand beside each trajectory, so that a name is copied and not learnt by heart. */
    renamed: Count.default(3),
    /**
     * Share of the templates of train whose gold trajectories are taught. Below 1, Step-GRPO meets questions that nobody showed the
     * way of, and learns by what its runs earn (a cold start; DeepSeek-R1, arXiv 2501.12948).
     */
    demonstrated: z.number().gt(0).max(1).default(1),
    /**
     * Share of the texts that ask the question as it stands, of a knowledge base drawn at random. Sampled runs then hold the simplest
     * thing that can work, and Step-GRPO has something to choose from. Of the renamed copies every second is in made-up words, so
     * that questions of templates nobody has seen can be repeated too.
     */
    plain: z.number().min(0).lt(1).default(0),
    /**
     * Whether they go on: where a knowledge base did not say, to another one drawn at random, and to the stop where one did. Without
     * it only first searches are shown, and a model from nothing has no second one to sample.
     */
    plainGoesOn: z.boolean().default(false),
    /** Steps between evaluations on the validation questions. */
    evaluateEvery: Positive.default(150),
    /** Evaluations without gain after which it ends; the best of them is what goes on. */
    patience: Positive.default(3),
    /** Share of the sampled outputs that may be unusable; above it Step-GRPO does not begin. */
    invalid: z.number().min(0).max(1).default(0.05),
  })
  .prefault({});

const GrpoSchema = z
  .strictObject({
    /** `rejection` imitates the best runs of each group and pushes nothing down: a control. */
    method: z.enum(['step-grpo', 'rejection']).default('step-grpo'),
    estimator: z.enum(['leave-one-out', 'paper']).default('leave-one-out'),
    stepReturn: z.enum(['immediate', 'to-go']).optional(),
    stepWeight: z.number().min(0).max(1).default(1),
    /** With whom a step is compared: members still running, all, or those at the same state (and where there is none, the running). */
    baseline: z.enum(['running', 'all', 'same-state']).default('running'),
    normalisation: z.enum(['constant', 'sequence-mean', 'token-mean']).default('constant'),
    iterations: Count.default(100),
    /** Questions a batch. */
    questions: Positive.default(8),
    /** G. */
    groupSize: Positive.min(2).default(6),
    /** How often groups without variance are replaced by those of other questions, an iteration. Yu et al., arXiv 2503.14476. */
    replacements: Count.default(1),
    updates: Positive.default(1),
    rate: z.number().positive().default(0.0002),
    /** Updates in which the rate rises to its own: Adam's first ones move every weight alike, however small its gradient. */
    warmup: Count.default(10),
    /** Whether the rate then stays, or falls to 0 along half a cosine over all iterations. */
    schedule: z.enum(['constant', 'cosine']).default('constant'),
    weightDecay: z.number().nonnegative().default(0),
    maxNorm: z.number().positive().default(1),
    clipLow: z.number().min(0).max(1).default(0.2),
    clipHigh: z.number().min(0).default(0.28),
    dualClip: z.number().gt(1).optional(),
    ratioClamp: z.number().positive().optional(),
    klWeight: z.number().nonnegative().default(0),
    kl: z.enum(['exact', 'k3']).default('exact'),
    entropyWeight: z.number().default(0),
    /** Leaves outputs that were cut at `policy.maxTokens` out of the loss. */
    maskTruncated: z.boolean().default(false),
    /** Corrects for log-probabilities of another engine, at most so much. */
    importanceCap: z.number().min(1).optional(),
    /** Tokens of a part of a batch, padding included: what memory is needed for. */
    microBatchTokens: Positive.default(4096),
  })
  .prefault({});

export const CausalLmGrpoConfigSchema = z.strictObject({
  version: z.literal(1).default(1),
  seed: Count.default(1),
  data: QuestionSourceSchema.extend({
    validation: Positive.default(100),
    /** Share of the templates that train leaves out; the policy is chosen by questions of those. */
    heldOut: z.number().min(0).max(0.9).default(0.2),
    /** Natural wordings among the validation questions: a model that has read a few thousand texts does not know them. */
    natural: z.union([z.literal(false), z.string()]).default(false),
  }).prefault({}),
  /** A folder in the hub's layout or a GGUF file, of the Llama or Qwen2 family and tuned on ChatML; left out: from nothing. */
  base: z.string().optional(),
  /** Adapters over a frozen base, or false for all of its weights. Without a base all weights are trained. */
  lora: z
    .union([
      z.literal(false),
      z.strictObject({
        rank: Positive.default(8),
        alpha: z.number().positive().default(16),
        targets: z.array(z.string()).optional(),
      }),
    ])
    .prefault({}),
  /** Of a model from nothing. */
  shape: CausalLmShapeSchema.prefault({ vocabulary: 1024, hidden: 256, layers: 5, heads: 4 }),
  /** What it is shown at a decision; `short` does not say which knowledge bases have been asked. */
  prompt: ShortPromptNameSchema.default(LATEST_SHORT_PROMPT),
  start: StartSchema,
  policy: z
    .strictObject({
      maxSteps: Positive.max(50).default(5),
      /** Tokens of an output at most. */
      maxTokens: Positive.max(2048).default(64),
      temperature: z.number().positive().default(1),
      /** Whether outputs are held to the form of a decision, in training as in service: none is then unusable. */
      form: z.boolean().default(true),
      invalidRetries: Count.max(10).default(1),
      /** Rows of a batch that is sampled. */
      rows: Positive.default(48),
    })
    .prefault({}),
  reward: TrainConfigSchema.shape.reward,
  /** Rewards that enter late: not before the share `from` of the iterations, in full from the share `to`. */
  late: z
    .strictObject({
      rewards: z.array(RewardNameSchema).default(['stopping', 'search-cost', 'read-cost']),
      from: z.number().min(0).max(1).default(0.2),
      to: z.number().min(0).max(1).default(0.5),
    })
    .refine(({ from, to }) => from <= to, { message: 'from must not lie behind to' })
    .prefault({}),
  grpo: GrpoSchema,
  bestBy: TrainConfigSchema.shape.bestBy,
  validateEvery: Positive.default(20),
  checkpointEvery: Positive.default(10),
  threads: Positive.default(1),
  /** Threads of the program, each with `threads` of the engine, that share sampling and gradients. */
  workers: Positive.max(16).default(1),
});
export type CausalLmGrpoConfig = z.infer<typeof CausalLmGrpoConfigSchema>;

/** Throws one line that names the field. */
export function parseCausalLmGrpoConfig(value: unknown, where = 'train config'): CausalLmGrpoConfig {
  return parseConfig(CausalLmGrpoConfigSchema, value, where);
}
