/** The policies that a trained one is compared with, run on validation questions through the function training validates with. */
import { driveRouter } from '../../src/graph/driver.ts';
import { allPolicy } from '../../src/graph/policies/all.ts';
import { allOncePolicy } from '../../src/graph/policies/all-once.ts';
import { randomPolicy } from '../../src/graph/policies/random.ts';
import type { Policy } from '../../src/graph/policy.ts';
import { probePolicy } from '../../src/offline/policies/probe.ts';
import type { LoadedScorer } from '../../src/offline/policies/scorer/directory.ts';
import { scorerPolicy } from '../../src/offline/policies/scorer.ts';
import { untrainedScorer } from '../../src/train/models/untrained.ts';
import { REWARD_PRESETS } from '../../src/train/rewards/index.ts';
import type { TrainingQuestion } from '../../src/train/rollouts/roll-out.ts';
import type { TrainingWorld } from '../../src/train/trainer/train-scorer.ts';
import { type Validation, validate } from '../../src/train/trainer/validate.ts';

/** The scorer before it has learnt anything. */
export function untrainedIn({ knowledgeBases }: Pick<TrainingWorld, 'knowledgeBases'>): LoadedScorer {
  const cards = knowledgeBases.map(({ name, description, modality, cost }) => ({ name, description, modality, cost }));
  return untrainedScorer({ knowledgeBases: cards });
}

export const linesOf = (world: Pick<TrainingWorld, 'knowledgeBases'>): Record<string, Policy> => ({
  untrained: scorerPolicy(untrainedIn(world), { name: 'untrained' }),
  probe: probePolicy(),
  all: allPolicy({ decomposition: probePolicy() }),
  'all-once': allOncePolicy(),
  random: randomPolicy({ decomposition: probePolicy() }),
});

export function measure(
  policy: Policy,
  questions: readonly TrainingQuestion[],
  world: TrainingWorld,
): Promise<Validation> {
  return validate(driveRouter({ ...world, policy, maxSteps: 5 }), questions, { reward: REWARD_PRESETS.evidence });
}

export const row = (name: string, { score, searches, reads, routingAccuracy, reward }: Validation): string =>
  `${name.padEnd(22)} answers ${(100 * score).toFixed(1)}  searches ${searches.toFixed(2)}  reads ${reads.toFixed(2)}  routes ${(100 * routingAccuracy).toFixed(1)}  reward ${reward.toFixed(3)}`;
