/**
 * A run's output in the words of `golden-run.ts`. The only place that knows how the step record of the sources is built: a new
 * version of it is taught here, and the fixture stays as it is.
 */
import { createHash } from 'node:crypto';
import type { GoldenDecision, GoldenOutcome, GoldenStep } from './golden-run.ts';
import type { RouterOutput, StepRecord } from './parts.ts';

export function normalOutcome(output: RouterOutput): GoldenOutcome {
  const { answer, stopReason, citations, usage, steps } = output;
  return {
    answer,
    stopReason,
    citations: citations.map(normalCitation),
    usage: normalUsage(usage),
    steps: steps.map(normalStep),
  };
}

export function normalStep(step: StepRecord): GoldenStep {
  const { attempts, fallback = false, outcome, error, repeatOf, reading, thought, policy } = step;
  const { temperature, logProbabilities, tokenIds, promptTokenIds } = attempts.at(-1) ?? {};
  const { candidates, actionId, scores } = (policy.trace ?? {}) as ChoosersTrace;
  return dropUndefined({
    decision: normalDecision(step.decision),
    invalid: attempts.flatMap(({ invalid }) => invalid ?? []),
    fallback,
    outcome,
    error,
    repeatOf,
    probes: step.probes.map(({ topScores, knowledgeBase, subQuestion, outcome }) =>
      dropUndefined({ knowledgeBase, subQuestion, topScores: topScores.map(rounded), outcome }),
    ),
    passages: step.passages.map(({ knowledgeBase, id, score }): [string, string, number] => [
      knowledgeBase,
      id,
      rounded(score),
    ]),
    reading:
      reading &&
      dropUndefined({
        answer: reading.answer,
        citations: reading.citations.map(normalCitation),
        confidence: reading.confidence === undefined ? undefined : rounded(reading.confidence),
      }),
    thought,
    candidates: candidates && shortList(candidates.map(({ subQuestion }) => subQuestion)),
    policy: dropUndefined({
      name: policy.name,
      version: policy.version,
      actionId,
      temperature,
      logProbabilities: logProbabilities?.map(rounded),
      scores: scores && Object.fromEntries(Object.entries(scores).map(([name, value]) => [name, rounded(value)])),
      tokenIds: tokenIds && shortList(tokenIds),
      promptTokenIds: promptTokenIds && shortList(promptTokenIds),
    }),
    usage: normalUsage(step.usage),
  });
}

/** What the policies that choose among candidates keep in their traces. */
interface ChoosersTrace {
  candidates?: { subQuestion: string }[];
  actionId?: number;
  scores?: Record<string, number>;
}

function normalDecision(decision: StepRecord['decision']): GoldenDecision {
  if (decision.type === 'stop') return { stop: true };
  if (decision.type === 'invalid') return { invalid: decision.reason };
  const byName = decision.searches.toSorted((a, b) => (a.knowledgeBase < b.knowledgeBase ? -1 : 1));
  return { search: byName.map(({ subQuestion, knowledgeBase }): [string, string] => [subQuestion, knowledgeBase]) };
}

function normalCitation({ passageId, knowledgeBase, quote }: RouterOutput['citations'][number]) {
  return dropUndefined({ passageId, knowledgeBase, quote });
}

function normalUsage({ searches, reads, modelCalls, tokens, cost }: RouterOutput['usage']): GoldenStep['usage'] {
  return { searches, reads, modelCalls, cost: rounded(cost), tokens: tokens.input + tokens.output };
}

/** Six digits after the point, and no negative zero, which JSON does not know. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6 + 0;
}

function shortList(values: readonly unknown[]): [number, string] {
  return [values.length, createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 12)];
}

function dropUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}
