/**
 * Before all tests: can this machine talk to itself? Tests of the server, of models and of stores speak HTTP over the loopback
 * address. A fresh network namespace (`unshare -n`, which cuts the network off) begins with its loopback down; it is raised
 * there where that is allowed. Else one line says so, instead of hundreds of failures that look like faults of the code.
 */
import { spawnSync } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';

function reachable(): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.end());
    server.once('error', () => resolve(false));
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      const done = (answer: boolean) => {
        server.close();
        resolve(answer);
      };
      connect(port, '127.0.0.1')
        .once('connect', () => done(true))
        .once('error', () => done(false));
    });
  });
}

export default async function setup(): Promise<void> {
  if (await reachable()) return;
  spawnSync('ip', ['link', 'set', 'lo', 'up']);
  if (await reachable()) return;
  throw new Error(
    'tests: the loopback interface is down, and nothing can be asked at 127.0.0.1; run: ip link set lo up',
  );
}
