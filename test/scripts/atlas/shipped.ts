/** Reads the shipped atlas world once for the tests. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ManifestFile, ManifestSchema } from '../../../scripts/atlas/manifest.ts';
import { type Question, QuestionSchema } from '../../../src/eval/datasets/question.ts';
import {
  ImageDocumentSchema,
  type KnowledgeDocument,
  TableDocumentSchema,
  TextDocumentSchema,
} from '../../../src/tools/document.ts';

export const FOLDER = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../..', 'data', 'atlas');
export const at = (name: string) => path.join(FOLDER, ...name.split('/'));

export const manifest = ManifestSchema.parse(JSON.parse(readFileSync(at('manifest.json'), 'utf8')));

export function rowsOf(file: ManifestFile): unknown[] {
  return readFileSync(at(file.path), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

const SCHEMAS = { text: TextDocumentSchema, 'text-image': ImageDocumentSchema, table: TableDocumentSchema };

export const documents: KnowledgeDocument[] = manifest.knowledgeBases.flatMap(({ modality, files }) =>
  files.flatMap((file) => rowsOf(file).map((row): KnowledgeDocument => SCHEMAS[modality].strict().parse(row))),
);

export const questions: Question[] = manifest.questions.flatMap((file) =>
  rowsOf(file).map((row) => QuestionSchema.strict().parse(row)),
);

export const inSplit = (split: Question['split']) => questions.filter((question) => question.split === split);
