/**
 * What the parts of a run are given: the state as a policy sees it, a way to search that is counted, and a guard that turns
 * whatever a part throws into a typed error.
 */
import { isGraphBubbleUp } from '@langchain/langgraph';
import { withAbort } from '../../common/abort.ts';
import { sha256 } from '../../common/content-hash.ts';
import { isR1RouterError, messageOf, modelError } from '../../common/errors.ts';
import type { Usage } from '../decision.ts';
import type { RouterParts } from '../options.ts';
import type { PolicyState, StepContext } from '../policy.ts';
import { withoutRunId } from '../run-id.ts';
import type { RunState } from '../run-state.ts';
import type { Probe } from '../step-record.ts';
import type { Surroundings } from './move.ts';
import { outcomeAt, passagesAt } from './repetition.ts';
import { createSearchLedger, type KnownSearch, type SearchLedger } from './search-ledger.ts';

/** `run` is one that goes on: what it has asked is answered from its record. */
export function newLedger(parts: RouterParts, run?: Pick<RunState, 'findings' | 'steps'>): SearchLedger {
  const { knowledgeBases, passageLimit, searchTimeoutMs, searchRetries } = parts;
  return createSearchLedger(
    { knowledgeBases, limit: passageLimit, timeoutMs: searchTimeoutMs, retries: searchRetries },
    run && knownSearches(run),
  );
}

/** Written only where it is a new one: every write costs the graph time. */
export function ledgerPart(state: RunState, ledger: SearchLedger): Pick<RunState, 'ledger'> {
  return state.ledger === ledger ? {} : { ledger };
}

function knownSearches({ findings, steps }: Pick<RunState, 'findings' | 'steps'>): KnownSearch[] {
  return findings.flatMap((entry) =>
    entry.knowledgeBases.map((knowledgeBase) => ({
      knowledgeBase,
      subQuestion: entry.subQuestion,
      outcome: outcomeAt(entry, knowledgeBase, steps),
      passages: passagesAt(entry, knowledgeBase),
    })),
  );
}

export function difference(ledger: SearchLedger, before: { searches: number; cost: number }): Partial<Usage> {
  const after = ledger.totals();
  return { searches: after.searches - before.searches, cost: after.cost - before.cost };
}

export function policyState(state: RunState, parts: RouterParts): PolicyState {
  return {
    question: state.question,
    image: state.run.image,
    steps: state.findings,
    knowledgeBases: parts.cards,
    maxSteps: state.run.maxSteps,
    conversation: state.conversation,
    ...(parts.reader.passesOn && { passesOn: true }),
  };
}

export function stepContext(
  state: RunState,
  parts: RouterParts,
  { signal, config, emit }: Surroundings,
  ledger: SearchLedger,
  { probes, attempt = 0, onFailure }: { probes?: Probe[]; attempt?: number; onFailure?: (error: string) => void },
): StepContext {
  const { run, question, steps } = state;
  const onAnswer = (delta: string) => emit({ type: 'answer-delta', runId: state.runId, delta });
  const inner = withoutRunId(config);
  const image = async () => (run.image === undefined ? undefined : await parts.images?.get(run.image));
  return {
    // Only when asked for: most parts draw nothing.
    get seed() {
      return sha256(JSON.stringify([run.seed, question, run.image ?? null, run.member, steps.length, attempt]));
    },
    signal,
    config: inner,
    image,
    ...(run.streamAnswer && { onAnswer }),
    async search(knowledgeBase, subQuestion) {
      const probe: Probe = { knowledgeBase, subQuestion, topScores: [] };
      probes?.push(probe); // at the call, so that the order does not depend on which search ends first
      const result = await ledger.ask({
        knowledgeBase,
        subQuestion,
        image: await image(),
        signal,
        // One more, so that a search that used up the time is not followed by another step.
        timeLeftMs: run.budgets.milliseconds && run.budgets.milliseconds - (Date.now() - run.startedAt) + 1,
        config: inner,
      });
      probe.topScores = result.passages.slice(0, 5).map(({ score }) => score);
      if (result.outcome !== 'passages' && result.outcome !== 'empty') {
        probe.outcome = result.outcome;
        if (result.error !== undefined) onFailure?.(`${knowledgeBase}: ${result.error}`);
      }
      return result;
    },
  };
}

/**
 * A part that throws ends the run with a typed error. An abort, an error of our own and what LangGraph throws to pause a run
 * (an interrupt) pass unchanged.
 */
export async function guarded<T>(
  part: 'policy' | 'reader' | 'answerer',
  name: string,
  work: () => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  try {
    return await withAbort(work, signal);
  } catch (error) {
    if (signal?.aborted || isR1RouterError(error) || isGraphBubbleUp(error)) throw error;
    throw modelError(`${part}-failed`, `${part} "${name}" failed: ${messageOf(error)}`, error);
  }
}
