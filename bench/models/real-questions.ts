/**
 * Real questions that need no pixels, the same number of each source, over the texts, tables and titles of pictures that belong to them.
 * The corpora are not part of this repository (`R1_ROUTER_SHARED_DATA`).
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { selectQuestions } from '../../src/eval/runner/sample.ts';
import { benchDataset, benchStore } from '../eval/results/bench-corpora.ts';
import type { KitQuestion } from './kit.ts';

const CORPORA = join(
  process.env.R1_ROUTER_SHARED_DATA ?? resolve(import.meta.dirname, '../../../shared/data'),
  'bench',
);
const CACHE = resolve(import.meta.dirname, '../../node_modules/.cache/r1-router-results');
const SOURCES = ['ottqa', 'tabfact_val', 'openwikitqa_val'];

/** As many as can be shared out evenly; the first sources have one more. */
export async function realQuestions(count: number, seed = 0): Promise<KitQuestion[]> {
  const file = join(CORPORA, 'questions.jsonl');
  const { questions } = await benchDataset(file);
  const sources = new Map(
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => SourceSchema.parse(JSON.parse(line)))
      .map(({ id, source }) => [id, source]),
  );
  const chosen = SOURCES.map((source, place) => {
    const share = Math.floor(count / SOURCES.length) + (place < count % SOURCES.length ? 1 : 0);
    const own = questions.filter(({ id }) => sources.get(id) === source);
    return selectQuestions(own, { sample: share, seed });
  });
  // One of each source in turn, so that a run that was ended early is fair to all.
  const turns = chosen[0]?.flatMap((_, turn) => chosen.flatMap((own) => own[turn] ?? [])) ?? [];
  return turns.map(({ id, question, answers }) => ({ id, question, answers: [...answers], answerable: true }));
}

const SourceSchema = z.object({ id: z.string(), source: z.string() });

/** The store with their knowledge bases, filled where it is not there yet. */
export async function realStore(): Promise<string> {
  mkdirSync(CACHE, { recursive: true });
  return benchStore(CORPORA, join(CACHE, 'bench-store'));
}
