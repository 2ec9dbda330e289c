/**
 * `r1-router demo`: three questions of the atlas, answered live. They come from the validation split, never from the test
 * split, and the right answer is printed below each run, whether or not the router found it.
 */
import { relative } from 'node:path';
import type { Command } from 'commander';
import { systemError } from '../common/errors.ts';
import { keyedRandom } from '../common/random.ts';
import type { Question } from '../eval/datasets/question.ts';
import { exactMatch } from '../eval/metrics/answer-match.ts';
import { tellBuild } from './ask.ts';
import { withInterrupt } from './interrupt.ts';
import { wholeNumber } from './run-options.ts';
import { createLayout, usableColumns } from './terminal/layout.ts';
import { plainLine } from './terminal/plain-text.ts';
import { createPaint, type Paint, wantsColour } from './terminal/style.ts';

interface DemoFlags {
  policy?: string;
  model?: string;
  seed: number;
}

interface Showcase {
  title: string;
  template: string;
}

/** Templates of the atlas, from short to long. */
const SHOWCASES: readonly Showcase[] = [
  { title: 'a picture, then a text', template: 'picture-fact' },
  { title: 'a picture, then two tables', template: 'flag-capital-fact' },
  { title: 'two chains of steps, compared at the end', template: 'capitals-compare' },
];

export function register(program: Command): void {
  program
    .command('demo')
    .description('three questions of the atlas that ships, from pictures to figures')
    .option('--policy <name>', 'as in ask (default: scorer)')
    .option('--model <provider:name>', 'as in ask (default: none is needed)')
    .option('--seed <n>', 'other questions', wholeNumber({ least: 0 }), 0)
    .action(demo);
}

async function demo({ policy, model, seed }: DemoFlags): Promise<void> {
  await withInterrupt(async (signal) => {
    const [{ loadImage, runQuestion }, { openRouter }, { loadAtlas }] = await Promise.all([
      import('./run-question.ts'),
      import('../config/open-router.ts'),
      import('../eval/datasets/atlas.ts'),
    ]);
    // The demo is of the atlas, whatever the configuration file of this directory says.
    const loaded = { config: {}, directory: process.cwd() };
    const router = await openRouter({ policy, model, seed }, loaded, { onBuild: tellBuild });
    try {
      await router.graph(); // so that a policy or model that cannot be had is said before anything is shown
      const { questions } = await loadAtlas('validation');
      const paint = createPaint(wantsColour(process.stdout));
      const layout = createLayout(usableColumns(process.stdout));
      const label = (text: string) => paint('label', text);
      process.stdout.write(`\n${introduction(router.knowledgeBases, paint)}`);
      for (const [index, showcase] of SHOWCASES.entries()) {
        const question = pick(questions, showcase, seed);
        process.stdout.write(`\n\n  ${paint('heading', `${index + 1}. ${showcase.title}`)}\n`);
        const image = question.image === undefined ? undefined : await loadImage(relativePath(question.image));
        const asked = { question: question.question, ...(image && { image }) };
        const answer = await runQuestion(router, asked, { form: 'text', signal });
        process.stdout.write(layout.row('expected', expectation(question, answer, paint), { paintLabel: label }));
      }
      process.stdout.write(`\n\n  ${label('Now your own:')} r1-router ask "Which currency is used in Iceland?"\n`);
    } finally {
      await router.close();
    }
  });
}

/** The right answer, and whether it was given. */
function expectation({ answers }: Question, answer: string | null, paint: Paint): string {
  const right = answer !== null && exactMatch(answer, answers) === 1;
  return `${plainLine(answers[0] ?? '')} ${right ? paint('answer', '✓') : paint('warning', '✗')}`;
}

function introduction(knowledgeBases: readonly { name: string; modality: string }[], paint: Paint): string {
  const names = knowledgeBases.map(({ name }) => paint('place', plainLine(name)));
  return `  Three questions for the knowledge bases ${names.slice(0, -1).join(', ')} and ${names.at(-1)}.\n`;
}

function pick(questions: readonly Question[], { title, template }: Showcase, seed: number): Question {
  const fitting = questions.filter((question) => question.template === template);
  if (fitting.length === 0)
    throw systemError('demo-question-missing', `demo: the atlas has no question of the template ${template}`);
  return keyedRandom('demo', title, seed).pick(fitting);
}

/** Shorter to read where the package lies below the working directory. */
function relativePath(file: string): string {
  const shorter = relative(process.cwd(), file);
  return shorter.startsWith('..') ? file : shorter;
}
