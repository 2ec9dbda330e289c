/**
 * The folder of a training: what it was asked (`config.json`), what it measured (`metrics.jsonl`), what it saw (`records/`), where
 * it stands (`checkpoints/`), the best policy so far (`policy/`). A folder holds one training; another configuration needs another.
 */
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, userError } from '../../common/errors.ts';
import type { FolderLock } from '../../common/folder-lock.ts';
import { type IterationMetrics, IterationMetricsSchema } from '../monitor/iteration-metrics.ts';
import { type ConfigClaim, claimConfig } from './folder-config.ts';
import { lockTraining } from './training-lock.ts';

export interface RunFolder {
  readonly path: string;
  readonly checkpoints: string;
  readonly records: string;
  readonly policy: string;
  readonly reference: string;
  readonly configHash: string;
  /** Lines kept, oldest first. */
  readonly metrics: readonly IterationMetrics[];
  append(metrics: IterationMetrics): Promise<void>;
  /** Cuts the log back to what a checkpoint knows. Throws `training-folder` where it holds less. */
  cutTo(lines: number): Promise<void>;
  /** Lets others train in the folder. */
  close(): Promise<void>;
}

/**
 * Throws `training-folder` where the folder holds a training of another configuration, and `training-running` where one is under
 * way; no other can begin before this one is closed.
 */
export async function openRunFolder(path: string, claim: ConfigClaim): Promise<RunFolder> {
  await makeFolder(path);
  const lock = lockTraining(path);
  try {
    return await openLocked(path, claim, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(join(path, 'checkpoints'), { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    // A full disk is no fault of the name.
    if (error.code === 'ENOSPC' || error.code === 'EDQUOT') throw error;
    throw userError(
      'training-folder',
      `${path}: cannot be made a folder (${messageOf(error)}); choose another --out`,
      error,
    );
  });
}

async function openLocked(path: string, claim: ConfigClaim, lock: FolderLock): Promise<RunFolder> {
  const configHash = await claimConfig(path, claim);
  const metricsFile = join(path, 'metrics.jsonl');
  const handle = await open(metricsFile, 'a+');
  const text = await handle.readFile('utf8');
  let metrics = readMetrics(text);
  return {
    path,
    configHash,
    checkpoints: join(path, 'checkpoints'),
    records: join(path, 'records'),
    policy: join(path, 'policy'),
    reference: join(path, 'reference'),
    get metrics() {
      return metrics;
    },
    async append(line) {
      metrics = [...metrics, line];
      await handle.appendFile(`${JSON.stringify(line)}\n`);
      await handle.datasync();
    },
    async cutTo(lines) {
      if (metrics.length < lines) {
        throw userError(
          'training-folder',
          `${metricsFile}: line ${metrics.length + 1} is damaged or missing, the checkpoint knows ${lines}; restore it, or choose another --out`,
        );
      }
      metrics = metrics.slice(0, lines);
      // In one step: a kill finds the log whole or cut, never emptied.
      await handle.truncate(Buffer.byteLength(text.split('\n').slice(0, lines).map(withEnd).join('')));
      await handle.datasync();
    },
    async close() {
      await handle.close().finally(lock.release);
    },
  };
}

const withEnd = (line: string): string => `${line}\n`;

/** Whole lines up to the first that is none: what a kill has torn belongs to an iteration that will be done again. */
function readMetrics(text: string): IterationMetrics[] {
  const metrics: IterationMetrics[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    const parsed = parsedLine(line);
    if (!parsed) break;
    metrics.push(parsed);
  }
  return metrics;
}

function parsedLine(line: string): IterationMetrics | undefined {
  try {
    return IterationMetricsSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
