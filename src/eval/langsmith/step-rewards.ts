/** Rewards of steps as feedback on a run that was traced before, by whatever traced it: rollouts, kept runs, a server's. */
import type { RouterOutput } from '../../graph/run-state.ts';
import { type FeedbackSenderOptions, feedbackSender } from '../../graph/tracing/langsmith-feedback.ts';

export interface StepRewardOptions extends FeedbackSenderOptions {
  /** One number a step. Default: what stands in the records, each under its own name. */
  rewards?: readonly number[];
}

/** Feedback `step_reward`, or `step_` and the name of the reward, on the run, and which step it is of. Says how many it sent. */
export async function sendStepRewards(
  { runId, steps }: Pick<RouterOutput, 'runId' | 'steps'>,
  { rewards, ...options }: StepRewardOptions = {},
): Promise<number> {
  const send = feedbackSender(options);
  let sent = 0;
  for (const [place, { id, index, rewards: recorded = {} }] of steps.entries()) {
    const named = rewards ? { reward: rewards[place] } : recorded;
    for (const [name, score] of Object.entries(named)) {
      if (score === undefined) continue;
      await send({
        runId,
        key: `step_${name}`,
        score,
        comment: `step ${index + 1}`,
        source: { step: index, stepId: id },
      });
      sent++;
    }
  }
  return sent;
}
