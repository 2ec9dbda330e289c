import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openKnowledgeBases } from '../../src/tools/open.ts';
import { runCli } from '../cli/run-cli.ts';

/** Takes connections and never says a word. */
async function silentServer(): Promise<{ url: string; asked: () => number }> {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.on('error', () => {});
    onTestFinished(() => void socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => connections };
}

test('a store that takes the connection and says nothing is given up', async () => {
  const { url } = await silentServer();
  await expect(openKnowledgeBases({ store: url, openTimeoutMs: 100 })).rejects.toMatchObject({
    code: 'store-silent',
    kind: 'system',
    message: expect.stringMatching(/no answer within 0\.1 s; check its address/),
  });
});

test('Ctrl-C ends the wait for it', { skip: process.platform === 'win32' }, async () => {
  const { url, asked } = await silentServer();
  const { exitCode, stdout, stderr } = await runCli(['ask', 'Why?', '--store', url], {
    onStart: (child) =>
      void vi.waitFor(() => expect(asked()).toBe(1), { timeout: 60_000 }).then(() => child.kill('SIGINT')),
  });
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 130, stdout: '', stderr: 'r1-router: interrupted\n' });
});
