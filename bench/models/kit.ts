/** A folder of somebody's own files with questions: where its parts lie, how it is ingested, and how an answer to it is scored. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const QuestionSchema = z.object({
  id: z.string(),
  question: z.string(),
  answers: z.array(z.string()),
  image: z.string().optional(),
  answerable: z.boolean().default(true),
});
export type KitQuestion = z.infer<typeof QuestionSchema>;

/** One knowledge base of a kit, as `r1-router ingest` is called for it. */
export interface KitPart {
  name: string;
  modality: 'text' | 'table' | 'text-image';
  description: string;
  sources: string[];
}

export function kitParts(kit: string): KitPart[] {
  const texts = ['handbook', 'notes'].map((name) => join(kit, name)).find(existsSync);
  const tables = readdirSync(kit).filter((name) => name.endsWith('.csv'));
  return [
    {
      name: 'documents',
      modality: 'text',
      description: 'Our own documents: rules, places, people, how things are done',
      sources: texts === undefined ? [] : [texts],
    },
    {
      name: 'figures',
      modality: 'table',
      description: 'Our own tables: things with their figures, one row each',
      sources: tables.map((name) => join(kit, name)),
    },
    {
      name: 'pictures',
      modality: 'text-image',
      description: 'Our own pictures with captions',
      sources: [join(kit, 'pictures')],
    },
  ];
}

export function kitQuestions(kit: string): KitQuestion[] {
  const lines = readFileSync(join(kit, 'questions.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => QuestionSchema.parse(JSON.parse(line)));
}

export type Verdict = 'right' | 'shown' | 'wrong' | 'abstained' | 'refused' | 'invented';

/** Words of an answer at most: more is a passage and no answer. */
const LONGEST_ANSWER = 15;
/** Entries of the evidence that are looked at, and words of each. */
const [SHOWN_ENTRIES, SHOWN_WORDS] = [3, 40];

/** Right where a short answer holds a right one; shown where only the evidence does. */
export function verdictOf(
  { answers, answerable }: KitQuestion,
  { answer, evidence }: { answer: string | null; evidence: readonly { text: string }[] },
): Verdict {
  if (!answerable) return answer === null ? 'refused' : 'invented';
  if (answer !== null && !holdsAny(answer, answers)) return 'wrong';
  if (answer !== null && plain(answer).split(' ').length <= LONGEST_ANSWER) return 'right';
  const shown = evidence.slice(0, SHOWN_ENTRIES).map(({ text }) => text.split(/\s+/).slice(0, SHOWN_WORDS).join(' '));
  return shown.some((text) => holdsAny(text, answers)) ? 'shown' : 'abstained';
}

export function holdsAny(text: string, answers: readonly string[]): boolean {
  return answers.some((answer) => ` ${plain(text)} `.includes(` ${plain(answer)} `));
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}:.]+/gu, ' ')
    .replace(/\.(?!\d)/g, ' ')
    .replace(/ +/g, ' ')
    .trim();
}
