/**
 * What the page reads of the server's replies, and no more: a reply of a newer server still parses. Loose on purpose, because a
 * part that is missing hides a part of the page and must not break the rest.
 */
import * as z from 'zod/mini';

// A page without `eval` lets nothing compile schemas; zod would try, and the browser would complain.
z.config({ jitless: true });

const CitationSchema = z.object({
  passageId: z.string(),
  knowledgeBase: z.string(),
  title: z.optional(z.string()),
  url: z.optional(z.string()),
  quote: z.optional(z.string()),
});
export type Citation = z.infer<typeof CitationSchema>;

const ReadingSchema = z.object({
  answer: z.nullable(z.string()),
  citations: z.array(CitationSchema),
  confidence: z.optional(z.number()),
});
export type Reading = z.infer<typeof ReadingSchema>;

const TableSchema = z.object({
  title: z.optional(z.string()),
  caption: z.optional(z.string()),
  header: z.array(z.string()),
  rows: z.array(z.array(z.string())),
});
export type Table = z.infer<typeof TableSchema>;

const PassageSchema = z.object({
  id: z.string(),
  documentId: z.string(),
  knowledgeBase: z.string(),
  score: z.number(),
  title: z.optional(z.string()),
  url: z.optional(z.string()),
  text: z.optional(z.string()),
  table: z.optional(TableSchema),
  /** `file`: as the server has it; `url`: of the picture or its page, elsewhere. */
  image: z.optional(z.object({ file: z.optional(z.string()), url: z.optional(z.string()) })),
});
export type Passage = z.infer<typeof PassageSchema>;

const EvidenceSchema = z.object({
  text: z.string(),
  passageId: z.string(),
  knowledgeBase: z.string(),
  title: z.optional(z.string()),
  highlights: z.array(z.tuple([z.number(), z.number()])),
});
export type Evidence = z.infer<typeof EvidenceSchema>;

const SearchSchema = z.object({ subQuestion: z.string(), knowledgeBase: z.string() });
const DecisionSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('search'), searches: z.array(SearchSchema) }),
  z.object({ type: z.literal('stop') }),
  z.object({ type: z.literal('invalid'), reason: z.string(), raw: z.string() }),
]);
export type Decision = z.infer<typeof DecisionSchema>;

const UsageSchema = z.object({
  searches: z.number(),
  reads: z.number(),
  modelCalls: z.number(),
  tokens: z.object({ input: z.number(), output: z.number() }),
  cost: z.number(),
});

const ProbeSchema = z.object({
  knowledgeBase: z.string(),
  topScores: z.array(z.number()),
  outcome: z.optional(z.string()),
});
export type Probe = z.infer<typeof ProbeSchema>;

const StepRecordSchema = z.object({
  id: z.string(),
  index: z.number(),
  state: z.optional(z.object({ image: z.optional(z.string()) })),
  decision: DecisionSchema,
  attempts: z.array(z.object({ invalid: z.optional(z.string()) })),
  thought: z.optional(z.string()),
  fallback: z.optional(z.boolean()),
  error: z.optional(z.string()),
  repeatOf: z.optional(z.number()),
  policy: z.object({ name: z.string() }),
  searches: z.array(z.object({ knowledgeBase: z.string(), outcome: z.string(), error: z.optional(z.string()) })),
  outcome: z.string(),
  passages: z.array(PassageSchema),
  probes: z.array(ProbeSchema),
  reading: z.optional(ReadingSchema),
  readings: z.optional(z.array(z.extend(ReadingSchema, { subQuestion: z.string() }))),
  usage: UsageSchema,
  timings: z.object({ startedAt: z.string(), decide: z.number(), retrieve: z.number(), read: z.number() }),
});
export type StepRecord = z.infer<typeof StepRecordSchema>;

