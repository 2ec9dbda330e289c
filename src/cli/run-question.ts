/** Asks a question of an open router and shows the run, as text, as one JSON object or as a stream of events. */
import { systemError } from '../common/errors.ts';
import { readImageFile } from '../config/check-image.ts';
import type { OpenRouter } from '../config/open-router.ts';
import type { RouterAnswer, RouterEvent } from '../graph/events.ts';
import type { Turn } from '../graph/policy.ts';
import type { StepRecord } from '../graph/step-record.ts';
import { searchFailure } from '../graph/steps/search-failure.ts';
import { streamRouter } from '../graph/stream.ts';
import { jsonText } from './terminal/guarded-output.ts';
import { usableColumns } from './terminal/layout.ts';
import { createLiveOutput } from './terminal/live-output.ts';
import { createRunView } from './terminal/run-view.ts';
import { createShortView } from './terminal/short-view.ts';
import { wantsColour } from './terminal/style.ts';

/** `line`: the JSON object on one line. `short`: the steps in a few lines, without the answer. */
type OutputForm = 'text' | 'short' | 'json' | 'line' | 'stream';

export interface Asked {
  question: string;
  /** Questions before this one, oldest first. */
  conversation?: Turn[];
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
  { question, image, conversation }: Asked,
  { form, signal }: { form: OutputForm; signal: AbortSignal },
): Promise<string | null> {
  const hash = image && (await router.images.put(image.bytes));
  const input = { question, ...(hash && { image: hash }), ...(conversation?.length && { conversation }) };
  const steps: StepRecord[] = [];
  // The short form tells what the policy made of other ways, which its trace holds.
  const context = form === 'short' ? { ...router.context, includeTrace: true } : router.context;
  const run = streamRouter(await router.graph(), input, { signal, context });
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
      return printObject(events, steps, 2);
    case 'line':
      return printObject(events, steps);
    case 'stream':
      return printLines(events);
    case 'text':
      return printRun(events, createRunView({ ...viewOptions(), image: image?.description }));
    case 'short':
      return printRun(events, createShortView(viewOptions()));
    default:
      return form satisfies never;
  }
}

async function printObject(
  events: AsyncIterable<RouterEvent>,
  steps: readonly StepRecord[],
  indent?: number,
): Promise<string | null> {
  let end: RouterAnswer | undefined;
  for await (const event of events) if (event.type === 'answer-end') end = event;
  if (end === undefined) throw new Error('the run ended without an answer');
  const { answer, citations, evidence, stopReason, usage, question, runId } = end;
  const output = { answer, citations, evidence, steps, usage, stopReason, question, runId };
  process.stdout.write(`${jsonText(output, indent)}\n`);
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

const viewOptions = () => ({ columns: usableColumns(process.stdout), colour: wantsColour(process.stdout) });

async function printRun(
  events: AsyncIterable<RouterEvent>,
  view: { show(event: RouterEvent): string },
): Promise<string | null> {
  let answer: string | null = null;
  const output = createLiveOutput();
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
