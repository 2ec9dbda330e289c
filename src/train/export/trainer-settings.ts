/**
 * This package's settings of Step-GRPO in the words of the outside trainers, with batch sizes that divide and lengths that hold the
 * rows. What is about a language model and not about the algorithm (learning rate, weight decay) is the paper's and not the scorer's.
 * One turn is one sample to them all, so that the step advantages of the `paper` preset are their plain group advantages;
 * `leave-one-out` has a name of its own in each.
 */
import type { TrainConfig } from '../trainer/train-config.ts';
import { type ExportFormat, rowsEnding } from './formats.ts';

/** arXiv 2505.22095, as its code is run. */
const LANGUAGE_MODEL = { rate: 1e-6, weightDecay: 0.01 };
/** Beyond it the loss of a sample of negative advantage is cut (dual clip): the default of verl and EasyR1. */
const DUAL_CLIP = 3;
/** Pixels of a picture that a model of Qwen's kind is shown at most; it makes a token of 28 x 28 of them. */
const PIXELS = 1280 * 28 * 28;

/** What the rows need. */
export interface RowLengths {
  /** Tokens of the longest prompt and of the longest completion, pictures included. */
  prompt: number;
  completion: number;
  /** Whether rows have pictures. */
  images: boolean;
}

interface Sizes {
  /** Prompts a batch, and samples of each. */
  questions: number;
  groupSize: number;
  /** GPUs of one machine, at most 8, among which a batch is shared out evenly. */
  gpus: number;
  promptLength: number;
  responseLength: number;
}

export function trainerSettings(
  format: ExportFormat,
  config: TrainConfig,
  lengths: RowLengths,
): Record<string, unknown> {
  const { questions, groupSize } = config.grpo;
  const gpus = [8, 4, 2].find((count) => (questions * groupSize) % count === 0) ?? 1;
  const sizes: Sizes = {
    questions,
    groupSize,
    gpus,
    promptLength: rounded(lengths.prompt),
    // What a model samples is longer than what a teacher says without a thought.
    responseLength: Math.max(1024, rounded(2 * lengths.completion)),
  };
  switch (format) {
    case 'reference':
      return referenceSettings(config, sizes);
    case 'easyr1':
      return easyR1Settings(config, sizes, lengths);
    case 'verl':
      return verlSettings(config, sizes, lengths);
    case 'trl':
      return trlSettings(config, sizes);
    case 'sft':
      return sftSettings(config, rounded(lengths.prompt + lengths.completion));
    default:
      return format satisfies never;
  }
}

const rounded = (length: number): number => Math.max(512, Math.ceil(length / 256) * 256);
const isUnbiased = ({ grpo }: TrainConfig): boolean => grpo.estimator === 'leave-one-out';

/** The fork reads the older names, asks for its own reward, and counts a question with all its steps as one of a batch. */
function referenceSettings({ grpo, seed }: TrainConfig, { questions, groupSize, gpus, ...length }: Sizes) {
  return {
    'data.train_files': 'train.jsonl',
    'data.val_files': 'validation.jsonl',
    'data.prompt_key': 'problem',
    'data.rollout_batch_size': questions,
    'data.max_prompt_length': length.promptLength,
    'data.max_response_length': length.responseLength,
    'data.max_pixels': PIXELS,
    'data.seed': seed,
    'algorithm.adv_estimator': 'grpo',
    'worker.actor.global_batch_size': questions,
    'worker.actor.micro_batch_size_per_device_for_update': 1,
    'worker.actor.micro_batch_size_per_device_for_experience': 1,
    'worker.actor.max_grad_norm': grpo.maxNorm,
    'worker.actor.clip_ratio': grpo.clipLow,
    'worker.actor.entropy_coeff': grpo.entropyWeight,
    'worker.actor.use_kl_loss': grpo.klWeight > 0,
    'worker.actor.kl_loss_coef': grpo.klWeight,
    'worker.actor.optim.lr': LANGUAGE_MODEL.rate,
    'worker.actor.optim.weight_decay': LANGUAGE_MODEL.weightDecay,
    'worker.rollout.n': groupSize,
    'worker.rollout.temperature': 1,
    'worker.reward.compute_score': 'step',
    'trainer.n_gpus_per_node': gpus,
  };
}

function easyR1Settings(config: TrainConfig, sizes: Sizes, { images }: RowLengths) {
  const { grpo, seed } = config;
  const { questions, groupSize, gpus } = sizes;
  return {
    'data.train_files': 'train.jsonl',
    'data.val_files': 'validation.jsonl',
    'data.prompt_key': 'problem',
    'data.answer_key': 'answer',
    'data.image_key': 'images',
    'data.format_prompt': null,
    'data.override_chat_template': 'chat_template.jinja',
    'data.rollout_batch_size': questions,
    'data.max_prompt_length': sizes.promptLength,
    'data.max_response_length': sizes.responseLength,
    'data.max_pixels': PIXELS,
    'data.filter_overlong_prompts': true,
    'data.seed': seed,
    'algorithm.adv_estimator': isUnbiased(config) ? 'rloo' : 'grpo',
    'algorithm.disable_kl': grpo.klWeight === 0,
    'algorithm.use_kl_loss': true,
    'algorithm.kl_penalty': 'low_var_kl',
    'algorithm.kl_coef': grpo.klWeight,
    'worker.actor.global_batch_size': questions,
    'worker.actor.micro_batch_size_per_device_for_update': 1,
    'worker.actor.micro_batch_size_per_device_for_experience': 1,
    'worker.actor.max_grad_norm': grpo.maxNorm,
    'worker.actor.clip_ratio_low': grpo.clipLow,
    'worker.actor.clip_ratio_high': grpo.clipHigh,
    'worker.actor.clip_ratio_dual': DUAL_CLIP,
    'worker.actor.loss_avg_mode': isUnbiased(config) ? 'token' : 'seq',
    'worker.actor.ppo_epochs': grpo.updates,
    'worker.actor.optim.lr': LANGUAGE_MODEL.rate,
    'worker.actor.optim.weight_decay': LANGUAGE_MODEL.weightDecay,
    'worker.rollout.n': groupSize,
    'worker.rollout.temperature': 1,
    'worker.rollout.tensor_parallel_size': 1,
    'worker.rollout.limit_images': images ? 1 : 0,
    'worker.reward.reward_function': 'reward.py:batch_scores',
    'trainer.n_gpus_per_node': gpus,
  };
}

