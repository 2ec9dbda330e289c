/** Opens an environment and serves it until it is told to stop: knowledge bases, questions, HTTP and sockets. */
import { dataUrl } from '../../common/picture.ts';
import { openConfiguredKnowledgeBases } from '../../config/knowledge-bases.ts';
import type { ImageStore } from '../../graph/image-store.ts';
import { memoryImageStore } from '../../graph/image-store.ts';
import { keysOf } from '../../server/admission/api-key.ts';
import { listen } from '../../server/listen.ts';
import type { Log } from '../../server/log.ts';
import { createSessions, tasksOf } from '../../train/environment/index.ts';
import { tellBuild } from '../ask.ts';
import { askedQuestions, type EpisodeFlags } from '../episode-options.ts';
import { readSettings } from '../run-options.ts';
import { createEnvironmentApp } from './app.ts';
import { rewardsNamed } from './rewards-named.ts';
import { attachSockets } from './sockets.ts';

export interface EnvironmentFlags extends EpisodeFlags {
  port: number;
  host: string;
  apiKey?: string;
  sessions: number;
  idle: number;
  seed: number;
  log: 'info' | 'error' | 'none';
}

export interface ServedEnvironment {
  url: string;
  questions: number;
  /** Sessions that are open now. */
  sessions(): number;
  close(): Promise<void>;
}

const KEY_VARIABLE = 'R1_ROUTER_API_KEY';

/** Throws user errors that name the flag to change. */
export async function openEnvironment(flags: EnvironmentFlags): Promise<ServedEnvironment> {
  const rewards = await rewardsNamed(flags.rewards);
  const { settings, loaded } = await readSettings(flags);
  const images = memoryImageStore();
  const questions = await askedQuestions(flags, { images });
  const { knowledgeBases, close } = await openConfiguredKnowledgeBases(settings, loaded, { onBuild: tellBuild });
  try {
    const keys = keysOf({ apiKey: flags.apiKey ?? (process.env[KEY_VARIABLE] || undefined) });
    const { seed, maxSteps = 5, readLimit, idle, sessions: most } = flags;
    const sessions = createSessions({
      graph: { knowledgeBases, images, maxSteps, readLimit },
      tasks: tasksOf(questions, seed),
      rewards,
      seed,
      maxSteps,
      sessions: most,
      idleMs: idle * 1000,
      picture: (hash) => pictureOf(hash, images),
    });
    const ending = new AbortController();
    const app = createEnvironmentApp({ sessions, keys, log: await openLog(flags), signal: ending.signal });
    const { url, server, close: stop } = await listen(app, flags);
    const sockets = attachSockets(server, { sessions, keys });
    return {
      url,
      questions: questions.length,
      sessions: () => sessions.count,
      async close() {
        sockets.close('the server is shutting down');
        sessions.closeAll('the server is shutting down');
        await stop({ graceMs: 2_000, abort: () => ending.abort(new Error('the server is shutting down')) });
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function pictureOf(hash: string, images: ImageStore): Promise<string | undefined> {
  const image = await images.get(hash);
  return image && dataUrl(image.bytes);
}

async function openLog({ log, apiKey }: EnvironmentFlags): Promise<Log> {
  const { jsonLines } = await import('../../server/log.ts');
  const write = jsonLines((line) => process.stderr.write(line), { secrets: apiKey ? [apiKey] : [] });
  return (entry) => {
    if (log === 'info' || (log === 'error' && entry.level === 'error')) write(entry);
  };
}
