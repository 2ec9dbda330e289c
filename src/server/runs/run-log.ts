/**
 * The runs of the server, while they go on and for some time after: what `/v1/runs` shows, and what a client that lost its line
 * follows on from. In memory, bounded in number and in size; each belongs to the key that asked.
 */
import { z } from 'zod';
import type { RouterEvent } from '../../graph/events.ts';
import type { RouterOutput } from '../../graph/run-state.ts';
import type { StepRecord } from '../../graph/step-record.ts';

export const FeedbackSchema = z.strictObject({
  /** From -1 (wrong) or 0 to 1 (right). */
  score: z.number().min(-1).max(1),
  comment: z
    .string()
    .max(4000)
    .refine((text) => text.isWellFormed(), 'is not well-formed Unicode')
    .optional(),
});
export type Feedback = z.infer<typeof FeedbackSchema>;

type RunStatus = 'running' | 'done' | 'failed';

export interface LoggedRun {
  readonly runId: string;
  readonly owner: string;
  readonly question: string;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly events: readonly RouterEvent[];
  readonly feedback: (Feedback & { at: string })[];
  status: RunStatus;
  error?: unknown;
  /** The events from this place on, as they come. Throws what the run ended with, and the signal's reason. */
  follow(from: number, signal?: AbortSignal): AsyncGenerator<RouterEvent, void, undefined>;
  /** Undefined while the run goes on. */
  output(): RouterOutput | undefined;
}

interface RunWriter {
  run: LoggedRun;
  push(event: RouterEvent): void;
  end(): void;
  fail(error: unknown): void;
}

export interface RunLog {
  begin(about: Pick<LoggedRun, 'runId' | 'owner' | 'question'>): RunWriter;
  find(owner: string, runId: string): LoggedRun | undefined;
  /** The run that an event of this id belongs to. */
  findByEvent(owner: string, eventId: string): LoggedRun | undefined;
  /** Newest first. */
  recent(owner: string): LoggedRun[];
}

/** Characters of all runs that are remembered, about. */
const SIZE_LIMIT = 64 * 1024 * 1024;
/** What an event takes besides the texts of its passages, about. */
const EVENT_SIZE = 2_000;

export function createRunLog({ kept, sizeLimit = SIZE_LIMIT }: { kept: number; sizeLimit?: number }): RunLog {
  const runs = new Map<string, LoggedRun>(); // oldest first
  const sizes = new Map<string, number>();
  let total = 0;
  const keyOf = (owner: string, runId: string) => `${owner}\n${runId}`;

  const forget = (key: string) => {
    runs.delete(key);
    total -= sizes.get(key) ?? 0;
    sizes.delete(key);
  };
  const makeRoom = () => {
    for (const [key, run] of runs) {
      if (runs.size <= kept && total <= sizeLimit) return;
      if (run.status !== 'running') forget(key);
    }
  };

  return {
    begin(about) {
      const key = keyOf(about.owner, about.runId);
      forget(key);
      const writer = createRun(about, (size) => {
        if (runs.get(key) !== writer.run) return; // asked again under the same id meanwhile
        // What was refused before it began is no run.
        if (writer.run.events.length === 0) return forget(key);
        sizes.set(key, size);
        total += size;
        makeRoom();
      });
      runs.set(key, writer.run);
      return writer;
    },
    find: (owner, runId) => runs.get(keyOf(owner, runId)),
    findByEvent: (owner, eventId) =>
      [...runs.values()].find((run) => {
        return run.owner === owner && run.events.some((event) => 'id' in event && event.id === eventId);
      }),
    recent: (owner) => [...runs.values()].filter((run) => run.owner === owner).reverse(),
  };
}

function createRun(about: Pick<LoggedRun, 'runId' | 'owner' | 'question'>, onEnd: (size: number) => void): RunWriter {
  const events: RouterEvent[] = [];
  let listeners: (() => void)[] = [];
  const wake = () => {
    const woken = listeners;
    listeners = [];
    for (const listener of woken) listener();
  };
  const run: LoggedRun = {
    ...about,
    startedAt: new Date().toISOString(),
    events,
    feedback: [],
    status: 'running',
    async *follow(from, signal) {
      for (let at = from; ; at++) {
        while (at >= events.length) {
          if (run.status === 'done') return;
          if (run.status === 'failed') throw run.error;
          await nextOf(listeners, signal);
        }
        yield events[at]!;
      }
    },
    output: () => (run.status === 'running' ? undefined : outputOf(events)),
  };
  const close = (status: RunStatus) => {
    run.status = status;
    onEnd(events.reduce((size, event) => size + sizeOf(event), 0));
    wake();
  };
  return {
    run,
    push(event) {
      events.push(event);
      wake();
    },
    end: () => close('done'),
    fail(error) {
      run.error = error;
      close('failed');
    },
  };
}

function nextOf(listeners: (() => void)[], signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const leave = () => reject(signal?.reason);
    listeners.push(() => {
      signal?.removeEventListener('abort', leave);
      resolve();
    });
    signal?.addEventListener('abort', leave, { once: true });
  });
}

/** The answer with its steps; undefined of a run that came to none. */
function outputOf(events: readonly RouterEvent[]): RouterOutput | undefined {
  const end = events.findLast((event) => event.type === 'answer-end');
  if (!end) return undefined;
  const { type: _type, ...answer } = end;
  return { ...answer, steps: stepsOf(events) };
}

export function stepsOf(events: readonly RouterEvent[]): StepRecord[] {
  return events.flatMap((event) => (event.type === 'step-end' ? [event.record] : []));
}

/** A step's record shares the texts of its passages with the event of its retrieval. */
function sizeOf(event: RouterEvent): number {
  if (event.type !== 'retrieval-end') return EVENT_SIZE;
  return event.passages.reduce((sum, { text }) => sum + text.length + 500, EVENT_SIZE);
}
