import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createChatModel } from '../../src/config/models.ts';
import { startOpenAiServer } from '../graph/openai-server.ts';

afterEach(() => vi.unstubAllEnvs());

/** An address where nobody listens. */
async function freeAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/v1`;
}

describe('a server of one’s own', () => {
  test('needs no key', async () => {
    vi.stubEnv('OPENAI_API_KEY', '');
    const server = await startOpenAiServer([{ content: 'Hello.' }, { content: 'Again.' }]);
    try {
      const model = await createChatModel('openai:some', { baseUrl: server.url });
      expect((await model.invoke('Hi')).text).toBe('Hello.');
      vi.stubEnv('OPENAI_BASE_URL', server.url);
      expect((await (await createChatModel('openai:some')).invoke('Hi')).text).toBe('Again.');
      expect(server.requests).toHaveLength(2);
    } finally {
      await server.close();
    }
  });

  test.each(['openai:some', 'ollama:some'])(
    '%s that is not there is told by its address within two seconds',
    async (name) => {
      const baseUrl = await freeAddress();
      const clock = performance.now();
      await expect(createChatModel(name, { baseUrl })).rejects.toMatchObject({
        kind: 'system',
        code: 'model-unreachable',
        message: `model "${name}": the server at ${baseUrl} does not answer (connection refused); start it, or give its address with --base-url`,
      });
      expect(performance.now() - clock).toBeLessThan(2_000);
    },
  );

  test('one that goes away is not asked for a minute, and is told by its address', async () => {
    const server = await startOpenAiServer([]);
    const model = await createChatModel({ model: 'openai:some', baseUrl: server.url });
    await server.close();
    const clock = performance.now();
    await expect(model.invoke('Hi')).rejects.toMatchObject({
      code: 'model-unreachable',
      message: expect.stringContaining(server.url),
    });
    expect(performance.now() - clock).toBeLessThan(2_000);
  });

  test('Ollama’s address is that of OLLAMA_HOST, with or without protocol and port', async () => {
    const server = await startOpenAiServer([]);
    const { host, hostname } = new URL(server.url);
    try {
      vi.stubEnv('OLLAMA_HOST', host);
      expect(await createChatModel('ollama:some')).toMatchObject({ baseUrl: `http://${host}` });
      vi.stubEnv('OLLAMA_HOST', `${hostname}:1`);
      await expect(createChatModel('ollama:some')).rejects.toThrow(`http://${hostname}:1 does not answer`);
    } finally {
      await server.close();
    }
  });

  test('options of the configuration are kept beside the address', async () => {
    const server = await startOpenAiServer([]);
    try {
      const options = { temperature: 0.25, configuration: { defaultHeaders: { 'x-a': 'b' } } };
      const model = await createChatModel({ model: 'openai:some', baseUrl: server.url, options });
      expect(model).toMatchObject({
        temperature: 0.25,
        clientConfig: { baseURL: server.url, defaultHeaders: { 'x-a': 'b' } },
      });
    } finally {
      await server.close();
    }
  });

  test.each<[string, string, RegExp]>([
    ['openai:some', 'localhost', /"localhost" is no address; write it as http/],
    ['groq:some', 'http://127.0.0.1:1', /--base-url is for openai: and ollama: models/],
    ['gguf:some', 'http://127.0.0.1:1', /it runs in this process/],
  ])('%s at %s is refused', async (name, baseUrl, message) => {
    await expect(createChatModel(name, { baseUrl })).rejects.toMatchObject({
      kind: 'user',
      code: 'base-url',
      message: expect.stringMatching(message),
    });
  });
});

describe('gguf:FILE', () => {
  test('a file that is missing or no model is told at once, relative to where the setting stands', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'r1-gguf-'));
    await expect(createChatModel('gguf:none.gguf', { directory })).rejects.toMatchObject({
      kind: 'user',
      code: 'gguf-missing',
      message: expect.stringContaining(join(directory, 'none.gguf')),
    });
    writeFileSync(join(directory, 'text.gguf'), 'no model');
    await expect(createChatModel('gguf:text.gguf', { directory })).rejects.toMatchObject({
      kind: 'user',
      code: 'gguf-invalid',
    });
  });

  test('an option that it does not take is named, with those it takes', async () => {
    await expect(createChatModel({ model: 'gguf:x', options: { threats: 1 } })).rejects.toMatchObject({
      kind: 'user',
      code: 'model-options',
      message: expect.stringMatching(/threats.*it takes threads, contextSize/),
    });
  });
});
