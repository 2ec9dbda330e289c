/**
 * The server behind a model's name: tried before the first call, so that one that is not there is told at once and by its address. A
 * connection that is refused later is not tried again for a minute, as the providers' packages do by default.
 */
import { connect } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { messageOf, type R1RouterError, systemError } from '../common/errors.ts';

/** Milliseconds within which a server must take a connection. */
const PATIENCE = 2_000;

/** Throws the system error `model-unreachable`, which names the address. */
export async function tryServer(model: string, address: string): Promise<void> {
  const { protocol, hostname, port } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, '');
  const secure = protocol === 'https:';
  const failure = await new Promise<string | undefined>((resolve) => {
    const target = { host, port: Number(port) || (secure ? 443 : 80) };
    const socket = secure
      ? connectSecurely({ ...target, servername: host, rejectUnauthorized: false })
      : connect(target);
    const end = (reason?: string) => {
      socket.destroy();
      resolve(reason);
    };
    socket.setTimeout(PATIENCE, () => end(`no connection within ${PATIENCE / 1000} s`));
    socket.once(secure ? 'secureConnect' : 'connect', () => end());
    socket.once('error', (error) => end(reasonOf(error)));
  });
  if (failure !== undefined) throw unreachable(model, address, failure);
}

export function unreachable(model: string, address: string, reason: string, cause?: unknown): R1RouterError {
  return systemError(
    'model-unreachable',
    `model "${model}": the server at ${address} does not answer (${reason}); start it, or give its address with --base-url`,
    cause,
  );
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'no such host',
  ECONNRESET: 'connection reset',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'timed out',
};

function reasonOf(error: Error): string {
  // A name with several addresses fails with one error for each.
  const { code, errors } = error as NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] };
  return REASONS[code ?? errors?.[0]?.code ?? ''] ?? messageOf(error);
}

/** The reason where a call failed because no connection came about; undefined for every other failure. */
export function connectionFailure(error: unknown): string | undefined {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== undefined && code in REASONS) return REASONS[code];
  }
  return undefined;
}
