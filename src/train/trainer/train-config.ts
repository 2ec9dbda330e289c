/**
 * What a training is: one zod schema for the configuration file of `r1-router train`, with every default. The paper's settings are
 * a preset beside ours. Hashed into each checkpoint: a run goes on only with the configuration it began with.
 */
import { z } from 'zod';
import { REWARD_PRESETS, type RewardConfig, RewardConfigSchema } from '../rewards/index.ts';
import { parseConfig } from './parse-config.ts';

const Positive = z.number().int().positive();

/** Where a training's questions come from, whatever it trains. */
export const QuestionSourceSchema = z.strictObject({
  /** `atlas`, or a JSONL file of questions with gold steps. */
  questions: z.string().default('atlas'),
  /** At most so many of the train split, drawn by the seed; all by default. */
  train: Positive.optional(),
  /** Questions of the validation split that choose the best checkpoint. */
  validation: Positive.default(200),
});

export const TrainConfigSchema = z.strictObject({
  version: z.literal(1).default(1),
  seed: z.number().int().nonnegative().default(1),
  data: QuestionSourceSchema.extend({
    /** Share of the questions, of both splits, that are asked loosely as well: in keywords, or with their phrases in another order. */
    loose: z.number().min(0).max(1).default(0),
    /** Other wordings of the train questions, asked beside them: `atlas`, or a JSONL file of `{id, question}`, the id a question's. */
    wordings: z.string().optional(),
    /**
     * Share of the templates that train leaves out, so that the policy is chosen by questions of a kind it was not taught. 0: train
     * has them all and the validation split stays as it is.
     */
    heldOut: z.number().min(0).max(0.9).default(0.2),
    /**
     * Questions in natural wordings, up to half of the validation questions: `atlas` (the default where the questions are the
     * atlas'), a JSONL file of questions, or false.
     */
    natural: z.union([z.literal(false), z.string()]).optional(),
    /** Hash of the runs that were served and are learnt from beside the questions. */
    runs: z.string().optional(),
    /** The chat model whose proposals are among the candidates. */
    proposals: z.string().optional(),
  }).prefault({}),
  policy: z
    .strictObject({
      /** Whether the scorer may look before it asks; a look that is not followed counts as a search. */
      probes: z.boolean().default(true),
      /** Share of a text's hashed features left out at each sight. */
      featureDropout: z.number().min(0).max(0.9).default(0.1),
      /** Share of the sights, in the supervised start, at which no word of the questions is seen: what was looked at must do. */
      textDropout: z.number().min(0).max(0.9).default(0.2),
      maxSteps: Positive.max(50).default(5),
      readLimit: Positive.max(50).default(5),
    })
    .prefault({}),
  /** What comes before Step-GRPO; 0 epochs leave the supervised part out. */
  warmStart: z
    .strictObject({
      /** `counterfactual`: the actions that lead furthest when every one is tried; `teacher`: the gold trajectory's own. */
      targets: z.enum(['counterfactual', 'teacher']).default('counterfactual'),
      epochs: z.number().int().nonnegative().default(1),
      /** Whether it begins at probe's rule and learns the exceptions, or from nothing; with 0 epochs too. */
      fromRule: z.boolean().default(true),
      /** Divides the lead of the rule's move at the beginning: above 1, runs of a group differ and Step-GRPO has something to compare. */
      ruleTemperature: z.number().positive().optional(),
      /**
       * Hand-made typical questions of each modality, imitated beside the data's own. With the next never more than the data's
       * own decisions: of a few dozen questions the hand-made ones would otherwise be the lesson.
       */
      priorQuestions: z.number().int().nonnegative().default(300),
      /**
       * Hand-made questions on special topics, each beside a stranger that holds it: they teach that a fourth knowledge base is asked
       * first where its description speaks of the question. They cost the atlas some one and a half points on unseen templates.
       */
      strangerQuestions: z.number().int().nonnegative().default(600),
      batch: Positive.default(64),
      rate: z.number().positive().default(0.001),
      weightDecay: z.number().nonnegative().default(0.01),
    })
    .prefault({}),
  reward: z
    .union([z.enum(['evidence', 'paper', 'own']), RewardConfigSchema], {
      error: 'it is "evidence", "paper", "own" or {"weights": {...}, "failure": number}',
    })
    .default('evidence'),
  grpo: z
    .strictObject({
      /** Whole runs of the graph, or the teacher's prefixes (the paper). */
      regime: z.enum(['on-policy', 'teacher-forced']).default('on-policy'),
      /** `leave-one-out` is unbiased; `paper` divides by the group's standard deviation, knowingly biased. */
      estimator: z.enum(['leave-one-out', 'paper']).default('leave-one-out'),
      /** What a step is credited with; by default `to-go` for `leave-one-out`, `immediate` for `paper`. */
      stepReturn: z.enum(['immediate', 'to-go']).optional(),
      /** w: share of the step advantage against the trajectory's. */
      stepWeight: z.number().min(0).max(1).default(1),
      /** Updates in all. */
      iterations: z.number().int().nonnegative().default(100),
      /** Questions a batch (states, when teacher-forced). */
      questions: Positive.default(16),
      /** G. */
      groupSize: Positive.min(2).default(6),
      /** Updates on one batch of rollouts; the first is at ratio 1. */
      updates: Positive.default(1),
      rate: z.number().positive().default(0.001),
      weightDecay: z.number().nonnegative().default(0),
      maxNorm: z.number().positive().default(1),
      clipLow: z.number().min(0).max(1).default(0.2),
      clipHigh: z.number().min(0).default(0.28),
      /** Weight of the k3 estimate of the divergence from the warm-started policy. */
      klWeight: z.number().nonnegative().default(0.01),
      /** Weight of the entropy that is kept; below 0 it is driven out. */
      entropyWeight: z.number().default(0.003),
      concurrency: Positive.default(8),
    })
    .prefault({}),
  /** What makes a policy the best: its answers on the validation questions (then fewer searches), or its reward there. */
  bestBy: z.enum(['answers', 'reward']).default('answers'),
  /** Iterations between validations, checkpoints kept, patience of the alarms. */
  validateEvery: Positive.default(25),
  checkpointEvery: Positive.default(25),
  threads: Positive.default(1),
});
export type TrainConfig = z.infer<typeof TrainConfigSchema>;

