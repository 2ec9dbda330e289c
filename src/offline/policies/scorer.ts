/**
 * The trained policy: scores every candidate (sub-question x knowledge base) and stopping, in well under a millisecond, and
 * takes the best, or samples. With looks it asks before it commits: what it would choose is probed first, and with what came back
 * it chooses again, until it chooses what it has looked at. A look at what is then chosen costs nothing more, since the graph
 * answers the same query from the run's record; the others count as searches. Without, it decides from the question, the
 * descriptions and the steps alone.
 */
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { keyedRandom } from '../../common/random.ts';
import { searchFor } from '../../graph/decision.ts';
import type { Policy, PolicyState } from '../../graph/policy.ts';
import type { Passage } from '../../tools/passage.ts';
import type { Candidate } from '../candidates/candidate.ts';
import { type CandidateProvider, grammarCandidates, wholeQuestion } from '../candidates/candidates.ts';
import { english } from '../english/english.ts';
import { proposedCandidates } from '../files/proposed-candidates.ts';
import { answeredBy, type Language } from '../language.ts';
import { checkLanguage, type LoadedScorer, languageOf, loadScorer } from './scorer/directory.ts';
import { scorerInput } from './scorer/input.ts';
import { logSoftmax, type ScorerNetwork, scorerForward } from './scorer/network.ts';
import { actionScores } from './scorer/route.ts';
import { type ScorerChoice, scorerTrace } from './scorer/trace.ts';

export interface ScorerPolicyOptions {
  /** 0 takes the best action (default); 1 samples from the scorer's own distribution. */
  temperature?: number;
  /** Looks a step at most. Default: 6 where the scorer was trained with probes, else 0. */
  looks?: number;
  /**
   * Nats taken from stopping, default 0. Above 0 it goes on where it would have stopped, for more searches: 2 or so to be on the safe
   * side, 20 to use up the steps it has, when a budget is fixed and only what is found within it counts.
   */
  thoroughness?: number;
  /** What is proposed. Default: as the scorer was trained, the question itself or the grammar's sub-questions. */
  candidates?: CandidateProvider;
  /** Live weights in place of the loaded ones: what rollouts read while the trainer writes. */
  network?: ScorerNetwork;
  name?: string;
  /** Default English; it must be the one that the scorer was trained with. Give it to reader and answerer too: they share what it has worked out. */
  language?: Language;
  /**
   * What its traces hold beside candidates and scores: `'features'`, what it saw at every choice of a step, which training
   * needs and which makes a record half as long again. Default: nothing.
   */
  trace?: 'features';
}

export interface OpenScorerOptions extends ScorerPolicyOptions {
  /** Proposes what to ask, once a question, for a policy that was trained with proposals; any other has no use for it. */
  model?: () => Promise<BaseChatModel | undefined>;
}

/** Loads a policy directory. Throws ScorerDirectoryError where it is missing or damaged, ScorerLanguageError for another language. */
export async function openScorerPolicy(
  directory: string,
  { model, ...options }: OpenScorerOptions = {},
): Promise<Policy> {
  // A policy of people's own files brings its language: it knows their knowledge bases by it.
  const own = await languageOf(directory);
  const language = own ?? options.language ?? english();
  const { proposals } = own ?? {};
  const candidates = own && proposals && model ? { candidates: proposedCandidates({ ...own, proposals }, model) } : {};
  return scorerPolicy(await loadScorer(directory, { language }), { ...candidates, ...options, language });
}

/**
 * The policy of a trained scorer: it takes the action with the best score, or samples one. Throws a `ScorerLanguageError` where the scorer
 * was trained with another language.
 */
