/**
 * The sockets of an environment: `/ws` speaks OpenEnv's protocol, `/mcp` JSON-RPC. A connection is a session, and each ends with the
 * other; messages are answered in their order.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { messageOf } from '../../common/errors.ts';
import { jsonIn } from '../../common/json.ts';
import { type ApiKey, keyFinder } from '../../server/admission/api-key.ts';
import {
  answerMessage,
  callMcp,
  errorReply,
  parseError,
  type Session,
  type Sessions,
} from '../../train/environment/index.ts';

export interface SocketOptions {
  sessions: Sessions;
  keys: readonly ApiKey[];
  /** Bytes of a message. */
  messageLimit?: number;
  /** Milliseconds between pings; a client that does not answer one is gone. */
  pingMs?: number;
}

/** A notification has no answer. */
type Answer = (raw: string, session: Session) => Promise<object | 'close' | undefined>;

/** Messages of one connection that wait at once; a client that sends more does not listen. */
const MOST_WAITING = 64;

export interface Sockets {
  /** Tells every client that the server goes, and ends its connection. */
  close(reason: string): void;
  readonly count: number;
}

export function attachSockets(
  server: Server,
  { sessions, keys, messageLimit = 1024 * 1024, pingMs = 30_000 }: SocketOptions,
): Sockets {
  const alive = new WeakSet<WebSocket>();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: messageLimit });
  const paths: Readonly<Record<string, Answer>> = {
    '/ws': async (raw, session) => (await answerMessage(raw, session, sessions)) ?? 'close',
    '/mcp': async (raw, session) => {
      const body = jsonIn(raw);
      return body === undefined ? parseError() : callMcp(body, { sessions, session });
    },
  };
  server.on('upgrade', (request, socket: Duplex, head) => {
    const answer = paths[new URL(request.url ?? '/', 'http://localhost').pathname];
    const refusal = answer === undefined ? '404 Not Found' : refused(request, keys);
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (connection) => {
      alive.add(connection);
      connection.on('pong', () => alive.add(connection));
      serve(connection, answer!, sessions);
    });
  });
  const pinging = setInterval(() => {
    for (const connection of sockets.clients) {
      if (!alive.delete(connection)) connection.terminate();
      else connection.ping();
    }
  }, pingMs);
  pinging.unref();
  return {
    get count() {
      return sockets.clients.size;
    },
    close(reason) {
      clearInterval(pinging);
      for (const connection of sockets.clients) farewell(connection, reason);
      sockets.close();
    },
  };
}

function serve(connection: WebSocket, answer: Answer, sessions: Sessions): void {
  let session: Session;
  try {
    session = sessions.open();
  } catch (error) {
    const { count, most } = sessions;
    const data = {
      ...errorReply('CAPACITY_REACHED', messageOf(error)).data,
      active_sessions: count,
      max_sessions: most,
    };
    connection.send(JSON.stringify({ type: 'error', data }));
    connection.close(1013);
    return;
  }
  session.onEnd = (reason) => farewell(connection, reason);
  let waiting = 0;
  let turn: Promise<void> = Promise.resolve();
  connection.on('message', (raw: Buffer, isBinary: boolean) => {
    if (++waiting > MOST_WAITING) return connection.terminate();
    turn = turn.then(async () => {
      const reply = isBinary
        ? errorReply('INVALID_JSON', 'Invalid JSON: send text')
        : await answer(raw.toString('utf8'), session);
      waiting--;
      if (connection.readyState !== connection.OPEN) return;
      if (reply === 'close') connection.close(1000);
      else if (reply !== undefined) connection.send(JSON.stringify(reply));
    });
  });
  // What is wrong with a frame closes the connection with the code that says so.
  connection.on('error', () => {});
  connection.on('close', () => sessions.close(session.id, 'the client left'));
}

function farewell(connection: WebSocket, reason: string): void {
  if (connection.readyState !== connection.OPEN) return;
  connection.send(JSON.stringify(errorReply('SESSION_ERROR', `the session has ended: ${reason}`)));
  connection.close(1001, reason.slice(0, 100));
}

/** Pages of other sites open sockets too, and no browser asks them whether they may. */
function refused({ headers }: IncomingMessage, keys: readonly ApiKey[]): string | undefined {
  const { origin, host = '', authorization } = headers;
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host)) return '403 Forbidden';
  return keys.length === 0 || keyFinder(keys)(authorization) ? undefined : '401 Unauthorized';
}
