/**
 * Rollouts of another engine: its log-probabilities differ from the trainer's even for the same weights, so that what looks
 * on-policy is not. Each token is weighed by the trainer's probability over the sampler's, cut at a cap, with no gradient of its own.
 * Truncated as in IMPALA (Espeholt et al., arXiv 1802.01561), for samplers beside a trainer by Yao et al., 2025 ("Your efficient RL
 * framework secretly brings you off-policy RL training").
 */
export function truncatedImportance({
  trainer,
  sampler,
  cap,
}: {
  /** Log-probabilities of the sampled tokens by the weights that are trained, before the update. */
  trainer: ArrayLike<number>;
  /** As captured where they were sampled. */
  sampler: ArrayLike<number>;
  /** At least 1; 2 is usual. */
  cap: number;
}): Float32Array {
  return Float32Array.from({ length: trainer.length }, (_, index) =>
    Math.min(cap, Math.exp(trainer[index]! - sampler[index]!)),
  );
}