export function scorerPolicy(scorer: LoadedScorer, options: ScorerPolicyOptions = {}): Policy {
  const {
    temperature = 0,
    thoroughness = 0,
    language = english(),
    looks = scorer.config.probes ? MOST_LOOKS : 0,
    candidates: propose = scorer.config.candidates === 'grammar' ? grammarCandidates(language) : questionOnly,
    network = scorer,
    name = 'scorer',
    trace: traced,
  } = options;
  checkLanguage(scorer.config, language);
  return {
    name,
    version: scorer.config.checksum.slice(0, 12),
    async decide(state, context) {
      const proposed = await propose(state, context.seed, context.config);
      const candidates = proposed.length === 0 && state.steps.length === 0 ? [wholeQuestion(state.question)] : proposed;
      const count = state.knowledgeBases.length;
      const standing = language.understand(state).standing;
      const seen = { ...state, hasImage: state.image !== undefined, answered: answeredBy(standing) };
      const probed = new Map<number, Passage[]>();
      const probe = (candidate: number, knowledgeBase: number) => probed.get(candidate * count + knowledgeBase);
      const choices: ScorerChoice[] = [];
      const choose = () => {
        const input = scorerInput({
          state: seen,
          candidates,
          knowledgeBases: state.knowledgeBases,
          shape: scorer.shape,
          looks: { language, probe },
        });
        const logits = scorerForward(network, input);
        logits[logits.length - 1]! -= thoroughness;
        const logProbabilities = logSoftmax(logits, temperature || 1);
        // Each choice of a step has noise of its own: what is seen between them must not depend on it.
        const seed = probed.size === 0 ? context.seed : `${context.seed}/${probed.size}`;
        const actionId = chooseAction(logProbabilities, candidates, state, { temperature, seed });
        const logProbability = logProbabilities[actionId]!;
        choices.push({ input, actionId, logProbability });
        return { actionId, logProbability, logProbabilities };
      };
      let choice = choose();
      while (probed.size < looks && choice.actionId < candidates.length * count && !probed.has(choice.actionId)) {
        const { actionId } = choice;
        const { subQuestion } = candidates[Math.floor(actionId / count)]!;
        const found = await context.search(state.knowledgeBases[actionId % count]!.name, subQuestion);
        probed.set(actionId, found.passages);
        choice = choose();
      }
      const { actionId, logProbability, logProbabilities } = choice;
      const scores = actionScores(logProbabilities.map(Math.exp), state.knowledgeBases);
      const kept = {
        logProbabilities: [logProbability],
        temperature,
        trace: scorerTrace({ candidates, actionId, scores, ...(traced && { choices }) }),
      };
      if (actionId === logProbabilities.length - 1) {
        const thought = standing ? `Answered: ${standing.text}` : 'Nothing new to be found';
        return { decision: { type: 'stop' }, thought, ...kept };
      }
      const { subQuestion, completes } = candidates[Math.floor(actionId / count)]!;
      const knowledgeBase = state.knowledgeBases[actionId % count]!.name;
      const why = completes ? 'What remains is one question' : 'I need to know this first';
      const thought = `${why}: ${subQuestion} ${knowledgeBase} is the best place (chance ${Math.exp(logProbability).toFixed(2)}).`;
      return { decision: searchFor(subQuestion, knowledgeBase), thought, ...kept };
    },
  };
}

/** Enough to look for two sub-questions in each of three knowledge bases. */
const MOST_LOOKS = 6;

/** Asks the question itself until it has been answered. */
const questionOnly: CandidateProvider = async ({ question, steps }) =>
  steps.some((step) => step.answer !== null) ? [] : [wholeQuestion(question)];

/**
 * The best action, or one sampled by adding Gumbel noise. Noise is keyed by what the action is and not by its place, so that
 * the same choice falls when knowledge bases are reordered or renamed.
 */
function chooseAction(
  logProbabilities: Float64Array,
  candidates: readonly Candidate[],
  { knowledgeBases }: PolicyState,
  { temperature, seed }: { temperature: number; seed: string },
): number {
  const gumbel = (...key: string[]): number =>
    temperature === 0 ? 0 : -Math.log(-Math.log(keyedRandom(seed, 'scorer', ...key).next() || Number.MIN_VALUE));
  const count = knowledgeBases.length;
  let best = 0;
  let bestValue = Number.NEGATIVE_INFINITY;
  logProbabilities.forEach((logProbability, action) => {
    const card = knowledgeBases[action % count];
    const noise =
      action === logProbabilities.length - 1
        ? gumbel('stop')
        : gumbel(candidates[Math.floor(action / count)]!.subQuestion, card!.modality, card!.description);
    if (logProbability + noise > bestValue) {
      bestValue = logProbability + noise;
      best = action;
    }
  });
  return best;
}
