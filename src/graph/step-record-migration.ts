/**
 * Step records of any version, brought up to date: every reader of files that hold them comes through here. What version 1 did
 * not say is not invented: its tokens were one sum and stand under `input`, and of a search of every knowledge base it kept
 * the names only where something was found, unless the caller knows them.
 */
import { z } from 'zod';
import { systemError } from '../common/errors.ts';
import type { Decision, Usage } from './decision.ts';
import { RouterOutputSchema } from './run-state.ts';
import {
  type Attempt,
  type HistoryEntry,
  type PolicyTrace,
  policyTraceHash,
  type Searched,
  STEP_RECORD_VERSION,
  type StepRecord,
  StepRecordSchema,
  stepContentHash,
} from './step-record.ts';
import { EVERYWHERE_V1, type StepRecordV1, StepRecordV1Schema } from './step-record-v1.ts';

export interface ReadStepRecordOptions {
  /** Names of all knowledge bases that the run had. Default: those that the record itself names. */
  knowledgeBases?: readonly string[];
}

/**
 * A record that was parsed from JSON, whatever its version. One of an older version gets a new `contentHash` and keeps the old
 * one as `originalContentHash`. Throws `invalid-record` naming the field.
 */
export function readStepRecord(json: unknown, options: ReadStepRecordOptions = {}): StepRecord {
  const version = versionOf(json);
  if (version === 1) return fromVersion1(checked(StepRecordV1Schema, json), options);
  if (version === STEP_RECORD_VERSION) return checked(StepRecordSchema, json);
  throw systemError(
    'invalid-record',
    `step record: schemaVersion ${JSON.stringify(version) ?? 'missing'} is not known; this program reads up to ${STEP_RECORD_VERSION}`,
  );
}

/** An output of the graph as an older version wrote it, as today's; anything else is returned as it is, for a schema to judge. */
function upgradeRouterOutput(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || !('steps' in json) || !Array.isArray(json.steps)) return json;
  // Outputs from before there was evidence.
  if (!('evidence' in json)) return upgradeRouterOutput({ ...json, evidence: [] });
  if (json.steps.every((step) => versionOf(step) === STEP_RECORD_VERSION) && !hasOldUsage(json)) return json;
  const knowledgeBases = namesIn(json.steps);
  const steps = json.steps.map((step: unknown) => readStepRecord(step, { knowledgeBases }));
  return { ...json, steps, ...(hasOldUsage(json) && { usage: upgradeUsage(json.usage) }) };
}

/** For files that hold outputs of the graph. */
export const StoredRouterOutputSchema = z.preprocess(upgradeRouterOutput, RouterOutputSchema);

interface OldUsage extends Omit<Usage, 'tokens'> {
  tokens: number;
}

function hasOldUsage(output: object): output is { usage: OldUsage } {
  const { usage } = output as { usage?: { tokens?: unknown } };
  return typeof usage?.tokens === 'number';
}

export function upgradeUsage(usage: OldUsage): Usage {
  return { ...usage, tokens: { input: usage.tokens, output: 0 } };
}

function versionOf(json: unknown): unknown {
  return typeof json === 'object' && json !== null && 'schemaVersion' in json ? json.schemaVersion : undefined;
}

function checked<Schema extends z.ZodType>(schema: Schema, json: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw systemError('invalid-record', `step record: ${issue?.path.join('.') || 'it'}: ${issue?.message}`);
}

/** Knowledge bases that old records of one run name, in order of appearance. */
function namesIn(records: readonly unknown[]): string[] {
  const names = records.flatMap((json) => {
    const record = StepRecordV1Schema.safeParse(json).data;
    if (!record) return [];
    const { decision, probes, passages } = record;
    const asked = decision.type === 'search' ? [decision.knowledgeBase] : [];
    return [...asked, ...[...passages, ...probes].map(({ knowledgeBase }) => knowledgeBase)];
  });
  return [...new Set(names)].filter((name) => name !== EVERYWHERE_V1);
}

