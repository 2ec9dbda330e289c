/**
 * Loads an evaluation set from a JSONL file: one of the reference's six by name, or the generic form. Says what it left out:
 * broken lines with file and number, and questions whose image is missing.
 */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { userError } from '../../common/errors.ts';
import { GenericRowSchema, questionOfGenericRow } from './generic.ts';
import { type BrokenLine, type JsonlOptions, jsonlRows, reportBroken } from './jsonl.ts';
import type { Question } from './question.ts';
import { isReferenceSet, questionOfReferenceRow, REFERENCE_SETS, ReferenceRowSchemas } from './reference-sets.ts';

export interface LoadDatasetOptions extends JsonlOptions {
  /** A JSONL file, or a folder of them with generic rows (read in order of their names). */
  file: string;
  /** One of the six reference sets; left out, the file is read as generic rows. */
  set?: string;
  /** Folder of images: `image_id` with any usual ending for the reference sets. Default for generic rows: beside the file. */
  images?: string;
  /** Only questions of this split, where rows name one. */
  split?: Question['split'];
  /** Default: the set, or the file's name. */
  name?: string;
}

export interface Dataset {
  name: string;
  /** `image` of a question is a full path here. */
  questions: Question[];
  broken: BrokenLine[];
  /** Questions that name an image of which there is no file; they are asked without it. */
  imagesMissing: number;
  /** Their ids. */
  imageless: ReadonlySet<string>;
}

/** Throws `file-not-found`, `unknown-dataset`, `empty-dataset`, and `broken-line` where broken lines are fatal (the default). */
export async function loadDataset({
  file,
  set,
  images,
  split,
  name,
  ...options
}: LoadDatasetOptions): Promise<Dataset> {
  const broken: BrokenLine[] = [];
  const report: JsonlOptions = {
    ...options,
    onBroken: (line) => {
      broken.push(line);
      options.onBroken?.(line);
    },
  };
  const loaded =
    set === undefined ? await loadGeneric(file, images, report) : await loadReference(file, set, images, report);
  const questions = loaded.questions.filter((question) => split === undefined || question.split === split);
  if (questions.length === 0) {
    const which = split === undefined ? 'question' : `question of the split "${split}"`;
    throw userError('empty-dataset', `dataset: ${file} holds no usable ${which}; check the file and the options`);
  }
  const { imageless } = loaded;
  return {
    name: name ?? set ?? basename(file).replace(/\.jsonl$/, ''),
    questions,
    broken,
    imageless,
    imagesMissing: questions.filter(({ id }) => imageless.has(id)).length,
  };
}

interface Loaded {
  questions: Question[];
  imageless: Set<string>;
}

async function loadGeneric(place: string, images: string | undefined, options: JsonlOptions): Promise<Loaded> {
  const ids = new Set<string>();
  const questions: Question[] = [];
  const imageless = new Set<string>();
  for (const file of await jsonlFilesOf(place)) {
    for await (const { line, row } of jsonlRows(file, GenericRowSchema, options)) {
      const question = questionOfGenericRow(row, line);
      if (ids.has(question.id)) {
        reportBroken(
          { file, line, message: `id: "${question.id}" stands on an earlier line too; ids must differ` },
          options,
        );
        continue;
      }
      ids.add(question.id);
      if (question.image !== undefined) {
        const path = resolve(images ?? dirname(file), question.image);
        const found = await stat(path).catch(() => undefined);
        question.image = found?.isFile() ? path : undefined;
        if (question.image === undefined) imageless.add(question.id);
      }
      questions.push(question);
    }
  }
  return { questions, imageless };
}

async function jsonlFilesOf(place: string): Promise<string[]> {
  const found = await stat(place).catch(() => undefined);
  if (!found?.isDirectory()) return [place];
  const names = (await readdir(place)).filter((name) => name.endsWith('.jsonl')).sort();
  return names.map((name) => join(place, name));
}

async function loadReference(
  file: string,
  set: string,
  images: string | undefined,
  options: JsonlOptions,
): Promise<Loaded> {
  if (!isReferenceSet(set)) {
    throw userError(
      'unknown-dataset',
      `dataset: "${set}" is not one of ${REFERENCE_SETS.join(', ')}; leave it out for your own format`,
    );
  }
  const byStem = new Map<string, string>();
  for (const path of images === undefined ? [] : await filesBelow(images)) {
    if (/\.(jpe?g|png|webp|gif)$/i.test(path)) byStem.set(basename(path).replace(/\.[^.]+$/, ''), path);
  }
  const questions: Question[] = [];
  const imageless = new Set<string>();
  for await (const { line, row } of jsonlRows(file, ReferenceRowSchemas[set], options)) {
    const { question, imageId } = questionOfReferenceRow(set, row, line);
    const image = imageId === undefined ? undefined : byStem.get(imageId);
    if (image !== undefined) question.image = image;
    else if (imageId !== undefined) imageless.add(question.id);
    questions.push(question);
  }
  return { questions, imageless };
}

async function filesBelow(folder: string): Promise<Set<string>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch((error: unknown) => {
    throw userError('folder-not-found', `dataset: cannot read the image folder ${folder}; give an existing one`, error);
  });
  return new Set(entries.filter((entry) => entry.isFile()).map((entry) => resolve(join(entry.parentPath, entry.name))));
}
