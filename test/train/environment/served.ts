/** An environment of the small world on a port, and a client of a few lines that speaks its protocol. */
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { createEnvironmentApp } from '../../../src/cli/environment/app.ts';
import { attachSockets, type Sockets } from '../../../src/cli/environment/sockets.ts';
import { keysOf } from '../../../src/server/admission/api-key.ts';
import { listen } from '../../../src/server/listen.ts';
import {
  createSessions,
  type EnvironmentOptions,
  type Sessions,
  tasksOf,
} from '../../../src/train/environment/index.ts';
import { REWARD_PRESETS } from '../../../src/train/rewards/index.ts';
import { smallData, smallWorld } from '../small-world.ts';

export interface Served {
  url: string;
  sessions: Sessions;
  sockets: Sockets;
  stop(): Promise<void>;
}

export async function serveSmallWorld(
  options: Partial<EnvironmentOptions> & { apiKey?: string; pingMs?: number } = {},
): Promise<Served> {
  const { apiKey, pingMs, ...given } = options;
  const { knowledgeBases } = smallWorld();
  const sessions = createSessions({
    graph: { knowledgeBases, maxSteps: 3 },
    tasks: tasksOf(smallData().train, 1),
    rewards: REWARD_PRESETS.evidence,
    ...given,
  });
  const keys = keysOf({ apiKey });
  const { url, server, close } = await listen(createEnvironmentApp({ sessions, keys }));
  const sockets = attachSockets(server, { sessions, keys, pingMs });
  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    sockets.close('the server is shutting down');
    sessions.closeAll('the server is shutting down');
    await close({ graceMs: 100 });
  };
  onTestFinished(stop);
  return { url, sessions, sockets, stop };
}

// biome-ignore lint/suspicious/noExplicitAny: what the server says is what the tests look at
export type Reply = any;

export interface Client {
  ask(type: string, data?: object): Promise<Reply>;
  send(raw: string): void;
  /** The next message. */
  next(): Promise<Reply>;
  close(): void;
  readonly closed: Promise<number>;
}

export async function connect(url: string, { path = '/ws', headers = {}, autoPong = true } = {}): Promise<Client> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, { headers, autoPong });
  const replies: Reply[] = [];
  const waiting: ((reply: Reply) => void)[] = [];
  socket.on('message', (raw) => {
    const reply = JSON.parse(String(raw));
    const take = waiting.shift();
    if (take) take(reply);
    else replies.push(reply);
  });
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  // Whoever still waits would wait for ever.
  void closed.then((code) => {
    for (const take of waiting) take({ type: 'closed', data: { code } });
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const next = () =>
    replies.length > 0 ? Promise.resolve(replies.shift()) : new Promise<Reply>((resolve) => waiting.push(resolve));
  return {
    send: (raw) => socket.send(raw),
    next,
    ask(type, data) {
      socket.send(JSON.stringify({ type, ...(data && { data }) }));
      return next();
    },
    close: () => socket.close(),
    closed,
  };
}

export const call = (name: string, given: object) => ({ type: 'call_tool', tool_name: name, arguments: given });
