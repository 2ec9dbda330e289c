/**
 * The sessions of an environment: each has one episode at a time and knows nothing of the others. There are only so many, and one
 * that is idle for too long is ended, so that a client that died takes no place.
 */
import { randomUUID } from 'node:crypto';
import { userError } from '../../common/errors.ts';
import type { RewardConfig } from '../rewards/index.ts';
import type { Action } from './action.ts';
import { type EnvironmentGraph, type Episode, type Observation, startEpisode } from './episode.ts';
import { contextOf, type Reset, type Tasks } from './reset.ts';

export interface EnvironmentOptions {
  graph: EnvironmentGraph;
  tasks: Tasks;
  rewards: RewardConfig;
  seed?: number | string;
  maxSteps?: number;
  /** Sessions at once. Default 256. */
  sessions?: number;
  /** Milliseconds without a message after which a session ends. Default 600,000. */
  idleMs?: number;
  /** The data URL of a question's picture, where agents are to see it. */
  picture?: (hash: string) => Promise<string | undefined>;
}

/** An observation with what episode it is of. */
export interface SessionObservation extends Observation {
  episodeId: string;
  questionId: string;
  question: string;
  /** With the first observation: the picture of the question. */
  picture?: string;
  toolName?: string;
}

export interface Session {
  readonly id: string;
  readonly episodeId: string | undefined;
  readonly episode: Episode | undefined;
  reset(reset: Reset): Promise<SessionObservation>;
  /** One at a time; throws `no-episode` before a reset. */
  act(action: Action): Promise<SessionObservation>;
  /** Told once, when the session ends by itself. */
  onEnd: (reason: string) => void;
}

export interface Sessions {
  /** Throws `environment-full` where all places are taken. */
  open(): Session;
  find(id: string): Session | undefined;
  close(id: string, reason?: string): void;
  closeAll(reason: string): void;
  readonly count: number;
  readonly most: number;
  readonly options: EnvironmentOptions;
}

const DEFAULT_SESSIONS = 256;
const DEFAULT_IDLE_MS = 600_000;

interface Kept {
  session: Session;
  touch(): void;
  end(reason: string): void;
  isIdle(now: number): boolean;
}

export function createSessions(options: EnvironmentOptions): Sessions {
  const { sessions: most = DEFAULT_SESSIONS, idleMs = DEFAULT_IDLE_MS } = options;
  const all = new Map<string, Kept>();
  const reaper = setInterval(
    () => {
      const now = performance.now();
      for (const [id, kept] of all) if (kept.isIdle(now)) close(id, `idle for ${Math.round(idleMs / 1000)} s`);
    },
    Math.max(10, Math.min(idleMs / 4, 30_000)),
  );
  reaper.unref();

  function close(id: string, reason = 'closed'): void {
    const kept = all.get(id);
    if (!kept) return;
    all.delete(id);
    kept.end(reason);
  }

  return {
    options,
    most,
    get count() {
      return all.size;
    },
    open() {
      if (all.size >= most) {
        throw userError('environment-full', `all ${most} sessions are taken; close one, or allow more with --sessions`);
      }
      const kept = openSession(options, idleMs);
      all.set(kept.session.id, kept);
      return kept.session;
    },
    find(id) {
      const kept = all.get(id);
      kept?.touch();
      return kept?.session;
    },
    close,
    closeAll(reason) {
      clearInterval(reaper);
      for (const id of [...all.keys()]) close(id, reason);
    },
  };
}

function openSession(options: EnvironmentOptions, idleMs: number): Kept {
  const { graph, tasks, rewards, seed = 0, picture } = options;
  const maxSteps = options.maxSteps ?? graph.maxSteps ?? 5;
  const id = randomUUID();
  let episode: Episode | undefined;
  let episodeId: string | undefined;
  let touched = performance.now();
  // A second message waits for the first: an episode takes one action after the other.
  let turn: Promise<unknown> = Promise.resolve();
  let busy = 0;
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    busy++;
    touched = performance.now();
    const done = turn.then(work);
    turn = done
      .catch(() => {})
      .finally(() => {
        busy--;
        touched = performance.now();
      });
    return done;
  };
  const told = (observation: Observation): SessionObservation => {
    const { question } = episode!.question;
    return { ...observation, episodeId: episodeId!, questionId: question.id, question: question.question };
  };
  const session: Session = {
    id,
    get episode() {
      return episode;
    },
    get episodeId() {
      return episodeId;
    },
    reset: (reset) =>
      inTurn(async () => {
        const question = tasks.choose(reset);
        episode?.end('reset');
        episode = startEpisode(question, { graph, rewards, context: contextOf(reset, { seed, maxSteps }) });
        episodeId = reset.episode_id ?? randomUUID();
        const first = told(await episode.begin());
        const shown = question.image === undefined ? undefined : await picture?.(question.image);
        return shown === undefined ? first : { ...first, picture: shown };
      }),
    act: (action) =>
      inTurn(async () => {
        if (!episode) throw userError('no-episode', 'step: no question was asked yet; send reset first');
        const observation = told(await episode.act(action));
        return action.toolName === undefined ? observation : { ...observation, toolName: action.toolName };
      }),
    onEnd: () => {},
  };
  return {
    session,
    touch: () => {
      touched = performance.now();
    },
    isIdle: (now) => busy === 0 && now - touched > idleMs,
    end(reason) {
      episode?.end(reason);
      session.onEnd(reason);
    },
  };
}
