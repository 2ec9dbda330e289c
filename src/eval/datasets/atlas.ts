/** The questions of the atlas that ships: every question file of its manifest, by split, images as full paths. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ATLAS_DIRECTORY } from '../../tools/atlas.ts';
import { loadDataset } from './load.ts';
import type { Question } from './question.ts';

const ManifestSchema = z.object({ questions: z.array(z.object({ path: z.string() })) });

/** In the order of the manifest's files, then of their lines: the same on every machine. */
export async function loadAtlasQuestions({
  split,
  directory = ATLAS_DIRECTORY,
}: {
  split?: Question['split'];
  directory?: string;
} = {}): Promise<Question[]> {
  const manifest = ManifestSchema.parse(JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8')));
  const questions: Question[] = [];
  for (const { path } of manifest.questions) {
    const { questions: found } = await loadDataset({ file: join(directory, path) });
    questions.push(...found.filter((question) => split === undefined || question.split === split));
  }
  return questions;
}
