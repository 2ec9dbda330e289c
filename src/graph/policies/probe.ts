/**
 * Looks before it asks: takes the question apart with the grammar, probes the knowledge bases that may hold the next answer,
 * asks the most promising, and stops when the evidence covers the question or nothing new can be found. Probes are searches
 * and are counted; the probed query itself is then answered from the run's record. After the idea of RealRoute
 * (arXiv 2604.20860), with knowledge bases known by their descriptions alone.
 */
import type { KnowledgeBaseCard } from '../../tools/knowledge-base.ts';
import { type CandidateProvider, deriveState, grammarCandidates, isReserve } from '../candidates.ts';
import { type Inquiry, inquire } from '../grammar/inquiry.ts';
import { EVERY_KNOWLEDGE_BASE, type Policy, type PolicyOutput, type PolicyState, type StepContext } from '../policy.ts';
import type { Candidate } from '../step-record.ts';
import { prior, probeFit } from './probe-fit.ts';

export interface ProbePolicyOptions {
  /**
   * A probe this good ends the probing of further knowledge bases: higher probes more and errs less. In [0, 1], default 0.8;
   * above 1 every knowledge base is probed at every step.
   */
  convincing?: number;
  /** A probe below this is not worth a reader's time; when none is above it the question is given up. Default 0.4. */
  promising?: number;
  /** Who proposes the sub-questions; default the grammar. See `chatModelCandidates`. */
  candidates?: CandidateProvider;
  /** How many knowledge bases a sub-question may be asked of in turn before it is given up. Default 2. */
  patience?: number;
}

interface Choice {
  candidate: Candidate;
  card: KnowledgeBaseCard;
  score: number;
  fit: number;
}

export function probePolicy({
  convincing = 0.8,
  promising = 0.4,
  patience = 2,
  candidates: propose = grammarCandidates,
}: ProbePolicyOptions = {}): Policy {
  return {
    name: 'probe',
    version: '1',
    async decide(state, context): Promise<PolicyOutput> {
      const derivation = deriveState(state);
      const proposed = derivation.answer ? [] : await propose(state, context.seed, context.config);
      // What is held in reserve costs searches and misleads the reader: a policy that has learnt when may use it.
      const candidates = proposed.filter((candidate) => !isReserve(candidate));
      if (derivation.answer || candidates.length === 0)
        return {
          decision: { type: 'stop' },
          candidates,
          thought: derivation.answer ? `Answered: ${derivation.answer.text}` : undefined,
        };
      for (const candidate of candidates) {
        if (asked(state, candidate).length >= patience) continue;
        const choice = await choose(state, context, candidate, { convincing, promising });
        if (!choice) continue;
        return searchOutput(choice, derivation.remaining, candidates);
      }
      return { decision: { type: 'stop' }, candidates, thought: 'Nothing new to be found' };
    },
  };
}

function searchOutput(choice: Choice, remaining: string, candidates: Candidate[]): PolicyOutput {
  return {
    decision: { type: 'search', subQuestion: choice.candidate.subQuestion, knowledgeBase: choice.card.name },
    thought: thoughtOf(remaining, choice),
    candidates,
    details: { scores: { fit: round(choice.fit), score: round(choice.score) } },
  };
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4;

function thoughtOf(remaining: string, { candidate, card, fit }: Choice): string {
  const why = candidate.completes
    ? 'What remains is one question'
    : `To answer "${remaining}" I need to know this first`;
  return `${why}: ${candidate.subQuestion} ${card.name} looks most promising (fit ${fit.toFixed(2)}).`;
}

/** Knowledge bases this sub-question was asked of already. */
function asked(state: PolicyState, candidate: Candidate): string[] {
  return state.steps
    .filter((step) => step.subQuestion === candidate.subQuestion)
    .flatMap(({ knowledgeBase }) =>
      knowledgeBase === EVERY_KNOWLEDGE_BASE ? state.knowledgeBases.map(({ name }) => name) : [knowledgeBase],
    );
}

async function choose(
  state: PolicyState,
  context: StepContext,
  candidate: Candidate,
  { convincing, promising }: { convincing: number; promising: number },
): Promise<Choice | undefined> {
  const inquiry = inquire(candidate.subQuestion);
  const options = {
    picture: candidate.kind === 'picture' || inquiry.expected === 'picture',
    hasImage: state.image !== undefined,
  };
  const done = new Set(asked(state, candidate));
  const ranked = state.knowledgeBases
    .filter((card) => !done.has(card.name))
    .map((card) => ({ card, before: prior(inquiry, card, options) }))
    // Equal priors: by description, so that neither order nor names of the knowledge bases decide.
    .sort((a, b) => b.before - a.before || compare(a.card.description, b.card.description));
  const seen = new Set(
    state.steps.flatMap((step) => step.passages.map((passage) => `${passage.knowledgeBase}\u0000${passage.id}`)),
  );
  let best: Choice | undefined;
  for (const { card, before } of ranked) {
    if (before < HOPELESS) continue;
    const { outcome, passages } = await context.search(card.name, candidate.subQuestion);
    if (outcome !== 'passages') continue;
    const { fit, novelty } =
      options.picture && card.modality === 'text-image'
        ? { fit: 1, novelty: 1 }
        : probeFit(inquiry as Inquiry, passages, seen);
    const score = 0.75 * fit + 0.2 * before + 0.05 * novelty;
    if (!best || score > best.score + 1e-9) best = { candidate, card, score, fit };
    if (best.fit >= convincing) break;
  }
  return best && best.fit >= promising ? best : undefined;
}

/** Below this prior a knowledge base is not probed: it cannot hold the answer (a picture's name in a table). */
const HOPELESS = 0.04;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
