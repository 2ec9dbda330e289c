/** Whether a server of ours listens where the configuration says, and whether it is ready. None is no fault. */
import type { LoadedConfig } from '../../config/load.ts';
import type { Finding } from '../../tools/stores/qdrant/check.ts';

const PATIENCE_MS = 1_500;

export async function serverFindings({ config: { server = {} } }: LoadedConfig): Promise<Finding[]> {
  const { host = '127.0.0.1', port = 8484 } = server;
  const address = `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${port}`;
  try {
    const response = await fetch(`${address}/readyz`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (response.ok) return [{ level: 'ok', code: 'server', message: `a server at ${address} is ready` }];
    const fix = 'see what it writes to stderr, or choose another --port';
    const message = `what listens at ${address} is not ready (HTTP ${response.status})`;
    return [{ level: 'warning', code: 'server', message, fix }];
  } catch {
    return [{ level: 'ok', code: 'server', message: `no server at ${address}`, fix: 'r1-router serve starts one' }];
  }
}