function fromVersion1(old: StepRecordV1, { knowledgeBases }: ReadStepRecordOptions): StepRecord {
  const { contentHash, state, candidates: _c, invalid: _i, policy, usage, decision, passages, ...same } = old;
  const known = knowledgeBases ?? namesIn([old]);
  const all = known.length > 0 ? known : [EVERYWHERE_V1];
  const searches = searchesOf(old, all);
  const trace = traceOfVersion1(old);
  const draft: StepRecord = {
    ...same,
    schemaVersion: STEP_RECORD_VERSION,
    contentHash: '',
    originalContentHash: contentHash,
    state: { ...state, history: state.history.map((entry) => upgradeHistory(entry, all)) },
    decision: upgradeDecision(decision, all),
    attempts: attemptsOfVersion1(old),
    policy: {
      name: policy.name,
      version: policy.version,
      ...(trace && { traceHash: policyTraceHash(trace), trace }),
    },
    searches,
    passages: passages.map((passage) => {
      const search = searches.findIndex(({ knowledgeBase }) => knowledgeBase === passage.knowledgeBase);
      return searches.length > 1 && search > 0 ? { ...passage, search } : passage;
    }),
    usage: upgradeUsage(usage),
  };
  // Parsed once more, so that the keys stand in the order of the schema.
  return StepRecordSchema.parse({ ...draft, contentHash: stepContentHash(draft) });
}

/** `all` are the names that a search of every knowledge base stands for. */
export function upgradeHistory(
  { subQuestion, knowledgeBase, outcome, answer }: StepRecordV1['state']['history'][number],
  all: readonly string[],
): HistoryEntry {
  const knowledgeBases = knowledgeBase === EVERYWHERE_V1 ? [...all] : [knowledgeBase];
  return { subQuestion, knowledgeBases, outcome, answer };
}

export function upgradeDecision(decision: StepRecordV1['decision'], all: readonly string[]): Decision {
  if (decision.type !== 'search') return decision;
  const { subQuestion, knowledgeBase } = decision;
  const names = knowledgeBase === EVERYWHERE_V1 ? all : [knowledgeBase];
  return { type: 'search', searches: names.map((name) => ({ subQuestion, knowledgeBase: name })) };
}

/** Of a search of every knowledge base, what each came to can be told from the passages and the error. */
function searchesOf(
  { decision: old, outcome, passages, error, repeatOf }: StepRecordV1,
  all: readonly string[],
): Searched[] {
  const decision = upgradeDecision(old, all);
  if (decision.type !== 'search') return [];
  const alone = decision.searches.length === 1;
  return decision.searches.map((search) => {
    const name = search.knowledgeBase;
    const found = passages.some(({ knowledgeBase }) => knowledgeBase === name);
    const failed = alone ? outcome === 'unavailable' || outcome === 'timeout' : error?.startsWith(`${name}: `);
    const came = alone || found || outcome !== 'passages' ? outcome : failed ? 'unavailable' : 'empty';
    return {
      ...search,
      outcome: came,
      ...(failed && error !== undefined && { error }),
      ...(repeatOf !== undefined && { repeatOf }),
    };
  });
}

/** What version 1 kept of the sampling was that of the last output. */
export function attemptsOfVersion1({
  invalid = [],
  fallback,
  policy,
}: Pick<StepRecordV1, 'invalid' | 'fallback' | 'policy'>): Attempt[] {
  const { temperature, promptTokenIds, tokenIds, logProbabilities } = policy;
  const kept: Attempt = {
    ...(temperature !== undefined && { temperature }),
    ...(promptTokenIds && { promptTokenIds }),
    ...(tokenIds && { tokenIds }),
    ...(logProbabilities && { logProbabilities }),
  };
  const attempts = invalid.map((output): Attempt => {
    return output.type === 'invalid' ? { invalid: output.reason, raw: output.raw } : {};
  });
  if (!fallback) return [...attempts, kept];
  const last = attempts.pop();
  return [...attempts, { ...last, ...kept }];
}

/** What was the policies' own. */
export function traceOfVersion1({
  candidates,
  policy: { actionId, scores },
}: Pick<StepRecordV1, 'candidates' | 'policy'>): PolicyTrace | undefined {
  if (candidates === undefined && actionId === undefined && scores === undefined) return undefined;
  return {
    version: 1,
    ...(candidates && { candidates }),
    ...(actionId !== undefined && { actionId }),
    ...(scores && { scores }),
  };
}
