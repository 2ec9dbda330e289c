/** Runs golden cases on the sources as they are. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { MemorySaver } from '@langchain/langgraph';
import { type GoldenCase, type GoldenOutcome, type GoldenRun, GoldenRunSchema } from './golden-run.ts';
import { normalOutcome } from './normal-form.ts';
import {
  createRouterGraph,
  driveRouter,
  isR1RouterError,
  memoryImageStore,
  openKnowledgeBases,
  type RouterContext,
  type RouterGraphOptions,
  type RouterOutput,
} from './parts.ts';
import { systemOf } from './systems.ts';

const ATLAS = new URL('../../data/atlas/', import.meta.url);
export const FIXTURE = fileURLToPath(new URL('./fixtures/runs.jsonl.gz', import.meta.url));

export interface ReplayOptions {
  /** Of each run's turn: its tracers. */
  callbacks?: (id: string) => BaseCallbackHandler[] | undefined;
  /** Whether records keep the traces of their policies. Default true: they hold some of what is compared. */
  includeTrace?: boolean;
  /** Given every output as it came. */
  onOutput?: (golden: GoldenCase, output: RouterOutput) => void;
}

export interface Replayer {
  knowledgeBases: RouterGraphOptions['knowledgeBases'];
  images: ReturnType<typeof memoryImageStore>;
  replay(golden: GoldenCase, options?: ReplayOptions): Promise<GoldenOutcome[]>;
  /** Outcomes in the order of the cases, so many at once. */
  replayAll(cases: readonly GoldenCase[], concurrency: number, options?: ReplayOptions): Promise<GoldenOutcome[][]>;
  close(): Promise<void>;
}

export async function readGoldenRuns(): Promise<GoldenRun[]> {
  const lines = gunzipSync(await readFile(FIXTURE))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => GoldenRunSchema.parse(JSON.parse(line)));
}

export async function openReplayer(): Promise<Replayer> {
  const atlas = await openKnowledgeBases();
  const images = memoryImageStore();
  const systems = new Map<string, ReturnType<typeof systemOf>>();
  const partsOf = (golden: GoldenCase) => {
    const key = `${golden.system}/${golden.variant ?? ''}`;
    const known = systems.get(key) ?? systemOf(golden);
    systems.set(key, known);
    return known;
  };

  async function replay(
    golden: GoldenCase,
    { callbacks, includeTrace = true, onOutput }: ReplayOptions = {},
  ): Promise<GoldenOutcome[]> {
    const knowledgeBases = atlas.knowledgeBases.map((base) => troubled(base, golden));
    const patience = golden.hanging && { searchTimeoutMs: 20 };
    const asked = { ...golden, context: { ...golden.context, includeTrace } };
    const ask = askerOf(asked, { knowledgeBases, images, ...patience, ...(await partsOf(golden)) });
    const outcomes: GoldenOutcome[] = [];
    for (const { question, image } of golden.turns) {
      const hash = image === undefined ? undefined : await images.put(await readFile(new URL(image, ATLAS)));
      const input = { question, ...(hash !== undefined && { image: hash }) };
      try {
        const output = await ask(input, callbacks?.(golden.id));
        onOutput?.(golden, output);
        outcomes.push(normalOutcome(output));
      } catch (error) {
        if (!isR1RouterError(error)) throw error;
        outcomes.push({ failed: error.code, message: error.message });
      }
    }
    return outcomes;
  }

  return {
    knowledgeBases: atlas.knowledgeBases,
    images,
    replay,
    async replayAll(cases, concurrency, options) {
      const outcomes: GoldenOutcome[][] = [];
      let next = 0;
      const worker = async () => {
        while (next < cases.length) {
          const place = next++;
          outcomes[place] = await replay(cases[place]!, options);
        }
      };
      await Promise.all(Array.from({ length: concurrency }, worker));
      return outcomes;
    },
    close: () => atlas.close(),
  };
}

type Ask = (
  input: { question: string; image?: string },
  callbacks: BaseCallbackHandler[] | undefined,
) => Promise<RouterOutput>;

/** Asks turn after turn, through the graph on a thread of its own or through the plain driver. */
function askerOf(
  { way, context, turns, id }: GoldenCase & { context: RouterContext },
  options: RouterGraphOptions,
): Ask {
  if (way === 'graph') {
    const threaded = turns.length > 1;
    const graph = createRouterGraph({ ...options, ...(threaded && { checkpointer: new MemorySaver() }) });
    const config = { context, ...(threaded && { configurable: { thread_id: id } }) };
    return (input, callbacks) => graph.invoke(input, { ...config, callbacks });
  }
  const drive = driveRouter(options);
  const conversation: { question: string; answer: string | null }[] = [];
  return async (input, callbacks) => {
    const output = await drive(input, { context, conversation, callbacks });
    conversation.push({ question: output.question, answer: output.answer });
    return output;
  };
}

type Base = RouterGraphOptions['knowledgeBases'][number];

function troubled(base: Base, { failing, hanging }: GoldenCase): Base {
  const { name, description, modality, cost } = base;
  const card = { name, description, modality, cost };
  if (hanging) return { ...card, search: () => new Promise<never>(() => {}) };
  if (name !== failing) return base;
  const search = async (): Promise<never> => {
    throw new Error(`${name} is closed for the day`);
  };
  return { ...card, search };
}
