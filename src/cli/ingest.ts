/**
 * `r1-router ingest`: files into a knowledge base of a store, with progress and time left on stderr. A new knowledge base needs a
 * description and a modality; an existing one keeps its own. Killed, it goes on where it was when the same command runs again.
 * What was not stored is said at the end, all of it with `--report FILE`.
 */
import { createWriteStream } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { type Command, Option } from 'commander';
import { cacheDirectory } from '../common/cache-directory.ts';
import { sha256 } from '../common/content-hash.ts';
import { userError } from '../common/errors.ts';
import type { Finding, JobProgress } from '../tools/ingest/job.ts';
import type { Modality } from '../tools/knowledge-base.ts';
import { DEFAULT_STORE } from './default-store.ts';
import { EXIT } from './failure.ts';
import { ingestSummary } from './ingest-summary.ts';
import { withInterrupt } from './interrupt.ts';
import { jsonText } from './terminal/guarded-output.ts';
import { createProgress } from './terminal/progress.ts';

interface IngestOptions {
  kb: string;
  modality?: Modality;
  description?: string;
  cost?: number;
  store: string;
  format?: string;
  chunk?: 'sentences' | 'windows' | 'none';
  words?: number;
  stride?: number;
  language?: string;
  encoder?: string;
  imageEncoder?: string;
  workers: number;
  keepDuplicates?: boolean;
  followLinks?: boolean;
  errors?: string;
  report?: string;
  json?: boolean;
}

export const DEFAULT_WORKERS = Math.max(1, availableParallelism() - 1);

function wholeNumber(name: string, least: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least) {
      throw userError('invalid-option', `--${name}: "${text}" is not a whole number of at least ${least}`);
    }
    return value;
  };
}

function costOf(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
    throw userError('invalid-option', `--cost: "${text}" is not a number of at least 0`);
  }
  return value;
}

export function register(program: Command): void {
  program
    .command('ingest')
    .description('fill a knowledge base from files')
    .argument(
      '<source...>',
      'files or folders: JSONL, JSON, CSV, TSV, Parquet, Markdown, HTML, PDF, DOCX, EPUB, text, wiki dumps, images',
    )
    .requiredOption('--kb <name>', 'the knowledge base to fill')
    .addOption(new Option('--modality <modality>', 'what it holds').choices(['text', 'text-image', 'table']))
    .option('--description <text>', 'what it knows, for the policy to choose by (needed for a new one)')
    .option('--cost <number>', 'declared cost of one search', costOf)
    .option('--store <dir|url>', 'where it lives', DEFAULT_STORE)
    .option('--format <name>', 'format of the files, where their names do not tell')
    .addOption(new Option('--chunk <how>', 'how long texts are cut').choices(['sentences', 'windows', 'none']))
    .option('--words <number>', 'words a chunk at most', wholeNumber('words', 10))
    .option('--stride <number>', 'words between the starts of two windows', wholeNumber('stride', 1))
    .option('--language <name>', 'language of stemming and stop words, e.g. english, german, chinese')
    .option(
      '--encoder <model>',
      'text encoder for hybrid search: bge-small-en-v1.5, bge-small-en-v1.5/int8, a directory, ...',
    )
    .option('--image-encoder <model>', 'image encoder in place of the built-in descriptor, e.g. clip-vit-base-patch32')
    .option('--workers <number>', 'threads for wiki dumps', wholeNumber('workers', 1), DEFAULT_WORKERS)
    .option('--keep-duplicates', 'store documents of the same content under every id')
    .option('--follow-links', 'read links in a folder that lead out of it too')
    .option(
      '--report <file>',
      'write everything that was not stored or read in another way there, one JSON object a line',
    )
    .option('--errors <file>', 'write the errors alone there, one JSON object a line')
    .option('--json', 'print the report as one JSON object')
    .action(ingest);
}

/** Sets the exit code of the process where nothing could be stored. */
export async function ingest(paths: readonly string[], options: IngestOptions): Promise<void> {
  const [{ openStore }, { findKnowledgeBase }, { openSources }, { ingestSources }] = await Promise.all([
    import('../tools/open.ts'),
    import('./ingest-target.ts'),
    import('../tools/ingest/open-sources.ts'),
    import('../tools/ingest/job.ts'),
  ]);
  const modality = options.modality ?? (await findKnowledgeBase(options.store, options.kb))?.modality;
  if (modality === undefined) {
    throw userError(
      'missing-modality',
      `--modality: "${options.kb}" is new in ${options.store}; say text, text-image or table`,
    );
  }
  // Before anything is opened for writing, so that a mistake in a path leaves nothing behind.
  const sources = await openSources(paths, {
    modality,
    format: options.format,
    followLinks: options.followLinks,
  });
  const { openTarget } = await import('./ingest-target.ts');
  const { knowledgeBase, close } = await openTarget(() => openStore(options.store, { readOnly: false }), {
    ...options,
    modality,
  });
  const progress = createProgress();
  const files = [openFindings(options.report), openFindings(options.errors, 'error')];
  let stored = 0;
  const show = ({ bytes, totalBytes, documents, rate, secondsLeft }: JobProgress) =>
    progress.update(
      totalBytes === 0 ? 1 : bytes / totalBytes,
      `${documents.toLocaleString('en')} documents, ${Math.round(rate).toLocaleString('en')}/s`,
      { secondsLeft },
    );
  try {
    await knowledgeBase.markFilling(true);
    const report = await withInterrupt((signal) =>
      ingestSources({
        knowledgeBase,
        sources,
        cursorFile: cursorFile(options),
        workers: options.workers,
        duplicates: options.keepDuplicates ? 'keep' : 'skip',
        signal,
        onProgress(now) {
          stored = now.documents;
          show(now);
        },
        onReading: show,
        onFinding: (finding) => {
          for (const file of files) file?.write(finding);
        },
      }),
    ).finally(() => progress.end());
    await knowledgeBase.markFilling(false);
    const result = { knowledgeBase: options.kb, store: options.store, ...report };
    process.stdout.write(options.json ? `${jsonText(result)}\n` : ingestSummary(options, report));
    // Nothing new is no failure where everything was there before.
    if (report.documents + report.duplicates === 0 && !report.resumed) process.exitCode = EXIT.system;
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') {
      const count = stored === 0 ? 'Nothing is stored yet' : `${stored.toLocaleString('en')} documents are stored`;
      process.stderr.write(`${count}. Run the same command again to go on from there.\n`);
    }
    throw error;
  } finally {
    await Promise.all(files.map((file) => file?.close()));
    await close();
  }
}

/** A file of findings, written as they come: there may be more than fit in memory. */
function openFindings(path: string | undefined, only?: Finding['kind']) {
  if (path === undefined) return undefined;
  const output = createWriteStream(path);
  let failure: Error | undefined;
  output.on('error', (error) => {
    failure = error;
  });
  return {
    write(finding: Finding): void {
      if (only !== undefined && finding.kind !== only) return;
      const { kind, ...rest } = finding;
      output.write(`${JSON.stringify(only === undefined ? { kind, ...rest } : rest)}\n`);
    },
    async close(): Promise<void> {
      output.end();
      await finished(output).catch(() => {});
      if (failure) process.stderr.write(`r1-router: ${path} could not be written: ${failure.message}\n`);
    },
  };
}

/** Beside an embedded store's own cache of the user, since a server has no folder of ours. */
function cursorFile({ store, kb }: IngestOptions): string {
  const place = /^https?:\/\//i.test(store) ? store : resolve(store);
  return join(cacheDirectory(), 'ingest', `${sha256(JSON.stringify([place, kb])).slice(0, 24)}.json`);
}
