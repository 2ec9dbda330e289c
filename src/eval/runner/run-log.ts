/**
 * The log of an evaluation: append-only JSON Lines that survive a kill at any moment. A line counts once it is on the disk
 * with its newline; a torn last line is cut off when the log is opened again, and its question asked anew. Lines that arrive
 * together are written and synced together, so that many runs at once do not wait for one disk sync each.
 */
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { messageOf, systemError } from '../../common/errors.ts';
import { type RunLine, RunLineSchema, runKey } from './run-line.ts';

interface RunLog {
  /** Lines by key, those of earlier processes included. */
  readonly lines: ReadonlyMap<string, RunLine>;
  /** Resolves when the line is on the disk. */
  append(line: RunLine): Promise<void>;
  close(): Promise<void>;
}

/** The lines of a log as it stands; what follows the last newline is ignored. Throws `damaged-log` with file and line. */
export async function readRunLog(file: string): Promise<{ lines: Map<string, RunLine>; bytes: number }> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  const end = bytes.lastIndexOf(0x0a) + 1;
  const lines = new Map<string, RunLine>();
  const texts = bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
  texts.forEach((text, index) => {
    try {
      const line = RunLineSchema.parse(JSON.parse(text));
      const key = runKey(line);
      if (!lines.has(key)) lines.set(key, line);
    } catch (error) {
      const where = `${file}:${index + 1}`;
      throw systemError(
        'damaged-log',
        `evaluation log ${where} is damaged; delete that line to have its question asked again (${messageOf(error)})`,
        error,
      );
    }
  });
  return { lines, bytes: end };
}

/** Opens a log to go on with it, or starts one. */
export async function openRunLog(file: string): Promise<RunLog> {
  const { lines, bytes } = await readRunLog(file);
  const handle = await open(file, 'a');
  await handle.truncate(bytes);
  const write = groupWriter(handle);
  return {
    lines,
    async append(line) {
      const key = runKey(line);
      if (lines.has(key)) return;
      await write(`${JSON.stringify(line)}\n`);
      lines.set(key, line);
    },
    async close() {
      await handle.close();
    },
  };
}

/** Collects what is handed in while a sync is under way and writes it in one go. */
function groupWriter(handle: FileHandle): (text: string) => Promise<void> {
  let waiting: string[] = [];
  let next: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();
  return (text) => {
    waiting.push(text);
    next ??= last.then(async () => {
      const batch = waiting.join('');
      waiting = [];
      next = undefined;
      await handle.appendFile(batch);
      await handle.datasync();
    });
    last = next.catch(() => {});
    return next;
  };
}
