/**
 * Three questions of the atlas that show what the router does. They come from the validation split, never from the test split; what
 * `demo` asks, and what the page of a server on the atlas offers to ask.
 */
import { readFile } from 'node:fs/promises';
import { systemError } from '../common/errors.ts';
import { dataUrl } from '../common/picture.ts';
import { keyedRandom } from '../common/random.ts';
import { loadAtlas } from '../eval/datasets/atlas.ts';
import type { Question } from '../eval/datasets/question.ts';
import type { PageExample } from '../server/page.ts';

interface Showcase {
  title: string;
  question: Question;
}

/** Templates of the atlas, from short to long. */
const TEMPLATES: readonly { title: string; template: string }[] = [
  { title: 'a picture, then a text', template: 'picture-fact' },
  { title: 'a picture, then two tables', template: 'flag-capital-fact' },
  { title: 'two chains of steps, compared at the end', template: 'capitals-compare' },
];

/** Other questions with another seed. */
export async function showcases(seed: number): Promise<Showcase[]> {
  const { questions } = await loadAtlas('validation');
  return TEMPLATES.map(({ title, template }) => {
    const fitting = questions.filter((question) => question.template === template);
    if (fitting.length === 0)
      throw systemError('demo-question-missing', `demo: the atlas has no question of the template ${template}`);
    return { title, question: keyedRandom('demo', title, seed).pick(fitting) };
  });
}

/** The same as the page shows them. */
export async function pageExamples(seed: number): Promise<PageExample[]> {
  return Promise.all(
    (await showcases(seed)).map(async ({ question: { question, image } }) => ({
      question,
      ...(image !== undefined && { image: dataUrl(await readFile(image)) }),
    })),
  );
}
