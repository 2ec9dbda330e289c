import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { downloadFile } from '../../../src/tools/encoders/models/download.ts';

let folder: string;
let server: Server | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'r1-download-'));
});
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  await rm(folder, { recursive: true });
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const target = () => join(folder, 'model.onnx');
const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const fetchFile = (url: string, file: { bytes?: number; sha256?: string } = {}) =>
  downloadFile({ url: `${url}/model.onnx`, target: target(), file: { path: 'model.onnx', ...file }, model: 'tiny' });

describe('S14: a download', () => {
  it('ends with the bytes it may have, however many come', async () => {
    let sent = 0;
    const url = await serve((_, response) => {
      const more = () => {
        if (response.destroyed || sent > 64 << 20) return void response.end();
        sent += 1 << 16;
        response.write(Buffer.alloc(1 << 16), more);
      };
      more();
    });
    await expect(fetchFile(url, { bytes: 10 })).rejects.toMatchObject({
      code: 'model-checksum',
      message: expect.stringContaining('longer than its 10 bytes'),
    });
    expect(existsSync(`${target()}.part`)).toBe(false);
    expect(sent).toBeLessThan(32 << 20);
  });

  it('asks anew without a range that is refused, and not for ever', async () => {
    const asked: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      asked.push(request.headers.range);
      response.writeHead(416).end();
    });
    await writeFile(`${target()}.part`, 'something else');
    await expect(fetchFile(url)).rejects.toMatchObject({ code: 'model-offline' });
    expect(asked).toEqual(['bytes=14-', undefined, undefined, undefined]);
  });

  it('begins anew where the server goes on at another place', async () => {
    const whole = 'the whole file';
    const url = await serve((request, response) => {
      if (request.headers.range) response.writeHead(206, { 'content-range': 'bytes 0-13/14' }).end(whole);
      else response.end(whole);
    });
    await writeFile(`${target()}.part`, 'old');
    expect(await fetchFile(url, { bytes: whole.length, sha256: hash(whole) })).toBe(true);
    expect(await readFile(target(), 'utf8')).toBe(whole);
  });

  it('comes over https only, at the first address and after a redirect', async () => {
    const url = await serve(
      (_, response) => void response.writeHead(302, { location: 'http://models.example/x' }).end(),
    );
    await expect(fetchFile(url)).rejects.toMatchObject({ code: 'model-insecure', kind: 'user' });
    await expect(fetchFile('http://models.example')).rejects.toMatchObject({ code: 'model-insecure' });
    await expect(fetchFile('ftp://models.example')).rejects.toMatchObject({ code: 'model-insecure' });
  });

  it('follows redirects on this machine, and ends where they go round', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/there') response.end('here');
      else response.writeHead(307, { location: '/there' }).end();
    });
    expect(await fetchFile(url)).toBe(true);
    expect(await readFile(target(), 'utf8')).toBe('here');
    server!.close();
    const round = await serve((_, response) => void response.writeHead(302, { location: '/model.onnx' }).end());
    await rm(target());
    await expect(fetchFile(round)).rejects.toMatchObject({ code: 'model-offline' });
  });
});
