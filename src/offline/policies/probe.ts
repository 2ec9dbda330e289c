/**
 * Looks before it asks: takes the question apart with the grammar, probes the knowledge bases that may hold the next answer,
 * asks the most promising, and stops when the evidence covers the question or nothing new can be found. Probes are searches
 * and are counted; the probed query itself is then answered from the run's record. After the idea of RealRoute
 * (arXiv 2604.20860), with knowledge bases known by their descriptions alone.
 */

import { searchFor } from '../../graph/decision.ts';
import type { Policy, PolicyOutput } from '../../graph/policy.ts';
import type { PolicyTrace } from '../../graph/step-record.ts';
import type { Candidate } from '../candidates/candidate.ts';
import { type CandidateProvider, grammarCandidates, isReserve } from '../candidates/candidates.ts';
import { english } from '../english/english.ts';
import type { Language } from '../language.ts';
import { DEFAULT_RULE, type Look, probeRule } from './probe-rule.ts';

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
  /** Default English. Give it to reader and answerer too, so that they share what it has worked out. */
  language?: Language;
}

/**
 * The policy that looks before it asks: it takes the question apart by grammar, probes where the next answer may lie, and asks the most
 * promising knowledge base.
 */
export function probePolicy({
  convincing = DEFAULT_RULE.convincing,
  promising = DEFAULT_RULE.promising,
  patience = DEFAULT_RULE.patience,
  language = english(),
  candidates: propose = grammarCandidates(language),
}: ProbePolicyOptions = {}): Policy {
  const settings = { ...DEFAULT_RULE, convincing, promising, patience };
  return {
    name: 'probe',
    version: '1',
    async decide(state, context): Promise<PolicyOutput> {
      const { answer, remaining } = language.understand(state);
      if (answer) return { decision: { type: 'stop' }, thought: `Answered: ${answer.text}`, trace: traceOf([]) };
      const candidates = (await propose(state, context.seed, context.config)).filter((item) => !isReserve(item));
      const { knowledgeBases, steps } = state;
      const looks = new Map<number, Look>();
      const placeOf = (candidate: number, knowledgeBase: number) => candidate * knowledgeBases.length + knowledgeBase;
      const look = (candidate: number, knowledgeBase: number) => looks.get(placeOf(candidate, knowledgeBase));
      for (;;) {
        const move = probeRule(
          { candidates, knowledgeBases, steps, hasImage: state.image !== undefined, language, look },
          settings,
        );
        if (move.type === 'stop') {
          return { decision: move, thought: 'Nothing new to be found', trace: traceOf(candidates) };
        }
        const candidate = candidates[move.candidate]!;
        const { name } = knowledgeBases[move.knowledgeBase]!;
        if (move.type === 'look') {
          const { outcome, passages } = await context.search(name, candidate.subQuestion);
          looks.set(placeOf(move.candidate, move.knowledgeBase), outcome === 'passages' ? passages : 'failed');
          continue;
        }
        return {
          decision: searchFor(candidate.subQuestion, name),
          thought: thoughtOf(remaining, candidate, { name, fit: move.fit }),
          trace: traceOf(candidates, { fit: round(move.fit), score: round(move.score) }),
        };
      }
    },
  };
}

const traceOf = (candidates: readonly Candidate[], scores?: Record<string, number>): PolicyTrace => ({
  version: 1,
  candidates,
  ...(scores && { scores }),
});

const round = (value: number): number => Math.round(value * 1e4) / 1e4;

function thoughtOf(remaining: string, candidate: Candidate, { name, fit }: { name: string; fit: number }): string {
  const why = candidate.completes
    ? 'What remains is one question'
    : `To answer "${remaining}" I need to know this first`;
  return `${why}: ${candidate.subQuestion} ${name} looks most promising (fit ${fit.toFixed(2)}).`;
}
