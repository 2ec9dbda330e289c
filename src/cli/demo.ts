/**
 * `r1-router demo`: three questions of the atlas (`showcases.ts`), answered live. The right answer is printed below each run, whether
 * or not the router found it. With `--open` it goes on as a server, and the page is opened.
 */
import { join, relative } from 'node:path';
import type { Command } from 'commander';
import type { OpenRouter } from '../config/open-router.ts';
import type { Question } from '../eval/datasets/question.ts';
import { exactMatch } from '../eval/metrics/answer-match.ts';
import { tellBuild } from './ask.ts';
import { withInterrupt } from './interrupt.ts';
import { wholeNumber } from './run-options.ts';
import { createLayout, usableColumns } from './terminal/layout.ts';
import { pictureBytes, pictureProtocol } from './terminal/picture.ts';
import { plainLine } from './terminal/plain-text.ts';
import { createPaint, type Paint, wantsColour } from './terminal/style.ts';

interface DemoFlags {
  policy?: string;
  model?: string;
  seed: number;
  open?: boolean;
  full?: boolean;
}

export function register(program: Command): void {
  program
    .command('demo')
    .description('three questions of the atlas that ships, from pictures to figures')
    .option('--policy <name>', 'as in ask (default: scorer)')
    .option('--model <provider:name>', 'as in ask (default: none is needed)')
    .option('--seed <n>', 'other questions', wholeNumber({ least: 0 }), 0)
    .option('--full', 'show every step as ask does: thought, passages, citations')
    .option('--open', 'go on in the browser: the page shows the steps, and asks questions of yours')
    .action(demo);
}

async function demo({ policy, model, seed, open, full }: DemoFlags): Promise<void> {
  const { openRouter } = await import('../config/open-router.ts');
  // The demo is of the atlas, whatever the configuration file of this directory says.
  const loaded = { config: {}, directory: process.cwd() };
  const router = await openRouter({ policy, model, seed }, loaded, { onBuild: tellBuild });
  try {
    await withInterrupt((signal) => showAll(router, { seed, full, signal }));
    const label = createPaint(wantsColour(process.stdout));
    if (open) await servePage(router, seed);
    else
      process.stdout.write(
        `\n  ${label('label', 'Now you:')} ${OWN_QUESTION}\n  ${label('label', 'Your own files:')} r1-router init\n`,
      );
  } finally {
    await router.close();
  }
}

const OWN_QUESTION = 'r1-router ask "Which currency is used in Iceland?"';

interface ShowOptions {
  seed: number;
  full?: boolean;
  signal: AbortSignal;
}

async function showAll(router: OpenRouter, { seed, full, signal }: ShowOptions): Promise<void> {
  const [{ loadImage, runQuestion }, { showcases }] = await Promise.all([
    import('./run-question.ts'),
    import('./showcases.ts'),
  ]);
  await router.graph(); // so that a policy or model that cannot be had is said before anything is shown
  const paint = createPaint(wantsColour(process.stdout));
  const layout = createLayout(usableColumns(process.stdout));
  const label = (text: string) => paint('label', text);
  process.stdout.write(`${introduction(router.knowledgeBases, paint)}`);
  for (const [index, { title, question }] of (await showcases(seed)).entries()) {
    process.stdout.write(`\n  ${paint('heading', `${index + 1}. ${title}`)}\n`);
    const image = question.image === undefined ? undefined : await loadImage(relativePath(question.image));
    const asked = { question: question.question, ...(image && { image }) };
    const protocol = image && pictureProtocol(process.stdout);
    if (image && protocol) process.stdout.write(await pictureBytes(image.bytes, protocol));
    if (!full) {
      process.stdout.write(layout.row('question', question.question, { paintLabel: label }));
      if (image && !protocol) process.stdout.write(layout.row('image', image.description, { paintLabel: label }));
    }
    const answer = await runQuestion(router, asked, { form: full ? 'text' : 'short', signal });
    process.stdout.write(layout.row('answer', verdict(question, answer, paint), { paintLabel: label }));
  }
}

/** On a free port of this machine, until it is told to stop. */
async function servePage(router: OpenRouter, seed: number): Promise<void> {
  const [
    { createRouterApp },
    { listen },
    { stopSignal },
    { graphsOf, offeredPolicies },
    { pageExamples },
    { tellPage },
    atlas,
  ] = await Promise.all([
    import('../server/app.ts'),
    import('../server/listen.ts'),
    import('./serve.ts'),
    import('./serve-router.ts'),
    import('./showcases.ts'),
    import('./open-browser.ts'),
    import('../tools/open/atlas.ts'),
  ]);
  const ending = new AbortController();
  const app = createRouterApp({
    graph: await router.graph(),
    policies: await graphsOf(offeredPolicies(router), (name) => router.graph(name)),
    knowledgeBases: router.knowledgeBases,
    pictures: (name) => (name === 'image' ? join(atlas.atlasDirectory(), 'image') : undefined),
    images: router.images,
    seed,
    signal: ending.signal,
    page: { examples: () => pageExamples(seed) },
  });
  const { url, close } = await listen(app);
  process.stdout.write('\n\n');
  await tellPage(url, { open: true });
  process.stdout.write('Ctrl-C ends it\n');
  await stopSignal();
  await close({ graceMs: 1_000, abort: () => ending.abort(new Error('the server is shutting down')) });
}

/** What was answered, and whether it is right. */
function verdict({ answers }: Question, answer: string | null, paint: Paint): string {
  const given = plainLine(answer ?? 'none');
  if (answer !== null && exactMatch(answer, answers) === 1)
    return `${paint('finalAnswer', given)} ${paint('answer', '✓')}`;
  return `${given} ${paint('warning', '✗')} expected ${plainLine(answers[0] ?? '')}`;
}

function introduction(knowledgeBases: readonly { name: string; modality: string }[], paint: Paint): string {
  const names = knowledgeBases.map(({ name }) => paint('place', plainLine(name)));
  return `  Three questions for the knowledge bases ${names.slice(0, -1).join(', ')} and ${names.at(-1)}.\n`;
}

/** Shorter to read where the package lies below the working directory. */
function relativePath(file: string): string {
  const shorter = relative(process.cwd(), file);
  return shorter.startsWith('..') ? file : shorter;
}
