/** `kb search`: one query, shown; or a file of them, answered in bulk. */
import { createReadStream } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { sha256 } from '../../common/content-hash.ts';
import { messageOf, userError } from '../../common/errors.ts';
import { textLines } from '../../common/text-lines.ts';
import { readImageFile } from '../../config/check-image.ts';
import type { Query, QueryImage, SearchFilter } from '../../tools/knowledge-base.ts';
import type { Passage } from '../../tools/passage.ts';
import type { StoreKnowledgeBase } from '../../tools/store-knowledge-base.ts';
import { withInterrupt } from '../interrupt.ts';
import type { StoreFlags } from '../run-options.ts';
import { jsonText } from '../terminal/guarded-output.ts';
import { createLayout, usableColumns } from '../terminal/layout.ts';
import { passageLine, scoreLabel } from '../terminal/run-view.ts';
import { createPaint, wantsColour } from '../terminal/style.ts';
import { withKnowledgeBases } from './with-store.ts';

interface SearchFlags extends StoreFlags {
  image?: string;
  queries?: string;
  k: number;
  filter?: string;
  json?: boolean;
}

export async function search(name: string, query: string | undefined, flags: SearchFlags): Promise<void> {
  const { image, queries, k, filter: written, json } = flags;
  if (queries !== undefined && (query !== undefined || image !== undefined)) {
    throw userError('invalid-option', '--queries: it replaces the query and --image; give one or the other');
  }
  if (queries === undefined && !query?.trim() && image === undefined) {
    throw userError('empty-query', 'query: it is empty; give words, --image or --queries');
  }
  const filter = written === undefined ? undefined : parseFilter(written);
  const picture = image === undefined ? undefined : await queryImage(image);
  await withInterrupt((signal) =>
    withKnowledgeBases(flags, [name], async ([knowledgeBase]) => {
      if (queries !== undefined) return searchFile(knowledgeBase!, queries, { k, filter, signal });
      const wanted: Query = { ...(query?.trim() && { text: query.trim() }), ...(picture && { image: picture }) };
      const passages = await knowledgeBase!.search(wanted, { limit: k, filter, signal });
      process.stdout.write(json ? `${jsonText(passages, 2)}\n` : passagesText(passages));
    }),
  );
}

function parseFilter(text: string): SearchFilter {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch (error) {
    throw userError(
      'invalid-filter',
      `--filter: not a JSON object; write e.g. '{"must":[{"key":"title","match":{"value":"x"}}]}'`,
      error,
    );
  }
}

async function queryImage(path: string): Promise<QueryImage> {
  const { bytes } = await readImageFile(path);
  return { bytes, hash: sha256(bytes) };
}

function passagesText(passages: readonly Passage[]): string {
  const layout = createLayout(usableColumns(process.stdout));
  const paint = createPaint(wantsColour(process.stdout));
  if (passages.length === 0) return `\n${layout.row('', paint('warning', 'nothing found'))}`;
  const rows = passages.map((passage) => {
    const text = layout.cut(passageLine(passage), layout.textColumns * 2 - 4);
    const id = paint('faint', layout.cut(passage.id, layout.textColumns));
    return layout.row(scoreLabel(passage), text, { paintLabel: (words) => paint('score', words) }) + layout.row('', id);
  });
  return `\n${rows.join('')}`;
}

const QueryLineSchema = z.object({
  id: z.union([z.string(), z.number()]),
  query: z.string().optional(),
  /** Relative to the file of queries. */
  image: z.string().optional(),
});
type QueryLine = z.infer<typeof QueryLineSchema>;

/** Queries are sent in batches, so that a file of any length needs little memory. */
const BATCH = 256;

async function searchFile(
  knowledgeBase: StoreKnowledgeBase,
  file: string,
  { k, filter, signal }: { k: number; filter?: SearchFilter; signal: AbortSignal },
): Promise<void> {
  let batch: QueryLine[] = [];
  const flush = async () => {
    const queries = await Promise.all(batch.map((line) => queryOf(line, file)));
    const results = await knowledgeBase.searchMany(queries, { limit: k, perDocument: 1, filter, signal });
    const lines = results.map((passages, index) => {
      const hits = passages.map(({ documentId, score }) => ({ id: documentId, score }));
      return `${jsonText({ id: batch[index]!.id, hits })}\n`;
    });
    process.stdout.write(lines.join(''));
    batch = [];
  };
  for await (const line of queryLines(file)) {
    batch.push(line);
    if (batch.length === BATCH) await flush();
  }
  await flush();
}

async function queryOf({ query, image }: QueryLine, file: string): Promise<Query> {
  return {
    ...(query?.trim() && { text: query.trim() }),
    ...(image !== undefined && { image: await queryImage(resolve(dirname(file), image)) }),
  };
}

async function* queryLines(file: string): AsyncGenerator<QueryLine> {
  const input = createReadStream(file);
  const opened = new Promise<void>((ready, fail) => input.once('open', () => ready()).once('error', fail));
  await opened.catch((error) => {
    throw userError(
      'queries-missing',
      `--queries ${file}: cannot be read (${messageOf(error)}); check the path`,
      error,
    );
  });
  let number = 0;
  for await (const line of textLines(input)) {
    number++;
    if (line.trim() === '') continue;
    yield parseLine(line, `${file}:${number}`);
  }
}

function parseLine(line: string, where: string): QueryLine {
  const refuse = (why: string) => userError('invalid-query', `${where}: ${why}; each line is {"id", "query"}`);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw refuse('not valid JSON');
  }
  const parsed = QueryLineSchema.safeParse(value);
  if (!parsed.success) throw refuse(`${parsed.error.issues[0]!.path.join('.')}: ${parsed.error.issues[0]!.message}`);
  if (!parsed.data.query?.trim() && parsed.data.image === undefined) throw refuse('query: it is empty');
  return parsed.data;
}
