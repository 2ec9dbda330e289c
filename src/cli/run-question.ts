/** Asks a question of an open router and shows the run, as text, as one JSON object or as a stream of events. */
import { systemError } from '../common/errors.ts';
import { readImageFile } from '../config/check-image.ts';
import type { OpenRouter } from '../config/open-router.ts';
import type { RouterAnswer, RouterEvent } from '../graph/events.ts';
import type { StepRecord } from '../graph/step-record.ts';
import { searchFailure } from '../graph/steps/search-failure.ts';
import { streamRouter } from '../graph/stream.ts';
import { jsonText } from './terminal/guarded-output.ts';
import { usableColumns } from './terminal/layout.ts';
import { createLiveOutput } from './terminal/live-output.ts';
import { createRunView } from './terminal/run-view.ts';
import { wantsColour } from './terminal/style.ts';

type OutputForm = 'text' | 'json' | 'stream';

export interface Asked {
  question: string;
  image?: LoadedImage;
}

interface LoadedImage {
  bytes: Uint8Array;
  /** As shown beside the question. */
  description: string;
}

export async function loadImage(path: string): Promise<LoadedImage> {
  const { bytes, width, height } = await readImageFile(path);
  return { bytes, description: `${path} (${width} x ${height})` };
}

/** Resolves to the answer; null is an abstention. Throws `knowledge-bases-failed` where no search of the run was answered. */
export async function runQuestion(
  router: OpenRouter,
  { question, image }: Asked,
  { form, signal }: { form: OutputForm; signal: AbortSignal },
): Promise<string | null> {
  const hash = image && (await router.images.put(image.bytes));
  const input = { question, ...(hash && { image: hash }) };
  const steps: StepRecord[] = [];
  const run = streamRouter(await router.graph(), input, { signal, context: router.context });
  const events = recording(router.keeper ? router.keeper.keep(run, { image: hash }) : run, steps);
  const answer = await print(events, steps, form, image);
  const failure = answer === null ? searchFailure(steps) : undefined;
  if (failure !== undefined) {
    throw systemError(
      'knowledge-bases-failed',
      `no knowledge base could be searched (${failure}); r1-router kb check says what is wrong`,
    );
  }
  return answer;
}

/** The same events; the records of finished steps are kept in `steps`. */
async function* recording(events: AsyncIterable<RouterEvent>, steps: StepRecord[]): AsyncGenerator<RouterEvent> {
  for await (const event of events) {
    if (event.type === 'step-end') steps.push(event.record);
    yield event;
  }
}

function print(
  events: AsyncIterable<RouterEvent>,
  steps: readonly StepRecord[],
  form: OutputForm,
  image: LoadedImage | undefined,
): Promise<string | null> {
  switch (form) {
    case 'json':
      return printObject(events, steps);
    case 'stream':
      return printLines(events);
    case 'text':
      return printRun(events, image?.description);
    default:
      return form satisfies never;
  }
}

async function printObject(events: AsyncIterable<RouterEvent>, steps: readonly StepRecord[]): Promise<string | null> {
  let end: RouterAnswer | undefined;
  for await (const event of events) if (event.type === 'answer-end') end = event;
  if (end === undefined) throw new Error('the run ended without an answer');
  const { answer, citations, evidence, stopReason, usage, question, runId } = end;
  const output = { answer, citations, evidence, steps, usage, stopReason, question, runId };
  process.stdout.write(`${jsonText(output, 2)}\n`);
  return answer;
}

async function printLines(events: AsyncIterable<RouterEvent>): Promise<string | null> {
  let answer: string | null = null;
  for await (const event of events) {
    process.stdout.write(`${jsonText(event)}\n`);
    if (event.type === 'answer-end') answer = event.answer;
  }
  return answer;
}

async function printRun(events: AsyncIterable<RouterEvent>, image: string | undefined): Promise<string | null> {
  let answer: string | null = null;
  const output = createLiveOutput();
  const view = createRunView({ columns: usableColumns(process.stdout), colour: wantsColour(process.stdout), image });
  try {
    for await (const event of events) {
      output.print(view.show(event));
      output.status(nextUp(event));
      if (event.type === 'answer-end') answer = event.answer;
    }
  } finally {
    output.clear();
  }
  return answer;
}

/** What happens after this event, for the passing line. */
function nextUp(event: RouterEvent): string {
  switch (event.type) {
    case 'run-start':
    case 'step-start':
    case 'step-end':
      return 'deciding …';
    case 'decision-end':
      return event.decision.type === 'search' ? 'searching …' : 'answering …';
    case 'retrieval-end':
      return 'reading …';
    case 'reading-end':
      return 'deciding …';
    case 'answer-delta':
      return 'answering …';
    case 'answer-end':
      return '';
    default:
      return event satisfies never;
  }
}
