/**
 * The folder of an evaluation. `evaluation.json` says what was to be run, `questions.jsonl` on what, `runs.jsonl` is the log;
 * reports are derived from these three and can be made again offline. An evaluation is resumed only as itself: its identity
 * covers the questions with their images, the methods and the settings.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../common/atomic-file.ts';
import { contentHash } from '../../common/content-hash.ts';
import { messageOf, userError } from '../../common/errors.ts';
import { type Question, QuestionSchema } from '../datasets/question.ts';

export const EVALUATION_VERSION = 1;

const EvaluationSettingsSchema = z.object({
  seeds: z.array(z.number().int()).min(1),
  maxSteps: z.number().int().nonnegative().optional(),
  /** Whether every sub-question was put to every knowledge base. */
  counterfactual: z.boolean(),
  passageLimit: z.number().int().positive(),
});
type EvaluationSettings = z.infer<typeof EvaluationSettingsSchema>;

const EvaluationSchema = z.object({
  schemaVersion: z.literal(EVALUATION_VERSION),
  identity: z.string(),
  dataset: z.object({ name: z.string(), broken: z.number().int(), imagesMissing: z.number().int() }),
  methods: z.array(z.object({ name: z.string(), fingerprint: z.unknown() })),
  settings: EvaluationSettingsSchema,
});
export type Evaluation = z.infer<typeof EvaluationSchema>;

interface EvaluationFiles {
  evaluation: string;
  questions: string;
  runs: string;
  /** What a judge said, where one was asked. */
  verdicts: string;
  report: string;
  page: string;
}

export function evaluationFiles(folder: string): EvaluationFiles {
  return {
    evaluation: join(folder, 'evaluation.json'),
    questions: join(folder, 'questions.jsonl'),
    runs: join(folder, 'runs.jsonl'),
    verdicts: join(folder, 'verdicts.jsonl'),
    report: join(folder, 'report.json'),
    page: join(folder, 'report.html'),
  };
}

/** Hash of everything that decides what an evaluation finds. Images count by content, not by path. */
export async function evaluationIdentity(
  questions: readonly Question[],
  methods: Evaluation['methods'],
  settings: EvaluationSettings,
): Promise<string> {
  const images = new Map<string, string>();
  for (const { image } of questions) {
    if (image !== undefined && !images.has(image)) images.set(image, await hashOfFile(image));
  }
  const asked = questions.map((question) => ({ ...question, image: question.image && images.get(question.image) }));
  return contentHash(JSON.parse(JSON.stringify({ version: EVALUATION_VERSION, asked, methods, settings })));
}

async function hashOfFile(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw userError('image-not-readable', `evaluation: cannot read the image ${file}`, error);
  });
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Writes what is to be run, or finds the same there already. Throws `other-evaluation` where the folder holds another one.
 * `evaluation.json` is written last: where it stands, the questions stand too.
 */
export async function claimFolder(
  folder: string,
  evaluation: Evaluation,
  questions: readonly Question[],
): Promise<void> {
  const files = evaluationFiles(folder);
  await mkdir(folder, { recursive: true });
  const text = await readFile(files.evaluation, 'utf8').catch(() => undefined);
  if (text !== undefined) {
    const found = EvaluationSchema.safeParse(JSON.parse(text));
    if (found.success && found.data.identity === evaluation.identity) return;
    throw userError(
      'other-evaluation',
      `evaluation: ${folder} holds another evaluation (other questions, methods, settings or knowledge bases); give another folder or delete it`,
    );
  }
  if (await stat(files.runs).catch(() => undefined)) {
    throw userError(
      'other-evaluation',
      `evaluation: ${folder} has a log but no ${basename(files.evaluation)}; give another folder`,
    );
  }
  await writeFileAtomic(files.questions, questions.map((question) => `${JSON.stringify(question)}\n`).join(''));
  await writeFileAtomic(files.evaluation, `${JSON.stringify(evaluation, null, 2)}\n`);
}

/** An evaluation and its questions as they lie in a folder. */
export async function readEvaluation(folder: string): Promise<{ evaluation: Evaluation; questions: Question[] }> {
  const files = evaluationFiles(folder);
  try {
    const evaluation = EvaluationSchema.parse(JSON.parse(await readFile(files.evaluation, 'utf8')));
    const lines = (await readFile(files.questions, 'utf8')).trimEnd().split('\n');
    return { evaluation, questions: lines.map((line) => QuestionSchema.parse(JSON.parse(line))) };
  } catch (error) {
    throw userError(
      'not-an-evaluation',
      `evaluation: ${folder} holds no evaluation that can be read (${messageOf(error)})`,
      error,
    );
  }
}
