/**
 * Threads in SQLite, by the module that comes with Node: a checkpoint saver of LangGraph that needs no package to be compiled. It
 * passes LangGraph's validation suite for savers. The value of a channel is stored once, by its version. Beyond `maximumThreads` the longest unused are forgotten.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { RunnableConfig } from '@langchain/core/runnables';
import {
  BaseCheckpointSaver,
  type ChannelVersions,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointPendingWrite,
  type CheckpointTuple,
  compareWritesSortKeys,
  copyCheckpoint,
  getCheckpointId,
  maxChannelVersion,
  type PendingWrite,
  TASKS,
  WRITES_IDX_MAP,
  writesSortKey,
} from '@langchain/langgraph-checkpoint';
import { userError } from '../../common/errors.ts';
import { openThreadsDatabase } from './database.ts';
import { prepareStatements } from './statements.ts';

export interface SqliteSaverOptions {
  /** A file, made where it is not there. Default `:memory:`, which keeps nothing beyond the process. */
  location?: string;
  /** Default 10,000. */
  maximumThreads?: number;
}

interface Place {
  thread: string;
  namespace: string;
  id: string;
}

interface CheckpointRow extends Place {
  parent: string | null;
  checkpoint_type: string;
  checkpoint: Uint8Array;
  metadata_type: string;
  metadata: Uint8Array;
}

interface WriteRow {
  task: string;
  place: number;
  path: string;
  channel: string;
  type: string;
  value: Uint8Array;
}