const answer = {
  runId: z.string(),
  question: z.string(),
  answer: z.nullable(z.string()),
  citations: z.array(CitationSchema),
  evidence: z.array(EvidenceSchema),
  stopReason: z.string(),
  usage: UsageSchema,
};
const AnswerSchema = z.object(answer);
export type Answer = z.infer<typeof AnswerSchema>;

const RunOutputSchema = z.object({ ...answer, steps: z.array(StepRecordSchema) });

/** A run that is kept; one that goes on or failed has its steps alone. */
export const KeptRunSchema = z.union([
  RunOutputSchema,
  z.object({
    runId: z.string(),
    question: z.string(),
    steps: z.array(StepRecordSchema),
    status: z.optional(z.string()),
    error: z.optional(z.object({ message: z.string() })),
  }),
]);
export type KeptRun = z.infer<typeof KeptRunSchema>;

const step = { id: z.string(), index: z.number() };
export const RunEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run-start'), runId: z.string() }),
  z.object({ type: z.literal('step-start'), ...step }),
  z.object({ type: z.literal('decision-end'), ...step, thought: z.optional(z.string()), decision: DecisionSchema }),
  z.object({ type: z.literal('retrieval-end'), ...step, outcome: z.string(), passages: z.array(PassageSchema) }),
  z.object({ type: z.literal('reading-end'), ...step, subQuestion: z.string(), reading: ReadingSchema }),
  z.object({ type: z.literal('step-end'), ...step, record: StepRecordSchema }),
  z.object({ type: z.literal('answer-delta'), delta: z.string() }),
  z.object({ type: z.literal('answer-end'), ...answer }),
]);
export type RunEvent = z.infer<typeof RunEventSchema>;
export const RUN_EVENTS: ReadonlySet<string> = new Set(
  RunEventSchema.def.options.map(({ def }) => def.shape.type.def.values[0]!),
);

export const KnowledgeBasesSchema = z.object({
  knowledgeBases: z.array(
    z.object({
      name: z.string(),
      description: z.string(),
      modality: z.string(),
      cost: z.number(),
      size: z.optional(z.nullable(z.union([z.number(), z.object({ documents: z.number() })]))),
    }),
  ),
});
export type KnowledgeBase = z.infer<typeof KnowledgeBasesSchema>['knowledgeBases'][number];

export const PassagesSchema = z.object({ passages: z.array(PassageSchema) });

export const RunsSchema = z.object({
  runs: z.array(
    z.object({
      runId: z.string(),
      question: z.string(),
      answer: z.nullable(z.string()),
      startedAt: z.string(),
      status: z.optional(z.string()),
      stopReason: z.optional(z.nullable(z.string())),
    }),
  ),
});
export type RunSummary = z.infer<typeof RunsSchema>['runs'][number];

export const ReportsSchema = z.object({
  reports: z.array(
    z.object({ title: z.string(), file: z.string(), address: z.string(), modifiedAt: z.string(), bytes: z.number() }),
  ),
});
export type Report = z.infer<typeof ReportsSchema>['reports'][number];

const FindingSchema = z.object({ where: z.optional(z.string()), message: z.string() });
export type Finding = z.infer<typeof FindingSchema>;

/** What came of an upload. */
export const UploadReportSchema = z.object({
  documents: z.number(),
  passages: z.number(),
  duplicates: z.optional(z.number()),
  imagesMissing: z.optional(z.number()),
  errors: z.array(FindingSchema),
  /** What was not read, or in another way than it asks for. */
  notes: z.optional(z.array(FindingSchema)),
});
export type UploadReport = z.infer<typeof UploadReportSchema>;

export const UploadProgressSchema = z.object({ bytes: z.number(), totalBytes: z.number() });

export const SettingsSchema = z.object({
  policies: z.array(z.string()),
  offers: z.optional(z.array(z.string())),
  examples: z.array(z.object({ question: z.string(), image: z.optional(z.string()) })),
  reports: z.boolean(),
});
export type Settings = z.infer<typeof SettingsSchema>;

export const ErrorBodySchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
