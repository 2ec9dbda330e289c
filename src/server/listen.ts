/** An app on a port, and the orderly way down: no new requests, time for those under way, then an end to all. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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

/** Throws a user error `cannot-listen` where the port is taken or not allowed. Port 0 takes a free one. */
export async function listen(
  app: RequestListener,
  { port = 0, host = '127.0.0.1' }: ListenOptions = {},
): Promise<Listening> {
  const server = createServer(app);
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
      // A connection kept alive goes idle only when its last answer is out.
      const hangingUp = setInterval(() => server.closeIdleConnections(), 50);
      const aborting = setTimeout(abort, graceMs);
      const cutting = setTimeout(() => server.closeAllConnections(), graceMs + 1_000);
      await closed;
      clearInterval(hangingUp);
      clearTimeout(aborting);
      clearTimeout(cutting);
    },
  };
}