export function rewardOf({ reward }: Pick<TrainConfig, 'reward'>): RewardConfig {
  return typeof reward === 'string' ? REWARD_PRESETS[reward] : reward;
}

/** Checks a parsed configuration; throws one line that names the field. */
export function parseTrainConfig(value: unknown, where = 'train config'): TrainConfig {
  return parseConfig(TrainConfigSchema, value, where);
}

/** Of people's own knowledge bases: a few hundred questions, evidence in few searches, nothing hand-made beside them. */
export const OWN_CONFIG: z.input<typeof TrainConfigSchema> = {
  // Every question in other words as well, twice: what people type is seldom what the documents say.
  data: { train: 600, validation: 300, heldOut: 0, loose: 1 },
  // Its few features say what is asked for; none is to be left out.
  policy: { probes: false, featureDropout: 0, textDropout: 0, maxSteps: 5 },
  // A few thousand decisions: seen less often they leave the policy at the rule, more often it is as sure in words it was not taught by.
  warmStart: { epochs: 4, priorQuestions: 0, strangerQuestions: 0, rate: 0.01 },
  reward: 'own',
  grpo: { iterations: 15, questions: 16, groupSize: 6, rate: 0.002 },
  bestBy: 'reward',
  validateEvery: 10,
  checkpointEvery: 10,
};

/** Two minutes on two cores, from nothing: what is learned on the atlas is learned by Step-GRPO alone. */
export const QUICK_CONFIG: z.input<typeof TrainConfigSchema> = {
  data: { train: 600, validation: 150 },
  warmStart: { epochs: 0, fromRule: false },
  grpo: { iterations: 50, questions: 12, groupSize: 6, rate: 0.01 },
  validateEvery: 10,
  checkpointEvery: 10,
};
