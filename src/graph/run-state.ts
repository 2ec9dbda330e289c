/**
 * What a run of the graph carries from node to node, what goes in, what comes out, and the knobs of a single run. Every field
 * is replaced, never appended to: so a second question on the same thread starts clean once `begin` has set the fields anew,
 * and only `conversation` is carried over.
 */
import { StateSchema, UntrackedValue } from '@langchain/langgraph';
import { z } from 'zod';
import type { Passage } from '../tools/passage.ts';
import type { Decision, Outcome, Usage } from './decision.ts';
import { RouterAnswerSchema } from './events.ts';
import type { EvidenceStep, Turn } from './policy.ts';
import { type Attempt, type PolicyTrace, type Probe, type Searched, StepRecordSchema } from './step-record.ts';
import type { SearchLedger } from './steps/search-ledger.ts';

const TurnSchema = z.object({ question: z.string(), answer: z.string().nullable() });
export const ConversationSchema = z.array(TurnSchema);

/** `image` is the hash that `ImageStore.put` returned. */
export const RouterInputSchema = z.object({
  question: z.string(),
  image: z.string().optional(),
  /** What was said before, where the caller keeps it; else that of the thread. */
  conversation: ConversationSchema.optional(),
});
export type RouterInput = z.infer<typeof RouterInputSchema>;

export const RouterOutputSchema = z.object({ ...RouterAnswerSchema.shape, steps: z.array(StepRecordSchema) });
export type RouterOutput = z.infer<typeof RouterOutputSchema>;

/** A run stops before the step that would begin with a budget used up; the step that uses it up is finished. */
export const BudgetsSchema = z.object({
  /** Tokens of language models, prompt and completion together. */
  tokens: z.number().int().positive().optional(),
  /** Time since the run began; also shortens the time-out of searches. */
  milliseconds: z.number().positive().optional(),
  /** Sum of the declared costs of the searches. */
  cost: z.number().positive().optional(),
  /** Searches, probes included. */
  searches: z.number().int().positive().optional(),
});
export type Budgets = z.infer<typeof BudgetsSchema>;

export const MAXIMUM_STEPS = 50;

/** The knobs of one run, all optional: `graph.invoke(input, { context: { seed: 7 } })`. */
export const RouterContextSchema = z.object({
  /** Default 0. */
  seed: z.union([z.number().int(), z.string()]).optional(),
  /** Default: the id of the LangChain run, where there is one, else a fresh UUIDv7. Nothing that is decided depends on it. */
  runId: z.uuid().optional(),
  /** Runs of one question that are compared with each other (a group of rollouts). */
  groupId: z.string().optional(),
  /** Which member of its group this run is; part of the key of its randomness. Default 0. */
  member: z.number().int().nonnegative().optional(),
  maxSteps: z.number().int().nonnegative().max(MAXIMUM_STEPS).optional(),
  budgets: BudgetsSchema.optional(),
  /** Whether records keep the policy's own trace (`policy.trace`): training needs it, nobody else does. Default false. */
  includeTrace: z.boolean().optional(),
  /**
   * Whether the answer is told piece by piece while it is written (the event `answer-delta`). Chat models are then streamed.
   * `streamRouter` sets it. Default false.
   */
  streamAnswer: z.boolean().optional(),
});
export type RouterContext = z.infer<typeof RouterContextSchema>;

/** Of what a checkpointer keeps of a run; older ones are brought up to date by `upgradeRunState`. */
export const RUN_STATE_VERSION = 2;

/** What `begin` settles once for the run. */
export interface RunSettings {
  /** Missing in runs of version 1. */
  version: typeof RUN_STATE_VERSION;
  image?: string;
  groupId?: string;
  seed: number | string;
  member: number;
  maxSteps: number;
  budgets: Budgets;
  includeTrace: boolean;
  streamAnswer: boolean;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** LangGraph's count of supersteps when the run began; nothing where it is not run by LangGraph. */
  firstStep?: number;
}

/** A search of a step that is not yet recorded. */
export interface PendingSearch extends Searched {
  /** Everything it found that nobody has read before, best first; of a repetition, what was read then. */
  passages: Passage[];
}

/** A step that has been decided and is not yet recorded. */
export interface PendingStep {
  id: string;
  startedAt: string;
  decision: Decision;
  attempts: Attempt[];
  thought?: string;
  trace?: PolicyTrace;
  traceHash?: string;
  fallback: boolean;
  probes: Probe[];
  searches: PendingSearch[];
  outcome: Outcome;
  error?: string;
  usage: Usage;
  timings: { decide: number; retrieve: number; read: number };
}

export interface RunState extends RouterInput, Omit<RouterOutput, 'stopReason'> {
  run: RunSettings;
  stopReason: RouterOutput['stopReason'] | null;
  /** What the steps found and read, oldest first. */
  findings: EvidenceStep[];
  pending: PendingStep | null;
  conversation: Turn[];
  /** In this process only; a run that goes on from a checkpoint restores it from the evidence. */
  ledger?: SearchLedger;
}

/** What a step function changes. */
export type RunUpdate = Partial<RunState>;

/** Typed, not checked: what nodes write comes from `steps/`. */
const internal = <T>() => z.unknown() as unknown as z.ZodType<T>;

export const RouterStateSchema = new StateSchema({
  question: internal<string>(),
  // Not checkpointed: a question without an image must not inherit that of the question before it.
  image: new UntrackedValue<string | undefined>(),
  run: internal<RunSettings>(),
  conversation: internal<Turn[]>().default(() => []),
  findings: internal<EvidenceStep[]>(),
  pending: internal<PendingStep | null>(),
  ledger: new UntrackedValue<SearchLedger>(),
  runId: internal<string>(),
  answer: internal<string | null>(),
  citations: internal<RouterOutput['citations']>(),
  evidence: internal<RouterOutput['evidence']>(),
  stopReason: internal<RunState['stopReason']>(),
  usage: internal<Usage>(),
  steps: internal<RouterOutput['steps']>(),
});

/**
 * A schema as LangGraph gets it: the fields keep their JSON schema, for Studio's forms, and lose their checks, because
 * LangGraph throws zod's list of issues as it is. `begin` checks with the real schema and throws one line.
 */
export function describedOnly(schema: z.ZodObject): z.ZodObject {
  return z.object(describedFields(schema));
}

/** The same for input and output: a development server shows only what is of the same kind as the state's schema. */
export function describedState(schema: z.ZodObject): StateSchema<Record<string, z.ZodType>> {
  return new StateSchema(describedFields(schema));
}

export function describedFields(schema: z.ZodObject): Record<string, z.ZodType> {
  const fields = Object.entries(schema.shape).map(([name, field]) => {
    const { $schema: _, ...described } = z.toJSONSchema(field);
    return [name, z.unknown().meta(described).optional()];
  });
  return Object.fromEntries(fields);
}
