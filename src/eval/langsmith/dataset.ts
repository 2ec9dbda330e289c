/**
 * A question set as a dataset of LangSmith: a question is an example, its golds are the reference, its picture stays here and is named
 * by its SHA-256. An example's id follows from what stands in it, so that a set is sent once, however often this is called.
 */
import { readFile } from 'node:fs/promises';
import type { Client } from 'langsmith';
import type { Example, ExampleCreate } from 'langsmith/schemas';
import { v5 as uuidv5 } from 'uuid';
import { canonicalJson } from '../../common/content-hash.ts';
import { isR1RouterError, messageOf, systemError, userError } from '../../common/errors.ts';
import type { ImageStore } from '../../graph/image-store.ts';
import type { RouterInput } from '../../graph/run-state.ts';
import type { Dataset } from '../datasets/load.ts';
import { type Question, QuestionSchema } from '../datasets/question.ts';

export interface LangsmithDatasetOptions {
  dataset: Pick<Dataset, 'name' | 'questions'>;
  /** What LangSmith calls it. Default: the name of the set. */
  name?: string;
  /** Takes the pictures of the questions; needed where there are any. */
  images?: ImageStore;
  /** Default: the client that the environment describes (`LANGSMITH_ENDPOINT`, `LANGSMITH_API_KEY`). */
  client?: Client;
}

export interface LangsmithDataset {
  name: string;
  datasetId: string;
  /** Those of this set alone, in its order; the dataset may hold others. */
  examples: Example[];
  /** How many had to be sent. */
  uploaded: number;
}

const BATCH = 100;

/** Throws the system error `langsmith-failed` where LangSmith does not answer or refuses. */
export async function uploadDataset(options: LangsmithDatasetOptions): Promise<LangsmithDataset> {
  const { dataset, name = dataset.name } = options;
  const { client = new (await import('langsmith')).Client() } = options;
  try {
    const { id: datasetId } = (await client.hasDataset({ datasetName: name }))
      ? await client.readDataset({ datasetName: name })
      : await client.createDataset(name, { description: `Questions of r1-router: ${dataset.name}` });
    const wanted = await Promise.all(dataset.questions.map((question) => exampleOf(question, datasetId, options)));
    const known = await examplesById(client, datasetId);
    const missing = wanted.filter(({ id }) => !known.has(id));
    for (let from = 0; from < missing.length; from += BATCH) {
      await client.uploadExamplesMultipart(datasetId, missing.slice(from, from + BATCH));
    }
    const all = missing.length > 0 ? await examplesById(client, datasetId) : known;
    const examples = wanted.flatMap(({ id }) => all.get(id) ?? []);
    return { name, datasetId, examples, uploaded: missing.length };
  } catch (error) {
    if (isR1RouterError(error)) throw error;
    throw systemError(
      'langsmith-failed',
      `LangSmith does not take the dataset "${name}" (${messageOf(error)}); check LANGSMITH_API_KEY and LANGSMITH_ENDPOINT`,
      error,
    );
  }
}

async function examplesById(client: Client, datasetId: string): Promise<Map<string, Example>> {
  const examples = new Map<string, Example>();
  for await (const example of client.listExamples({ datasetId })) examples.set(example.id, example);
  return examples;
}

type NamedExample = ExampleCreate & { id: string };

async function exampleOf(
  question: Question,
  datasetId: string,
  { images }: Pick<LangsmithDatasetOptions, 'images'>,
): Promise<NamedExample> {
  const {
    id: questionId,
    question: asked,
    image: file,
    answers,
    answerable,
    answerRanges,
    steps,
    route,
    ...about
  } = question;
  const image = file === undefined ? undefined : await keptImage(file, images);
  const { split, ...rest } = about;
  const body = {
    inputs: { question: asked, ...(image !== undefined && { image }) } satisfies RouterInput,
    outputs: JSON.parse(canonicalJson({ answers, answerable, answerRanges, steps, route })) as Record<string, unknown>,
    metadata: JSON.parse(canonicalJson({ questionId, ...rest })) as Record<string, unknown>,
    ...(split && { split }),
  };
  return { ...body, id: uuidv5(canonicalJson(body), datasetId) };
}

async function keptImage(file: string, images: ImageStore | undefined): Promise<string> {
  if (!images) {
    throw userError(
      'no-image-store',
      'langsmith: a question has an image, but no image store was given; set the option images',
    );
  }
  return images.put(await readFile(file));
}

/** The question that an example was made of, without its picture. */
export function questionOfExample({
  inputs,
  outputs,
  metadata,
}: Pick<Example, 'inputs' | 'outputs' | 'metadata'>): Question {
  const { questionId, dataset_split: _split, ...about } = metadata ?? {};
  return QuestionSchema.parse({ ...about, ...outputs, id: questionId, question: inputs.question });
}