function verlSettings(config: TrainConfig, sizes: Sizes, { images }: RowLengths) {
  const { grpo, seed } = config;
  const { questions, groupSize, gpus } = sizes;
  const tokens = sizes.promptLength + sizes.responseLength;
  return {
    'data.train_files': `train.${rowsEnding('verl')}`,
    'data.val_files': `validation.${rowsEnding('verl')}`,
    'data.prompt_key': 'prompt',
    ...(images && { 'data.image_key': 'images' }),
    'data.train_batch_size': questions,
    'data.max_prompt_length': sizes.promptLength,
    'data.max_response_length': sizes.responseLength,
    'data.filter_overlong_prompts': true,
    'data.truncation': 'error',
    'data.seed': seed,
    'algorithm.adv_estimator': isUnbiased(config) ? 'rloo' : 'grpo',
    'algorithm.norm_adv_by_std_in_grpo': !isUnbiased(config),
    'actor_rollout_ref.rollout.name': 'vllm',
    'actor_rollout_ref.rollout.n': groupSize,
    'actor_rollout_ref.rollout.temperature': 1,
    'actor_rollout_ref.rollout.log_prob_micro_batch_size_per_gpu': 1,
    'actor_rollout_ref.ref.log_prob_micro_batch_size_per_gpu': 1,
    'actor_rollout_ref.actor.ppo_mini_batch_size': questions,
    'actor_rollout_ref.actor.ppo_micro_batch_size_per_gpu': 1,
    'actor_rollout_ref.actor.use_dynamic_bsz': true,
    'actor_rollout_ref.actor.ppo_max_token_len_per_gpu': 2 * tokens,
    'actor_rollout_ref.actor.optim.lr': LANGUAGE_MODEL.rate,
    'actor_rollout_ref.actor.optim.weight_decay': LANGUAGE_MODEL.weightDecay,
    'actor_rollout_ref.actor.grad_clip': grpo.maxNorm,
    'actor_rollout_ref.actor.clip_ratio_low': grpo.clipLow,
    'actor_rollout_ref.actor.clip_ratio_high': grpo.clipHigh,
    'actor_rollout_ref.actor.clip_ratio_c': DUAL_CLIP,
    'actor_rollout_ref.actor.loss_agg_mode': isUnbiased(config) ? 'seq-mean-token-sum-norm' : 'seq-mean-token-mean',
    'actor_rollout_ref.actor.entropy_coeff': grpo.entropyWeight,
    'actor_rollout_ref.actor.use_kl_loss': grpo.klWeight > 0,
    'actor_rollout_ref.actor.kl_loss_coef': grpo.klWeight,
    'actor_rollout_ref.actor.kl_loss_type': 'low_var_kl',
    'actor_rollout_ref.actor.ppo_epochs': grpo.updates,
    'custom_reward_function.path': 'reward.py',
    'custom_reward_function.name': 'compute_score',
    'trainer.n_gpus_per_node': gpus,
    'trainer.nnodes': 1,
  };
}

/** Fields of TRL's GRPOConfig, for one device: a group at a time, and as many of them an update as there are questions. */
function trlSettings(config: TrainConfig, { questions, groupSize, responseLength }: Sizes) {
  const { grpo, seed } = config;
  const unbiased = isUnbiased(config);
  return {
    num_generations: groupSize,
    per_device_train_batch_size: groupSize,
    gradient_accumulation_steps: questions,
    max_completion_length: responseLength,
    learning_rate: LANGUAGE_MODEL.rate,
    weight_decay: LANGUAGE_MODEL.weightDecay,
    max_grad_norm: grpo.maxNorm,
    num_iterations: grpo.updates,
    epsilon: grpo.clipLow,
    epsilon_high: grpo.clipHigh,
    beta: grpo.klWeight,
    entropy_coef: grpo.entropyWeight,
    // Leave-one-out is the group mean without scaling, times G / (G - 1).
    scale_rewards: unbiased ? 'none' : 'group',
    loss_type: unbiased ? 'dr_grpo' : 'grpo',
    temperature: 1,
    seed,
  };
}

/** Fields of TRL's SFTConfig. */
function sftSettings({ seed }: TrainConfig, length: number) {
  return {
    per_device_train_batch_size: 1,
    gradient_accumulation_steps: 16,
    max_length: length,
    learning_rate: 1e-5,
    num_train_epochs: 1,
    seed,
  };
}

/** Settings as words of a command line, for the trainers that take `name=value`. */
export function overrides(settings: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(settings).map(([name, value]) => `${name}=${value === null ? 'null' : String(value)}`);
}
