/**
 * For a budget that is to be used up, where evidence counts and no answer: the question as it was asked goes to the knowledge bases
 * in the order in which a scorer thinks that it belongs there; where one is far likelier than the rest it is read on before the others
 * are asked. Texts are asked by the row of a table that was read, if there is one. It never stops and never looks.
 */
import { wholeQuestion } from '../candidates.ts';
import { evidenceCandidates } from '../evidence-candidates.ts';
import type { Policy, PolicyState } from '../policy.ts';
import { type LoadedScorer, loadScorer } from './scorer/directory.ts';
import { scorerInput } from './scorer/input.ts';
import { logSoftmax, scorerForward } from './scorer/network.ts';

/** A search brings ten passages and a reader is shown five: asked a third time there is nothing left. */
const READINGS = 2;
const EXHAUSTED = -1e6;

export interface CoverPolicyOptions {
  /** What one search of a knowledge base leaves of the chance that another one there finds more, in (0, 1). Default 0.02. */
  discount?: number;
}

/** Loads a policy directory. Throws ScorerDirectoryError where it is missing or damaged. */
export async function openCoverPolicy(directory: string, options: CoverPolicyOptions = {}): Promise<Policy> {
  return coverPolicy(await loadScorer(directory), options);
}

export function coverPolicy(scorer: LoadedScorer, { discount = 0.02 }: CoverPolicyOptions = {}): Policy {
  return {
    name: 'cover',
    version: `1/${scorer.config.checksum.slice(0, 12)}`,
    async decide(state) {
      const { question, steps, knowledgeBases } = state;
      const chances = firstChances(scorer, state);
      const worth = knowledgeBases.map(({ name }, place) => {
        const before = steps.filter(({ knowledgeBase }) => knowledgeBase === name).length;
        return chances[place]! + Math.min(before, 1) * Math.log(discount) + (before < READINGS ? 0 : EXHAUSTED);
      });
      const chosen = knowledgeBases[worth.indexOf(Math.max(...worth))];
      if (!chosen) return { decision: { type: 'stop' } };
      const whole = wholeQuestion(question);
      const [row] = chosen.modality === 'text' ? evidenceCandidates(state) : [];
      const { subQuestion } = row ?? whole;
      return {
        decision: { type: 'search', subQuestion, knowledgeBase: chosen.name },
        candidates: row ? [whole, row] : [whole],
        thought: `${chosen.name} is the likeliest place for what has not been read.`,
      };
    },
  };
}

/** Log-probabilities of the knowledge bases, in order, for the question before anything was asked. */
function firstChances(scorer: LoadedScorer, { question, image, knowledgeBases, maxSteps }: PolicyState): Float64Array {
  const input = scorerInput({
    state: { question, steps: [], maxSteps, hasImage: image !== undefined },
    candidates: [wholeQuestion(question)],
    knowledgeBases,
    shape: scorer.shape,
    probe: () => undefined,
  });
  return logSoftmax(scorerForward(scorer, input).subarray(0, knowledgeBases.length));
}
