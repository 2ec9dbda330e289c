/**
 * Runs that were served, kept to learn from: one line a run in `runs.jsonl`, with its step records as they were, passages by reference and pictures by
 * their hash. What people thought of them stands beside it in `feedback.jsonl`, under LangSmith's keys. Nothing is kept unless it is asked for.
 */
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, systemError, userError } from '../../common/errors.ts';
import { UsageSchema } from '../decision.ts';
import type { RouterEvent } from '../events.ts';
import { StopReasonSchema } from '../events.ts';
import { CitationSchema, type StepRecord } from '../step-record.ts';
import { readStepRecord } from '../step-record-migration.ts';

const RUNS = 'runs.jsonl';
const FEEDBACK = 'feedback.jsonl';

const KeptRunSchema = z.object({
  version: z.literal(1),
  runId: z.string(),
  at: z.string(),
  question: z.string(),
  /** Hash of the picture; its bytes are not kept. */
  image: z.string().optional(),
  answer: z.string().nullable(),
  stopReason: StopReasonSchema,
  usage: UsageSchema,
  citations: z.array(CitationSchema.pick({ passageId: true, knowledgeBase: true })),
  /** What was shown as evidence, the best first. */
  evidence: z.array(z.object({ passageId: z.string(), knowledgeBase: z.string() })),
  /** `contentHash` is that of the whole record; of its passages only the places are here. */
  steps: z.array(z.unknown().transform((step) => readStepRecord(step))),
});
export type KeptRun = z.output<typeof KeptRunSchema>;

/** LangSmith's keys: what was judged, and how. */
const FeedbackSchema = z.object({
  /** e.g. `helpful`. A later word under the same key replaces the earlier. */
  key: z.string().min(1).max(100).default('user_score'),
  /** In [0, 1], or a thumb. */
  score: z.union([z.number().min(0).max(1), z.boolean()]).nullish(),
  value: z.union([z.string(), z.number(), z.boolean()]).nullish(),
  comment: z.string().max(10_000).nullish(),
  /** What would have been right, e.g. `{answer: "58 euros"}`. */
  correction: z.looseObject({ answer: z.string().optional() }).nullish(),
});
export type Feedback = z.output<typeof FeedbackSchema>;

const FeedbackLineSchema = FeedbackSchema.extend({ version: z.literal(1), runId: z.string(), at: z.string() });

export interface RunKeeper {
  readonly directory: string;
  /**
   * The same events, with the run kept at its end. Run the graph with `includeTrace`, or nothing can be learnt from its decisions; the traces are
   * left out of the events again unless `showTrace`.
   */
  keep(
    events: AsyncIterable<RouterEvent>,
    asked?: { image?: string; showTrace?: boolean },
  ): AsyncGenerator<RouterEvent, void, undefined>;
}

/** Makes the folder. A run that cannot be written is told to `onError`, and answered all the same. */
export async function openRunKeeper(
  directory: string,
  { onError = () => {} }: { onError?: (error: unknown) => void } = {},
): Promise<RunKeeper> {
  await mkdir(directory, { recursive: true }).catch((error: unknown) => {
    throw userError(
      'keep-runs',
      `--keep-runs ${directory}: cannot be made a folder (${messageOf(error)}); choose another`,
      error,
    );
  });
  const file = join(directory, RUNS);
  return {
    directory,
    async *keep(events, { image, showTrace = false } = {}) {
      const steps: StepRecord[] = [];
      for await (const event of events) {
        if (event.type === 'step-end') steps.push(event.record);
        if (event.type === 'answer-end') {
          await appendFile(file, `${JSON.stringify(lineOf(event, steps, image))}\n`).catch(onError);
        }
        yield event.type === 'step-end' && !showTrace ? { ...event, record: withoutTrace(event.record) } : event;
      }
    },
  };
}

function lineOf(
  { runId, question, answer, stopReason, usage, citations, evidence }: Extract<RouterEvent, { type: 'answer-end' }>,
  steps: readonly StepRecord[],
  image: string | undefined,
) {
  const placeOf = ({ passageId, knowledgeBase }: { passageId: string; knowledgeBase: string }) => ({
    passageId,
    knowledgeBase,
  });
  return {
    version: 1,
    runId,
    at: new Date().toISOString(),
    question,
    ...(image === undefined ? {} : { image }),
    answer,
    stopReason,
    usage,
    citations: citations.map(placeOf),
    evidence: evidence.map(placeOf),
    steps: steps.map(byReference),
  };
}

/** What passages say stays where it is. */
function byReference(record: StepRecord): StepRecord {
  const passages = record.passages.map(
    ({ text: _text, title: _title, url: _url, metadata: _metadata, ...place }) => place,
  );
  return { ...record, passages };
}

function withoutTrace(record: StepRecord): StepRecord {
  const { trace: _trace, ...policy } = record.policy;
  return { ...record, policy };
}

/** Adds what somebody thought of a run; whether there is such a run is for the caller to know. */
export async function appendFeedback(directory: string, runId: string, feedback: Feedback): Promise<void> {
  const line = { version: 1, runId, at: new Date().toISOString(), ...feedback };
  await appendFile(join(directory, FEEDBACK), `${JSON.stringify(line)}\n`).catch((error: unknown) => {
    throw systemError('write-failed', `cannot write ${join(directory, FEEDBACK)}: ${messageOf(error)}`, error);
  });
}

export interface JudgedRun extends KeptRun {
  /** The last word under each key. */
  feedback: Feedback[];
  /** In [0, 1]; undefined where nobody gave a score. */
  reward?: number;
}

/** Every run of a folder with what was thought of it. A line that a kill has torn is left out. Throws `runs-missing` and `runs-damaged`. */
export async function readKeptRuns(directory: string): Promise<JudgedRun[]> {
  const file = join(directory, RUNS);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw userError(
      'runs-missing',
      `${file}: cannot be read (${messageOf(error)}); name the folder that --keep-runs was given`,
      error,
    );
  });
  const feedback = await readFile(join(directory, FEEDBACK), 'utf8').catch(() => '');
  const byRun = new Map<string, Map<string, Feedback>>();
  for (const { runId, version: _version, at: _at, ...said } of linesOf(
    feedback,
    FeedbackLineSchema,
    join(directory, FEEDBACK),
  )) {
    byRun.set(runId, (byRun.get(runId) ?? new Map()).set(said.key, said));
  }
  return linesOf(text, KeptRunSchema, file).map((run) => {
    const said = [...(byRun.get(run.runId)?.values() ?? [])];
    const reward = rewardOf(said);
    return { ...run, feedback: said, ...(reward === undefined ? {} : { reward }) };
  });
}

/** The mean of the scores; a thumb is 1 or 0. */
export function rewardOf(feedback: readonly Feedback[]): number | undefined {
  const scores = feedback.flatMap(({ score }) => (score === null || score === undefined ? [] : [Number(score)]));
  return scores.length === 0 ? undefined : scores.reduce((a, b) => a + b, 0) / scores.length;
}

function linesOf<S extends z.ZodType>(text: string, schema: S, file: string): z.output<S>[] {
  // What follows the last line end was torn.
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.flatMap((line, index) => {
    if (line === '') return [];
    try {
      return [schema.parse(JSON.parse(line))];
    } catch (error) {
      throw systemError('runs-damaged', `${file}:${index + 1}: damaged (${messageOf(error)}); delete that line`, error);
    }
  });
}
