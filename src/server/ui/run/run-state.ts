/** A run as the page shows it, made of its events one by one, or of a finished run's records. Pure; knows nothing of the browser. */
import type { Answer, Citation, Decision, KeptRun, Passage, Reading, RunEvent, StepRecord } from '../api/schemas.ts';

export interface Step {
  id: string;
  index: number;
  phase: 'deciding' | 'searching' | 'reading' | 'ended';
  thought?: string;
  decision?: Decision;
  passages: readonly Passage[];
  readings: readonly { subQuestion: string; reading: Reading }[];
  /** What only the end of a step tells: probes, outcomes, usage, timings. */
  record?: StepRecord;
}

export interface Run {
  question: string;
  /** Address of the question's picture. */
  image?: string;
  policy?: string;
  phase: 'running' | 'ended' | 'stopped' | 'failed';
  runId?: string;
  steps: readonly Step[];
  /** The answer as far as it is written. */
  written: string;
  answer?: Answer;
  error?: string;
  /** Wall clock from asking to the answer, or the time of the steps where nobody waited for it. */
  milliseconds?: number;
}

export function startRun(question: string, { image, policy }: { image?: string; policy?: string } = {}): Run {
  return { question, image, policy, phase: 'running', steps: [], written: '' };
}

export function applyEvent(run: Run, event: RunEvent): Run {
  switch (event.type) {
    case 'run-start':
      return { ...run, runId: event.runId };
    case 'step-start':
      return { ...run, steps: [...run.steps, emptyStep(event)] };
    case 'decision-end': {
      const { decision, thought } = event;
      return withStep(run, event, () => ({
        decision,
        thought,
        phase: decision.type === 'stop' ? 'ended' : 'searching',
      }));
    }
    case 'retrieval-end':
      return withStep(run, event, () => ({ passages: event.passages, phase: 'reading' }));
    case 'reading-end': {
      const { subQuestion, reading } = event;
      return withStep(run, event, ({ readings }) => ({ readings: [...readings, { subQuestion, reading }] }));
    }
    case 'step-end':
      return withStep(run, event, (step) => endedStep(step, event.record));
    case 'answer-delta':
      return { ...run, written: run.written + event.delta };
    case 'answer-end': {
      const { type: _type, ...answer } = event;
      return { ...run, answer, runId: answer.runId, phase: 'ended' };
    }
    default:
      return event satisfies never;
  }
}

/** A run that is looked at later. One that went on when it was asked for, or failed, has steps alone. */
export function runOfRecords(kept: KeptRun): Run {
  const steps = kept.steps.map((record) => ({ ...emptyStep(record), ...endedStep(emptyStep(record), record) }));
  const run: Run = { ...startRun(kept.question), runId: kept.runId, steps };
  if ('answer' in kept) {
    const { steps: _steps, ...answer } = kept;
    return { ...run, phase: 'ended', answer, milliseconds: recordedMilliseconds(run) };
  }
  return kept.error ? { ...run, phase: 'failed', error: kept.error.message } : run;
}

/** The time of the steps, where nobody held a watch. */
export function recordedMilliseconds({ steps }: Run): number {
  return steps.reduce((sum, { record }) => {
    const { decide, retrieve, read } = record?.timings ?? { decide: 0, retrieve: 0, read: 0 };
    return sum + decide + retrieve + read;
  }, 0);
}

/** Hash of the question's picture, where it had one. */
export function pictureOf({ steps }: Run): string | undefined {
  return steps[0]?.record?.state?.image;
}

function emptyStep({ id, index }: { id: string; index: number }): Step {
  return { id, index, phase: 'deciding', passages: [], readings: [] };
}

/** An event of a step that the page has not seen begin begins it. */
function withStep(run: Run, at: { id: string; index: number }, change: (step: Step) => Partial<Step>): Run {
  const known = run.steps.some(({ id }) => id === at.id);
  const steps = known ? run.steps : [...run.steps, emptyStep(at)];
  return { ...run, steps: steps.map((step) => (step.id === at.id ? { ...step, ...change(step) } : step)) };
}

function endedStep(step: Step, record: StepRecord): Partial<Step> {
  const subQuestion = record.decision.type === 'search' ? (record.decision.searches[0]?.subQuestion ?? '') : '';
  const recorded = record.readings?.map(({ subQuestion: asked, ...reading }) => ({ subQuestion: asked, reading }));
  return {
    record,
    phase: 'ended',
    decision: record.decision,
    thought: record.thought,
    // Events carry the tables and pictures of passages, records their texts.
    passages: step.passages.length > 0 ? step.passages : record.passages,
    readings: recorded ?? (record.reading ? [{ subQuestion, reading: record.reading }] : []),
  };
}

export function samePassage(
  left: Pick<Citation, 'passageId' | 'knowledgeBase'>,
  right: Pick<Passage, 'id' | 'knowledgeBase'>,
): boolean {
  return left.passageId === right.id && left.knowledgeBase === right.knowledgeBase;
}

/** What the answer and the readings of a step rest on. */
export function citationsOf(step: Step, run: Run): Citation[] {
  const read = step.readings.flatMap(({ reading }) => reading.citations);
  const answered = (run.answer?.citations ?? []).filter((citation) =>
    step.passages.some((passage) => samePassage(citation, passage)),
  );
  return [...read, ...answered];
}

/** The knowledge bases that a step asks, each once. */
export function chosenOf({ decision }: Step): string[] {
  return decision?.type === 'search' ? [...new Set(decision.searches.map(({ knowledgeBase }) => knowledgeBase))] : [];
}

/** The distinct sub-questions of a step. */
export function subQuestionsOf({ decision }: Step): string[] {
  return decision?.type === 'search' ? [...new Set(decision.searches.map(({ subQuestion }) => subQuestion))] : [];
}

/** One line on where the run is, for the head of the page and for screen readers. */
export function statusOf(run: Run): string {
  const step = run.steps.at(-1);
  if (run.phase === 'failed') return `Failed: ${run.error}`;
  if (run.phase === 'stopped') return 'Stopped';
  if (run.answer) return run.answer.answer === null ? 'No short answer' : `Answer: ${run.answer.answer}`;
  if (step === undefined) return 'Starting';
  const number = step.index + 1;
  if (step.phase === 'deciding') return `Step ${number}: deciding where to look`;
  if (step.phase === 'searching') return `Step ${number}: asking ${chosenOf(step).join(', ')}`;
  if (step.phase === 'reading') return `Step ${number}: reading ${step.passages.length} passages`;
  const [read] = step.readings;
  if (read) return `Step ${number}: ${read.reading.answer === null ? 'nothing read' : `found ${read.reading.answer}`}`;
  return step.decision?.type === 'stop' ? 'Writing the answer' : `Step ${number}: nothing found`;
}
