/** An app on a port, and the orderly way down: no new requests, time for those under way, then an end to all. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { messageOf, userError } from '../common/errors.ts';

export interface ListenOptions {
  port?: number;
  /** Default 127.0.0.1: this machine only. */
  host?: string;
}

export interface Listening {
  server: Server;
  url: string;
  /**
   * Takes no new requests and waits `graceMs` (default 10,000) for those under way; then `abort` is called and, a second
   * later, what is still open is cut.
   */
  close(options?: { graceMs?: number; abort?: () => void }): Promise<void>;
}

/** For a whole request to arrive, and for its head. */
const REQUEST_TIMEOUT_MS = 120_000;
const HEADERS_TIMEOUT_MS = 15_000;
/** Longer than most proxies keep theirs, so that it is the proxy that hangs up and no request meets a closed line. */
const KEEP_ALIVE_MS = 65_000;

/** Throws a user error `cannot-listen` where the port is taken or not allowed. Port 0 takes a free one. */
export async function listen(
  app: RequestListener,
  { port = 0, host = '127.0.0.1' }: ListenOptions = {},
): Promise<Listening> {
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: HEADERS_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    app,
  );
  const connections = watchConnections(server);
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw userError(
      'cannot-listen',
      `serve: cannot listen on ${host}:${port} (${messageOf(error)}); choose another`,
      error,
    );
  }
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    server,
    url: `http://${name}:${address.port}`,
    async close({ graceMs = 10_000, abort = () => {} } = {}) {
      const closed = once(server, 'close');
      server.close();
      connections.closeQuiet();
      const aborting = setTimeout(abort, graceMs);
      const cutting = setTimeout(() => server.closeAllConnections(), graceMs + 1_000);
      await closed;
      clearTimeout(aborting);
      clearTimeout(cutting);
    },
  };
}

interface Connections {
  /** Closes what waits for nothing now, and everything else as soon as its answer is out. */
  closeQuiet(): void;
}

/** Node closes connections that had a request and wait for another; one that never said a word it would wait for. */
function watchConnections(server: Server): Connections {
  const busy = new Map<Socket, number>();
  let closing = false;
  server.on('connection', (socket: Socket) => {
    if (closing) return socket.destroy();
    busy.set(socket, 0);
    socket.once('close', () => busy.delete(socket));
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    busy.set(socket, (busy.get(socket) ?? 0) + 1);
    if (closing) response.setHeader('Connection', 'close');
    response.once('close', () => {
      const left = (busy.get(socket) ?? 1) - 1;
      if (busy.has(socket)) busy.set(socket, left);
      // Let the answer out first.
      if (closing && left === 0) socket.end(() => socket.destroySoon());
    });
  });
  return {
    closeQuiet() {
      closing = true;
      for (const [socket, requests] of busy) if (requests === 0) socket.destroy();
    },
  };
}
