/** The supervised start of a training: which actions are imitated at which states, hand-made ones among them. */
import { counterfactualSamples } from './counterfactual-samples.ts';
import { goldSamples } from './gold-samples.ts';
import { priorSamples } from './prior-samples.ts';
import { PASSAGE_LIMIT, type ScorerSession } from './scorer-session.ts';
import type { ImitationSample } from './warm-start.ts';

/** Teaches the session's weights; false where the configuration leaves it out. */
export async function supervisedStart(session: ScorerSession): Promise<boolean> {
  const { config, world, shape, learner, signal, onEvent } = session;
  const { seed, policy } = config;
  const { epochs, targets, priorQuestions, strangerQuestions, batch, rate, weightDecay } = config.warmStart;
  if (epochs === 0) return false;
  const own = targets === 'teacher' ? await fromTeacher(session) : await fromCounterfactuals(session);
  const prior = priorSamples({
    knowledgeBases: world.knowledgeBases,
    count: priorQuestions,
    strangers: strangerQuestions,
    language: session.language,
    most: own.length,
    maxSteps: policy.maxSteps,
    shape,
    seed,
  });
  const { featureDropout, textDropout } = policy;
  await learner.warmStart(
    { batch, rate, weightDecay, epochs, samples: [...own, ...prior], seed, featureDropout, textDropout },
    { signal, onStep: (step) => onEvent({ type: 'warm-start-step', ...step }) },
  );
  return true;
}

async function fromTeacher(session: ScorerSession): Promise<ImitationSample[]> {
  const { config, world, data, knowledgeBases, blank, live, signal, onEvent } = session;
  const { samples, coverage } = await goldSamples(data.train, {
    scorer: blank,
    knowledgeBases,
    images: world.images,
    maxSteps: config.policy.maxSteps,
    readLimit: config.policy.readLimit,
    policy: { network: live, language: session.language },
    signal,
  });
  const share = coverage.covered / Math.max(1, coverage.states);
  onEvent({ type: 'imitation-data-end', samples: samples.length, targets: 'teacher', coverage: share });
  return samples;
}

async function fromCounterfactuals(session: ScorerSession): Promise<ImitationSample[]> {
  const { config, world, data, knowledgeBases, reward, shape, signal, onEvent } = session;
  const { samples, best } = await counterfactualSamples(data.train, {
    knowledgeBases,
    reader: world.reader,
    answerer: world.answerer,
    language: session.language,
    reward,
    maxSteps: config.policy.maxSteps,
    passageLimit: PASSAGE_LIMIT,
    image: (hash) => world.images.get(hash),
    shape,
    probes: config.policy.probes,
    seed: config.seed,
    signal,
  });
  onEvent({ type: 'imitation-data-end', samples: samples.length, targets: 'counterfactual', best });
  return samples;
}
