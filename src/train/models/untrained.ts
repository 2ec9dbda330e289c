/** The scorer before it has learnt anything: the rule alone, which is what a trained one has to better. */
import { assembleScorer, type LoadedScorer, type NewScorerConfig } from '../../offline/policies/scorer/directory.ts';
import { DEFAULT_SCORER_SHAPE } from '../../offline/policies/scorer/shape.ts';
import { initialScorer, startFromRule } from './scorer.ts';

/** Deterministic: what is random of fresh weights has no say until something is learnt. */
export function untrainedScorer({
  shape = DEFAULT_SCORER_SHAPE,
  candidates = 'grammar',
  probes = true,
  knowledgeBases,
  language,
}: Partial<NewScorerConfig> & Pick<NewScorerConfig, 'knowledgeBases' | 'language'>): LoadedScorer {
  const parameters = initialScorer(shape, 1);
  startFromRule(parameters, shape);
  return assembleScorer({ shape, candidates, probes, knowledgeBases, language }, parameters.feeds());
}
