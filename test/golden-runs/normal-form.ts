/**
 * A run's output in the words of `golden-run.ts`. The only place that knows how the step record of the sources is built: a new
 * version of it is taught here, and the fixture stays as it is.
 */
import { createHash } from 'node:crypto';
import type { GoldenDecision, GoldenOutcome, GoldenStep } from './golden-run.ts';
import type { RouterOutput, StepRecord } from './parts.ts';

/** The record's word for a search of every knowledge base. */
const EVERYWHERE = '*';

/** `knowledgeBases`: the names of all of them. */
export function normalOutcome(output: RouterOutput, knowledgeBases: readonly string[]): GoldenOutcome {
  const { answer, stopReason, citations, usage, steps } = output;
  return {
    answer,
    stopReason,
    citations: citations.map(normalCitation),
    usage: normalUsage(usage),
    steps: steps.map((step) => normalStep(step, knowledgeBases)),
  };
}

export function normalStep(step: StepRecord, knowledgeBases: readonly string[]): GoldenStep {
  const { invalid = [], fallback = false, outcome, error, repeatOf, reading, thought, candidates, policy } = step;
  return dropUndefined({
    decision: normalDecision(step.decision, knowledgeBases),
    invalid: invalid.map((decision) => (decision.type === 'invalid' ? decision.reason : decision.type)),
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
      actionId: policy.actionId,
      temperature: policy.temperature,
      logProbabilities: policy.logProbabilities?.map(rounded),
      scores:
        policy.scores &&
        Object.fromEntries(Object.entries(policy.scores).map(([name, value]) => [name, rounded(value)])),
      tokenIds: policy.tokenIds && shortList(policy.tokenIds),
      promptTokenIds: policy.promptTokenIds && shortList(policy.promptTokenIds),
    }),
    usage: normalUsage(step.usage),
  });
}

function normalDecision(decision: StepRecord['decision'], knowledgeBases: readonly string[]): GoldenDecision {
  if (decision.type === 'stop') return { stop: true };
  if (decision.type === 'invalid') return { invalid: decision.reason };
  const { subQuestion, knowledgeBase } = decision;
  const asked = knowledgeBase === EVERYWHERE ? knowledgeBases : [knowledgeBase];
  return { search: asked.toSorted().map((name): [string, string] => [subQuestion, name]) };
}

function normalCitation({ passageId, knowledgeBase, quote }: RouterOutput['citations'][number]) {
  return dropUndefined({ passageId, knowledgeBase, quote });
}

function normalUsage({ searches, reads, modelCalls, tokens, cost }: RouterOutput['usage']): GoldenStep['usage'] {
  return { searches, reads, modelCalls, cost: rounded(cost), tokens };
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
