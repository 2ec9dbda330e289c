/** The first node of a run: the question is checked and every field of the state set anew. */
import type { RunnableConfig } from '@langchain/core/runnables';
import { v7 as uuidv7 } from 'uuid';
import { userError } from '../../common/errors.ts';
import { NO_USAGE } from '../decision.ts';
import type { RouterParts } from '../options.ts';
import {
  ConversationSchema,
  RouterContextSchema,
  type RouterInput,
  RUN_STATE_VERSION,
  type RunSettings,
  type RunState,
} from '../run-state.ts';
import { newLedger } from './context.ts';
import { checkImage, checkQuestion } from './input.ts';
import type { Move, Surroundings } from './move.ts';

/** Checks the input and sets every field of the run anew; of an earlier question on the thread only the conversation stays. */
export async function begin(
  state: RouterInput & Partial<RunState>,
  parts: RouterParts,
  { config, emit }: Surroundings & { config: RunnableConfig & { context?: unknown } },
): Promise<Move> {
  const question = checkQuestion(state.question, parts.questionLimit);
  await checkImage(state.image, parts);
  const conversation = ConversationSchema.safeParse(state.conversation ?? []);
  if (!conversation.success) {
    const [issue] = conversation.error.issues;
    throw userError('invalid-conversation', `conversation.${issue?.path.join('.')}: ${issue?.message}`);
  }
  const context = RouterContextSchema.safeParse(config.context ?? {});
  if (!context.success) {
    const [issue] = context.error.issues;
    throw userError('invalid-context', `context.${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { runId = uuidv7(), groupId, seed = 0, member = 0, maxSteps = parts.maxSteps } = context.data;
  const { budgets = {}, includeTrace = false, streamAnswer = false } = context.data;
  const run: RunSettings = {
    version: RUN_STATE_VERSION,
    image: state.image,
    groupId,
    seed,
    member,
    maxSteps,
    budgets,
    includeTrace,
    streamAnswer,
    startedAt: Date.now(),
  };
  emit({ type: 'run-start', runId, question });
  const update = {
    question,
    // It stands in `run`; a field that was never written costs LangGraph an exception at every node.
    image: undefined,
    run,
    conversation: conversation.data,
    findings: [],
    pending: null,
    ledger: newLedger(parts),
    runId,
    answer: null,
    citations: [],
    evidence: [],
    stopReason: maxSteps === 0 ? ('max-steps' as const) : null,
    usage: NO_USAGE,
    steps: [],
  };
  return { update, next: maxSteps === 0 ? 'conclude' : 'decide' };
}
