/**
 * This package's settings of Step-GRPO in the words of the outside trainers. What is about a language model and not about the
 * algorithm (learning rate, weight decay) is the paper's and not the scorer's. One turn is one sample to them all, so that the step
 * advantages of the `paper` preset are their plain group advantages; `leave-one-out` has a name of its own in each.
 */
import type { TrainConfig } from '../trainer/train-config.ts';

export const EXPORT_FORMATS = ['easyr1', 'verl', 'trl'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** arXiv 2505.22095, as its code is run. */
const LANGUAGE_MODEL = { rate: 1e-6, weightDecay: 0.01 };

export function trainerSettings(format: ExportFormat, { grpo, seed }: TrainConfig): Record<string, unknown> {
  const { groupSize, questions, clipLow, clipHigh, klWeight, entropyWeight, maxNorm, updates } = grpo;
  const unbiased = grpo.estimator === 'leave-one-out';
  switch (format) {
    case 'easyr1':
      return {
        'data.prompt_key': 'problem',
        'data.answer_key': 'answer',
        'data.image_key': 'images',
        'data.rollout_batch_size': questions,
        'data.seed': seed,
        'algorithm.adv_estimator': unbiased ? 'rloo' : 'grpo',
        'algorithm.disable_kl': klWeight === 0,
        'algorithm.use_kl_loss': true,
        'algorithm.kl_penalty': 'low_var_kl',
        'algorithm.kl_coef': klWeight,
        'worker.actor.max_grad_norm': maxNorm,
        'worker.actor.optim.lr': LANGUAGE_MODEL.rate,
        'worker.actor.optim.weight_decay': LANGUAGE_MODEL.weightDecay,
        'worker.rollout.n': groupSize,
        'worker.rollout.temperature': 1,
      };
    case 'verl':
      return {
        'data.train_batch_size': questions,
        'data.prompt_key': 'prompt',
        'data.image_key': 'images',
        'algorithm.adv_estimator': unbiased ? 'rloo' : 'grpo',
        'algorithm.norm_adv_by_std_in_grpo': !unbiased,
        'actor_rollout_ref.rollout.n': groupSize,
        'actor_rollout_ref.rollout.temperature': 1,
        'actor_rollout_ref.actor.optim.lr': LANGUAGE_MODEL.rate,
        'actor_rollout_ref.actor.optim.weight_decay': LANGUAGE_MODEL.weightDecay,
        'actor_rollout_ref.actor.grad_clip': maxNorm,
        'actor_rollout_ref.actor.clip_ratio_low': clipLow,
        'actor_rollout_ref.actor.clip_ratio_high': clipHigh,
        'actor_rollout_ref.actor.entropy_coeff': entropyWeight,
        'actor_rollout_ref.actor.use_kl_loss': klWeight > 0,
        'actor_rollout_ref.actor.kl_loss_coef': klWeight,
        'actor_rollout_ref.actor.kl_loss_type': 'low_var_kl',
        'actor_rollout_ref.actor.ppo_epochs': updates,
        'custom_reward_function.path': 'reward.py',
        'custom_reward_function.name': 'compute_score',
      };
    case 'trl':
      return {
        num_generations: groupSize,
        learning_rate: LANGUAGE_MODEL.rate,
        weight_decay: LANGUAGE_MODEL.weightDecay,
        max_grad_norm: maxNorm,
        num_iterations: updates,
        epsilon: clipLow,
        epsilon_high: clipHigh,
        beta: klWeight,
        // Leave-one-out is the group mean without scaling, times G / (G - 1).
        scale_rewards: unbiased ? 'none' : 'group',
        loss_type: unbiased ? 'dr_grpo' : 'grpo',
        temperature: 1,
        seed,
      };
    default:
      return format satisfies never;
  }
}