/** `createRouterGraph({ ..., checkpointer: new SqliteSaver({ location: 'threads.sqlite' }) })`. Close it when the server ends. */
export class SqliteSaver extends BaseCheckpointSaver {
  readonly #database: DatabaseSync;
  readonly #maximumThreads: number;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor({ location = ':memory:', maximumThreads = 10_000 }: SqliteSaverOptions = {}) {
    super();
    this.#database = openThreadsDatabase(location);
    this.#maximumThreads = maximumThreads;
    this.#statements = prepareStatements(this.#database);
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const { thread_id: thread, checkpoint_ns: namespace = '' } = config.configurable ?? {};
    if (thread === undefined) return undefined;
    const id = getCheckpointId(config);
    const row = id
      ? this.#statements.one.get(text(thread), text(namespace), id)
      : this.#statements.latest.get(text(thread), text(namespace));
    return row && this.#tupleOf(row as unknown as CheckpointRow);
  }

  override async *list(
    config: RunnableConfig,
    { limit = Number.MAX_SAFE_INTEGER, before, filter = {} }: CheckpointListOptions = {},
  ): AsyncGenerator<CheckpointTuple> {
    const { thread_id: thread, checkpoint_ns: namespace, checkpoint_id: id } = config.configurable ?? {};
    const earlierThan = before && getCheckpointId(before);
    const conditions = Object.entries({
      'thread = ?': thread,
      'namespace = ?': namespace,
      'id = ?': id || undefined,
      'id < ?': earlierThan || undefined,
    });
    const given = conditions.filter(([, value]) => value !== undefined);
    const where = given.length > 0 ? `WHERE ${given.map(([condition]) => condition).join(' AND ')}` : '';
    const order = 'ORDER BY thread, namespace, id DESC';
    // Places alone first: others may write while the caller looks at what it was given.
    const places = this.#database
      .prepare(`SELECT thread, namespace, id FROM checkpoints ${where} ${order}`)
      .all(...given.map(([, value]) => text(value))) as unknown as Place[];
    let left = limit;
    for (const place of places) {
      if (left <= 0) return;
      const row = this.#statements.one.get(place.thread, place.namespace, place.id);
      if (!row) continue;
      const tuple = await this.#tupleOf(row as unknown as CheckpointRow);
      const metadata = (tuple.metadata ?? {}) as Record<string, unknown>;
      if (!Object.entries(filter).every(([key, value]) => metadata[key] === value)) continue;
      left--;
      yield tuple;
    }
  }

  /** A version is used once, so that two branches from one checkpoint do not take each other's values. */
  override getNextVersion(current: number | undefined): number {
    return Math.trunc(current ?? 0) + 1 + Math.random() / 2;
  }

  override async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions = checkpoint.channel_versions,
  ): Promise<RunnableConfig> {
    const { checkpoint_ns: namespace = '', checkpoint_id: parent } = config.configurable ?? {};
    const thread = threadOf(config, 'checkpoint');
    const { channel_values: values, ...bare } = copyCheckpoint(checkpoint);
    const changed = Object.keys(newVersions).filter((channel) => Object.hasOwn(values, channel));
    const [dumped, dumpedMetadata, ...channels] = await Promise.all([
      this.serde.dumpsTyped({ ...bare, channel_values: {} }),
      this.serde.dumpsTyped(metadata),
      ...changed.map((channel) => this.serde.dumpsTyped(values[channel])),
    ]);
    this.#inOne(() => {
      const at = [thread, text(namespace)] as const;
      this.#statements.put.run(...at, checkpoint.id, parent ?? null, ...dumped, ...dumpedMetadata);
      for (const [index, channel] of changed.entries()) {
        const version = checkpoint.channel_versions[channel] ?? newVersions[channel]!;
        this.#statements.putChannel.run(...at, channel, Number(version), ...channels[index]!);
      }
      this.#use(thread);
    });
    return { configurable: { thread_id: thread, checkpoint_ns: text(namespace), checkpoint_id: checkpoint.id } };
  }

  override async putWrites(
    config: RunnableConfig,
    writes: PendingWrite[],
    taskId: string,
    taskPath = '',
  ): Promise<void> {
    const { checkpoint_ns: namespace = '', checkpoint_id: id } = config.configurable ?? {};
    const thread = threadOf(config, 'writes');
    if (id === undefined) throw missing('writes', 'checkpoint_id');
    const dumped = await Promise.all(writes.map(([, value]) => this.serde.dumpsTyped(value)));
    this.#inOne(() => {
      for (const [index, [channel]] of writes.entries()) {
        const place = WRITES_IDX_MAP[channel] ?? index;
        const [type, value] = dumped[index]!;
        // Errors and interrupts may come again; what a task wrote stays as it was written first.
        const statement = place < 0 ? this.#statements.rewrite : this.#statements.write;
        statement.run(thread, text(namespace), text(id), taskId, place, taskPath, channel, type, value);
      }
    });
  }

  override async deleteThread(threadId: string): Promise<void> {
    this.#inOne(() => this.#forget(threadId));
  }

  async #tupleOf(row: CheckpointRow): Promise<CheckpointTuple> {
    const { thread, namespace, id, parent } = row;
    const [checkpoint, metadata, pendingWrites] = await Promise.all([
      this.serde.loadsTyped(row.checkpoint_type, row.checkpoint) as Promise<Checkpoint>,
      this.serde.loadsTyped(row.metadata_type, row.metadata) as Promise<CheckpointMetadata>,
      this.#writesOf(row),
    ]);
    checkpoint.channel_values = await this.#valuesOf(checkpoint, row);
    if (checkpoint.v < 4 && parent !== null) await this.#migrateSends(checkpoint, { thread, namespace, id: parent });
    const at = (checkpointId: string) => ({
      configurable: { thread_id: thread, checkpoint_ns: namespace, checkpoint_id: checkpointId },
    });
    return {
      config: at(id),
      checkpoint,
      metadata,
      pendingWrites,
      ...(parent !== null && { parentConfig: at(parent) }),
    };
  }

  async #valuesOf(
    { channel_versions: versions }: Checkpoint,
    { thread, namespace }: Place,
  ): Promise<Record<string, unknown>> {
    const stored = Object.entries(versions).flatMap(([channel, version]) => {
      const row = this.#statements.channel.get(thread, namespace, channel, Number(version));
      return row ? [{ channel, ...(row as unknown as Pick<WriteRow, 'type' | 'value'>) }] : [];
    });
    const values = await Promise.all(stored.map(({ type, value }) => this.serde.loadsTyped(type, value)));
    return Object.fromEntries(stored.map(({ channel }, index) => [channel, values[index]]));
  }

  #writeRows({ thread, namespace, id }: Place): WriteRow[] {
    const rows = this.#statements.writes.all(thread, namespace, id) as unknown as WriteRow[];
    const keyed = rows.map((row) => ({ row, key: writesSortKey(row.path, row.task, row.place) }));
    return keyed.sort((a, b) => compareWritesSortKeys(a.key, b.key)).map(({ row }) => row);
  }

  async #writesOf(place: Place): Promise<CheckpointPendingWrite[]> {
    return Promise.all(
      this.#writeRows(place).map(async ({ task, channel, type, value }): Promise<CheckpointPendingWrite> => {
        return [task, channel, await this.serde.loadsTyped(type, value)];
      }),
    );
  }

  /** Checkpoints of LangGraph before version 4 kept what was sent to tasks with the writes of their parent. */
  async #migrateSends(checkpoint: Checkpoint, parent: Place): Promise<void> {
    const sends = this.#writeRows(parent).filter(({ channel }) => channel === TASKS);
    checkpoint.channel_values[TASKS] = await Promise.all(
      sends.map(({ type, value }) => this.serde.loadsTyped(type, value)),
    );
    const versions = Object.values(checkpoint.channel_versions);
    checkpoint.channel_versions[TASKS] =
      versions.length > 0 ? maxChannelVersion(...versions) : this.getNextVersion(undefined);
  }

  /** The thread is the latest used; the longest unused ones beyond the limit go. */
  #use(thread: string): void {
    const { latest } = this.#statements.latestUse.get() as { latest: number };
    const { changes } = this.#statements.use.run(latest + 1, thread);
    if (changes === 1) return;
    this.#statements.begin.run(thread, latest + 1);
    const { count } = this.#statements.count.get() as { count: number };
    if (count <= this.#maximumThreads) return;
    const unused = this.#statements.unused.all(count - this.#maximumThreads) as { thread: string }[];
    for (const { thread: old } of unused) this.#forget(old);
  }

  #forget(thread: string): void {
    for (const statement of this.#statements.forget) statement.run(thread);
  }

  #inOne(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

const text = (value: unknown): string => String(value);

function threadOf({ configurable }: RunnableConfig, what: string): string {
  const { thread_id: thread } = configurable ?? {};
  if (thread === undefined || thread === '') throw missing(what, 'thread_id');
  return text(thread);
}

function missing(what: string, field: string): Error {
  return userError(
    'thread-missing',
    `SqliteSaver: ${what} without configurable.${field}; give one to a graph with a checkpointer`,
  );
}
