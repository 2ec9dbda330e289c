/** The saver of threads: LangGraph's own validation suite, what is kept and forgotten, and follow-up questions over HTTP. */
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { emptyCheckpoint } from '@langchain/langgraph-checkpoint';
import { validate } from '@langchain/langgraph-checkpoint-validation';
import * as vitest from 'vitest';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RouterOutputSchema } from '../../src/graph/run-state.ts';
import { SqliteSaver } from '../../src/server/threads/sqlite-saver.ts';
import { policyOf, search, stop } from '../../src/test/fakes.ts';
import { startServer, twoStepGraph } from './start.ts';

// The suite is written for runners whose functions are global.
const { it, beforeAll, beforeEach, afterAll, afterEach } = vitest;
Object.assign(globalThis, { describe, expect, it, test, beforeAll, beforeEach, afterAll, afterEach });

validate({
  checkpointerName: 'SqliteSaver',
  createCheckpointer: () => new SqliteSaver(),
  destroyCheckpointer: (saver: SqliteSaver) => saver.close(),
});

const at = (thread_id: string) => ({ configurable: { thread_id } });
const METADATA = { source: 'input' as const, step: 0, parents: {} };

async function ownFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'threads-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

describe('the file', () => {
  test('keeps threads from one process to the next, and to its owner', async () => {
    const location = join(await ownFolder(), 'below', 'threads.sqlite');
    const first = new SqliteSaver({ location });
    await first.put(at('a'), emptyCheckpoint(), METADATA);
    first.close();
    const second = new SqliteSaver({ location });
    expect((await second.getTuple(at('a')))?.metadata).toEqual(METADATA);
    second.close();
    if (process.platform !== 'win32') expect((await stat(location)).mode & 0o777).toBe(0o600);
  });

  test('of a newer version or of something else is refused', async () => {
    const folder = await ownFolder();
    const newer = join(folder, 'newer.sqlite');
    const database = new DatabaseSync(newer);
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => new SqliteSaver({ location: newer })).toThrow(expect.objectContaining({ code: 'threads-newer' }));
    const other = join(folder, 'other.txt');
    await writeFile(other, 'not a database at all, but long enough to be looked at');
    expect(() => new SqliteSaver({ location: other })).toThrow(expect.objectContaining({ code: 'threads-unreadable' }));
  });

  test('forgets the threads that were longest unused', async () => {
    const saver = new SqliteSaver({ maximumThreads: 2 });
    for (const thread of ['a', 'b', 'a', 'c']) await saver.put(at(thread), emptyCheckpoint(), METADATA);
    expect(await saver.getTuple(at('a'))).toBeDefined();
    expect(await saver.getTuple(at('b'))).toBeUndefined();
    expect(await saver.getTuple(at('c'))).toBeDefined();
    saver.close();
  });
});

describe('a thread over HTTP', () => {
  const seen: unknown[] = [];
  const policy = policyOf(({ steps, ...state }) => {
    if (steps.length > 0) return { decision: stop };
    seen.push((state as { conversation?: unknown }).conversation);
    return { decision: search('first', 'Texts') };
  });

  async function withThreads() {
    seen.length = 0;
    const checkpointer = new SqliteSaver();
    onTestFinished(() => checkpointer.close());
    const threads = { graph: twoStepGraph({ policy, checkpointer }) };
    return { checkpointer, ...(await startServer({ threads, graphOptions: { policy } })) };
  }

  test('knows what was asked before, and nothing of other threads', async () => {
    const { ask } = await withThreads();
    const question = async (text: string, threadId?: string) =>
      RouterOutputSchema.parse(await (await ask({ question: text, threadId })).json());
    await question('one?', 'a');
    expect((await question('two?', 'a')).steps).toHaveLength(2);
    await question('three?', 'b');
    await question('four?');
    expect(seen).toEqual([[], [{ question: 'one?', answer: 'one' }], [], []]);
  });

  test('belongs to its key, whatever other keys call theirs', async () => {
    const { checkpointer, ask } = await withThreads();
    await ask({ question: 'one?', threadId: 'a' });
    const kept: unknown[] = [];
    for await (const { config } of checkpointer.list({})) kept.push(config.configurable?.thread_id);
    expect(new Set(kept)).toEqual(new Set(['/a']));
  });

  test('is refused where none are kept', async () => {
    const { ask } = await startServer();
    const response = await ask({ question: 'x', threadId: 'a' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'no-threads' } });
  });
});
