/**
 * The provider on a server: retries, typed errors, batches, and what `checkQdrant` finds. The server is the double.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { registerStoreContract } from '../../../src/tools/contract/index.ts';
import { checkQdrant, openQdrant, upsertInBatches } from '../../../src/tools/stores/qdrant/index.ts';
import { type QdrantDouble, startQdrantDouble } from './qdrant-http-double.ts';

const CONFIG = { vectors: { dense: { size: 2, distance: 'Dot' as const } } };
const retry = { firstDelay: 1 };

registerStoreContract(
  { describe, it, expect },
  {
    name: 'openQdrant over HTTP',
    open: async () => {
      const double = await startQdrantDouble();
      const store = await openQdrant({ url: double.url, retry });
      return {
        store,
        async close() {
          await double.close();
          expect(double.badResponses).toEqual([]);
        },
      };
    },
  },
);

describe('openQdrant', () => {
  let double: QdrantDouble;
  beforeEach(async () => {
    double = await startQdrantDouble({ apiKey: 'secret' });
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await double.close();
  });

  it('tries again on 429, 503 and lost answers until it succeeds', async () => {
    const delays: number[] = [];
    const store = await openQdrant({
      url: double.url,
      apiKey: 'secret',
      retry: { firstDelay: 1, longestDelay: 20, onRetry: ({ delay }) => delays.push(delay) },
    });
    double.faults.push(
      { status: 429, headers: { 'retry-after': '1' } },
      { status: 503, headers: { 'retry-after': '2' } },
      { status: 503 },
      { status: 502 },
    );
    await store.createCollection('c', CONFIG);
    expect(delays.length).toBe(4);
    // Both asked for seconds; the longest wait caps them.
    expect(delays.slice(0, 2)).toEqual([20, 20]);
    expect((await store.collectionExists('c')).exists).toBe(true);
  });

  it('gives up with what the server said last', async () => {
    const store = await openQdrant({ url: double.url, apiKey: 'secret', retry: { firstDelay: 1, attempts: 3 } });
    for (let i = 0; i < 3; i++) double.faults.push({ status: 503 });
    await expect(store.getCollections()).rejects.toMatchObject({
      code: 'qdrant-overloaded',
      kind: 'system',
      status: 503,
    });
    expect(double.faults).toEqual([]);
  });

  it('waits for a server that restarts, and says so once', async () => {
    const waits: number[] = [];
    const store = await openQdrant({
      url: double.url,
      apiKey: 'secret',
      retry: { firstDelay: 600, onWait: ({ seconds }) => waits.push(seconds) },
    });
    await store.createCollection('c', CONFIG);
    for (let i = 0; i < 2; i++) double.faults.push({ status: 503 });
    expect((await store.collectionExists('c')).exists).toBe(true);
    expect(waits).toEqual([60]);
    const impatient = await openQdrant({ url: double.url, apiKey: 'secret', retry: { window: 0 } });
    double.faults.push({ status: 503 });
    await expect(impatient.getCollections()).rejects.toMatchObject({ code: 'qdrant-overloaded' });
  });

  it('gives an address up soon where nothing ever answered', async () => {
    let attempts = 0;
    const retry = { firstDelay: 10, contactWindow: 30, onRetry: () => void attempts++ };
    const absent = await openQdrant({ url: 'http://127.0.0.1:9', retry });
    await expect(absent.getCollections()).rejects.toMatchObject({ code: 'qdrant-unreachable' });
    expect(attempts).toBeGreaterThan(0);
    expect(attempts).toBeLessThan(10);
  });

  it('sends the key over loopback without a warning', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const store = await openQdrant({ url: double.url, apiKey: 'secret', retry });
    expect((await store.getCollections()).collections).toEqual([]);
    expect(warn).not.toHaveBeenCalled();
    await openQdrant({ url: 'http://qdrant.example:6333', apiKey: 'secret', retry });
    expect(warn).toHaveBeenCalledOnce();
  });

  it('does not repeat what is refused', async () => {
    const store = await openQdrant({ url: double.url, apiKey: 'secret', retry });
    await store.createCollection('c', CONFIG);
    double.requests.length = 0;
    await expect(store.upsert('c', { points: [{ id: 1, vector: { dense: [1, 2, 3] } }] })).rejects.toMatchObject({
      code: 'qdrant-dimension',
      kind: 'user',
    });
    await expect(store.query('none', { query: [1, 2], using: 'dense' })).rejects.toMatchObject({
      code: 'qdrant-not-found',
    });
    await expect(store.createCollection('c', CONFIG)).rejects.toMatchObject({ code: 'qdrant-conflict' });
    expect(double.requests.length).toBe(3);
  });

  it('names a wrong key, a slow server and one that is not there', async () => {
    const wrong = await openQdrant({ url: double.url, apiKey: 'guess', retry });
    await expect(wrong.getCollections()).rejects.toMatchObject({ code: 'qdrant-unauthorized', kind: 'user' });
    const slow = await openQdrant({ url: double.url, apiKey: 'secret', timeout: 40, retry: { attempts: 1 } });
    double.faults.push({ status: 200, delay: 400 });
    await expect(slow.getCollections()).rejects.toMatchObject({ code: 'qdrant-timeout' });
    const absent = await openQdrant({ url: 'http://127.0.0.1:9', retry: { attempts: 1 } });
    await expect(absent.getCollections()).rejects.toMatchObject({ code: 'qdrant-unreachable', kind: 'system' });
  });

  it('names a server that is too old, and one that is not Qdrant', async () => {
    const old = await startQdrantDouble({ version: '1.9.2' });
    const store = await openQdrant({ url: old.url, retry });
    const refused = { code: 'qdrant-version', kind: 'user', message: expect.stringMatching(/1\.9\.2.*1\.17/) };
    await expect(store.getCollections()).rejects.toMatchObject(refused);
    await expect(store.query('c', { query: [1, 2] })).rejects.toMatchObject(refused);
    await old.close();

    const page = createServer((_, response) => response.end('<html>It works!</html>'));
    await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
    const other = await openQdrant({ url, retry });
    await expect(other.getCollections()).rejects.toMatchObject({ code: 'qdrant-other-server', kind: 'user' });
    page.close();
  });

  it('streams points in bounded batches and loses none to an overloaded server', async () => {
    const store = await openQdrant({ url: double.url, apiKey: 'secret', retry });
    await store.createCollection('c', CONFIG);
    for (let i = 0; i < 5; i++) double.faults.push({ status: 429, headers: { 'retry-after': '0' }, path: '/points' });
    let pulled = 0;
    let ahead = 0;
    let stored = 0;
    async function* source() {
      for (let id = 0; id < 1000; id++) {
        pulled += 1;
        ahead = Math.max(ahead, pulled - stored);
        yield { id, vector: { dense: [id, 1] } };
      }
    }
    const written = await upsertInBatches(store, source(), {
      collection: 'c',
      batchSize: 50,
      onProgress: (progress) => {
        stored = progress.written;
      },
    });
    expect(written).toBe(1000);
    expect((await store.count('c')).count).toBe(1000);
    // Two under way, one waiting: the source is never far ahead of what is stored.
    expect(ahead).toBeLessThanOrEqual(3 * 50 + 1);
  });

  it('stops streaming at the first failure and reports it', async () => {
    const store = await openQdrant({ url: double.url, apiKey: 'secret', retry });
    await store.createCollection('c', CONFIG);
    let pulled = 0;
    function* source() {
      for (let id = 0; id < 1000; id++) {
        pulled += 1;
        yield { id, vector: { dense: id === 60 ? [1, 2, 3] : [1, 2] } };
      }
    }
    await expect(upsertInBatches(store, source(), { collection: 'c', batchSize: 50 })).rejects.toMatchObject({
      code: 'qdrant-dimension',
    });
    expect(pulled).toBeLessThan(400);
  });
});

describe('checkQdrant', () => {
  const codes = async (options: Parameters<typeof checkQdrant>[0]) => {
    const { ok, findings } = await checkQdrant(options);
    return [ok, ...findings.map(({ level, code }) => `${level} ${code}`)];
  };
  let double: QdrantDouble | undefined;
  afterEach(() => double?.close());

  it('is content with a healthy server', async () => {
    double = await startQdrantDouble({ apiKey: 'k' });
    await double.store.createCollection('docs', CONFIG);
    const report = await checkQdrant({ url: double.url, apiKey: 'k' });
    expect(report).toMatchObject({ ok: true, version: '1.19.0' });
    expect(report.findings.map(({ level, code }) => `${level} ${code}`)).toEqual([
      'ok version',
      'ok key',
      'ok collection',
    ]);
  });

  it('names keys that are missing, wrong or not needed', async () => {
    double = await startQdrantDouble({ apiKey: 'k' });
    expect(await codes(double.url)).toEqual([false, 'error key-missing']);
    expect(await codes({ url: double.url, apiKey: 'x' })).toEqual([false, 'error key-wrong']);
    await double.close();
    double = await startQdrantDouble();
    expect(await codes({ url: double.url, apiKey: 'k' })).toEqual([
      true,
      'ok version',
      'ok key',
      'warning key-not-needed',
    ]);
  });

  it('names versions that are too old or far apart', async () => {
    double = await startQdrantDouble({ version: '1.9.2' });
    expect(await codes(double.url)).toEqual([false, 'error version', 'ok key']);
    await double.close();
    double = await startQdrantDouble({ version: '1.23.0' });
    expect(await codes(double.url)).toEqual([true, 'warning version-apart', 'ok key']);
  });

  it('names addresses where no Qdrant answers', async () => {
    double = undefined;
    expect(await codes('localhost')).toEqual([false, 'error bad-url']);
    expect(await codes('http://127.0.0.1:9')).toEqual([false, 'error unreachable']);
    const other = createServer((_, response) => response.end('<html>hello</html>'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    expect(await codes(url)).toEqual([false, 'error not-qdrant']);
    other.close();
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const silentUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    expect(await codes({ url: silentUrl, timeout: 60 })).toEqual([false, 'error slow']);
    silent.closeAllConnections();
    silent.close();
  });
});
