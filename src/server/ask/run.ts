/**
 * A question into a run, whichever face it came through: what can be checked is checked first, then the graph goes and its events
 * are logged. The run does not hang on whoever listens; its place is given back when it ends, be the client ever so slow.
 */
import { v7 as uuidv7 } from 'uuid';
import { userError } from '../../common/errors.ts';
import { readDataUrl } from '../../config/check-image.ts';
import { suggestion } from '../../config/suggest.ts';
import type { RouterConfig, RouterGraph } from '../../graph/graph.ts';
import type { Turn } from '../../graph/policy.ts';
import type { Budgets } from '../../graph/run-state.ts';
import { streamRouter } from '../../graph/stream.ts';
import type { ApiKey } from '../admission/api-key.ts';
import type { SharedBudget } from '../admission/shared-budget.ts';
import { DEFAULTS, type RouterServerOptions } from '../options.ts';
import type { RequestContext } from '../request-context.ts';
import type { LoggedRun, RunLog } from '../runs/run-log.ts';
import { callbacksBelow } from '../tracing.ts';
import type { AskRequest } from './ask-request.ts';

/** What a face asks. The image is a data URL. */
export interface Asked extends AskRequest {
  /** What was said before, where the client keeps the conversation. */
  conversation?: Turn[];
}

export interface Runner {
  /** Throws user errors. Resolves when the run has begun. */
  start(asked: Asked, context: RequestContext): Promise<LoggedRun>;
}

export interface RunnerParts {
  options: RouterServerOptions;
  log: RunLog;
  /** Pixels that are being decoded. */
  pixels: SharedBudget;
  onEnd?: (run: LoggedRun, milliseconds: number) => void;
}

export function createRunner({ options, log, pixels, onEnd }: RunnerParts): Runner {
  return {
    async start(asked, context) {
      const graph = chooseGraph(asked, options);
      const settings = runSettings(asked, options, context.key);
      const { runId = uuidv7(), question, image, conversation } = asked;
      context.runId = runId;
      const hash = image === undefined ? undefined : await keepImage(image, options, pixels, context.signal);
      context.releaseBody();
      const own = options.tracing?.callbacksFor(runId);
      const callbacks = (context.trace && (await callbacksBelow(context.trace, own))) ?? own;
      const ending = endingOf(asked, options, context);
      const { releasePlace } = context;
      // A run that goes on without its client goes on in its place.
      if (asked.resumable) context.releasePlace = () => {};
      const writer = log.begin({ runId, owner: context.owner, question });
      const began = performance.now();
      const events = streamRouter(
        graph,
        { question, ...(hash !== undefined && { image: hash }), ...(conversation && { conversation }) },
        {
          signal: ending.signal,
          // The run of the trace is the run of the answer.
          runId,
          ...(callbacks && { callbacks }),
          context: { ...settings, runId },
          ...threadOf(asked, graph, { runId, owner: context.owner }),
        },
      );
      const { keeper } = options;
      const told = keeper ? keeper.keep(events, { image: hash, showTrace: asked.includeTrace }) : events;
      const pump = async () => {
        try {
          for await (const event of told) writer.push(event);
          writer.end();
        } catch (error) {
          writer.fail(error);
        } finally {
          ending.clear();
          releasePlace();
          onEnd?.(writer.run, performance.now() - began);
        }
      };
      void pump();
      return writer.run;
    },
  };
}

/** The graph of the policy that is asked for, of those with threads where a thread is. */
function chooseGraph({ policy, threadId }: Asked, options: RouterServerOptions): RouterGraph {
  const { graph, policies = {}, threads } = options;
  const offered = threadId === undefined ? { graph, policies } : (threads ?? { graph, policies });
  const named = offered.policies ?? {};
  const chosen = policy === undefined ? offered.graph : Object.hasOwn(named, policy) ? named[policy] : undefined;
  if (chosen === undefined) {
    const hint = suggestion(policy ?? '', Object.keys(named));
    throw userError('unknown-policy', `policy: unknown policy "${policy?.slice(0, 100)}"; ${hint}`);
  }
  if (threadId !== undefined && !chosen.checkpointer) {
    throw userError('no-threads', 'threadId: this server keeps no threads; ask without one');
  }
  return chosen;
}

function runSettings(
  asked: Asked,
  options: RouterServerOptions,
  key: ApiKey | undefined,
): NonNullable<RouterConfig['context']> {
  const { seed = options.seed, includeTrace } = asked;
  const most = least(options.maxSteps, key?.maxSteps);
  if (most !== undefined && asked.maxSteps !== undefined && asked.maxSteps > most) {
    throw userError('invalid-request', `maxSteps: at most ${most} on this server`);
  }
  const maxSteps = asked.maxSteps ?? most;
  const budgets = narrower(options.budgets, key?.budgets);
  return {
    ...(seed !== undefined && { seed }),
    ...((includeTrace || options.keeper) && { includeTrace: true }),
    ...(maxSteps !== undefined && { maxSteps }),
    ...(budgets && { budgets }),
  };
}

const least = (a: number | undefined, b: number | undefined) =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b);

/** Of each limit the smaller one. */
function narrower(server: Budgets | undefined, key: Budgets | undefined): Budgets | undefined {
  if (!server || !key) return server ?? key;
  const names = ['tokens', 'milliseconds', 'cost', 'searches'] as const;
  return Object.fromEntries(
    names.flatMap((name) => {
      const limit = least(server[name], key[name]);
      return limit === undefined ? [] : [[name, limit]];
    }),
  );
}

/** A thread belongs to its key. A graph that keeps threads wants one for every run. */
function threadOf(
  { threadId }: Asked,
  graph: RouterGraph,
  { runId, owner }: { runId: string; owner: string },
): Pick<RouterConfig, 'configurable'> & { durability?: 'exit' } {
  if (!graph.checkpointer) return {};
  return {
    configurable: { thread_id: threadId === undefined ? `run ${runId}` : `${owner}/${threadId}` },
    durability: 'exit',
  };
}

async function keepImage(
  image: string,
  { images, pixelLimit = DEFAULTS.pixelLimit }: RouterServerOptions,
  pixels: SharedBudget,
  signal: AbortSignal,
): Promise<string> {
  if (!images) throw userError('no-images', 'image: this server takes no images; ask without one');
  const { bytes } = await readDataUrl(image, { pixelLimit, beforeDecoding: (count) => pixels.take(count, signal) });
  return images.put(bytes);
}

interface Ending {
  signal: AbortSignal;
  clear(): void;
}

/** A client that leaves ends its run; of a resumable one only when it stays away. */
function endingOf(
  { resumable }: Asked,
  { signal, resumeMs = DEFAULTS.resumeMs }: RouterServerOptions,
  { left, ...context }: RequestContext,
): Ending {
  if (!resumable) return { signal: context.signal, clear: () => {} };
  const away = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onLeft = () => {
    timer = setTimeout(() => away.abort(left.reason), resumeMs);
    timer.unref();
  };
  left.addEventListener('abort', onLeft, { once: true });
  return {
    signal: signal ? AbortSignal.any([away.signal, signal]) : away.signal,
    clear() {
      clearTimeout(timer);
      left.removeEventListener('abort', onLeft);
    },
  };
}
