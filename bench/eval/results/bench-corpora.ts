/**
 * The real multi-knowledge-base corpora for development (not part of this repository): filled into a store through the command
 * line, as a user would, and their questions turned into generic rows.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { GenericRowSchema, questionOfGenericRow } from '../../../src/eval/datasets/generic.ts';
import { jsonlRows } from '../../../src/eval/datasets/jsonl.ts';
import type { Dataset } from '../../../src/eval/datasets/load.ts';

const MAIN = resolve(import.meta.dirname, '../../../src/cli/main.ts');

const KNOWLEDGE_BASES = [
  {
    name: 'text',
    modality: 'text',
    description: 'Passages of Wikipedia about people, places, clubs, films and events.',
  },
  {
    name: 'table',
    modality: 'table',
    description: 'Tables of Wikipedia: results, rankings, lists, seasons and statistics.',
  },
  {
    name: 'image',
    modality: 'text-image',
    description: 'Pictures of Wikipedia with the title of their page; no pixels here.',
  },
] as const;

/** Fills the store unless it is there; the folder of the store. */
export async function benchStore(corpora: string, store: string): Promise<string> {
  const done = join(store, 'filled.txt');
  if (existsSync(done)) return store;
  await rm(store, { recursive: true, force: true });
  for (const { name, modality, description } of KNOWLEDGE_BASES) {
    const args = [
      'ingest',
      join(corpora, `${name}.jsonl`),
      '--kb',
      name,
      '--modality',
      modality,
      '--description',
      description,
      '--store',
      store,
    ];
    const { status } = spawnSync(process.execPath, [MAIN, ...args], { stdio: 'inherit' });
    if (status !== 0) throw new Error(`r1-router ${args.join(' ')} ended with ${status}`);
  }
  await writeFile(done, '');
  return store;
}

const Ids = z.array(z.string());
const RowSchema = z.object({
  id: z.string(),
  source: z.string(),
  question: z.string().min(1),
  answers: z.array(z.string()).min(1),
  hop: z.string(),
  gold: z.object({ table: Ids.optional(), text: Ids.optional(), image: Ids.optional() }),
  /** `any-of`: one of the text documents is enough. */
  gold_text_is: z.string().optional(),
  gold_outside_corpus: z.unknown().optional(),
});

/**
 * Gold documents become needs. Where an answer stands in the table or in a text (`table|text`), either is enough. Rows that
 * repeat a question text are one template.
 */
export async function benchDataset(file: string): Promise<Dataset> {
  const questions: Dataset['questions'] = [];
  for await (const { line, row } of jsonlRows(file, RowSchema)) {
    const { id, question, answers, hop, gold, gold_text_is } = row;
    const { table = [], text = [], image = [] } = gold;
    const texts = text.length === 0 ? [] : gold_text_is === 'any-of' ? [text] : text;
    const needs =
      hop === 'table|text' ? { table: [[...table, ...text]], text: [], image } : { table, text: texts, image };
    const only = Object.entries(needs).filter(([, documents]) => documents.length > 0);
    const route = hop === 'table' || hop === 'ImageQ' || hop === 'ImageListQ' ? only[0]?.[0] : undefined;
    const template = question.toLowerCase().replace(/\s+/g, ' ');
    const generic = GenericRowSchema.parse({ id, question, answers, gold: needs, template, ...(route && { route }) });
    questions.push(questionOfGenericRow(generic, line));
  }
  return { name: 'bench', questions, broken: [], imageless: new Set(), imagesMissing: 0 };
}
