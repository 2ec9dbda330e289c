/** `r1-router route`: first decisions for a file of questions, in order, without searching. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { userError } from '../common/errors.ts';
import { withInterrupt } from './interrupt.ts';
import { readJsonl } from './read-jsonl.ts';
import { jsonText } from './terminal/guarded-output.ts';
import { plainLine } from './terminal/plain-text.ts';

interface RouteFlags {
  policy?: string;
  knowledgeBases?: string;
  json?: boolean;
}

export function register(program: Command): void {
  program
    .command('route')
    .description('first decisions for a file of questions')
    .argument('<file>', 'JSONL rows {id, question, image?}; - reads standard input')
    .option('--policy <dir|name>', 'directory of a trained policy, or the name of one that ships')
    .option(
      '--knowledge-bases <file>',
      'JSON list of {name, description, modality, cost}; default: those it was trained with',
    )
    .option('--json', 'one JSON object a line (the default when not on a terminal)')
    .addHelpText('after', '\nExample:\n  $ r1-router route questions.jsonl --policy ./policy --json > decisions.jsonl')
    .action(route);
}

/** Rows decided and written at once: bounded memory for files of any size. */
const ROWS_AT_ONCE = 1_000;

async function route(file: string, { policy, knowledgeBases: cardsFile, json }: RouteFlags): Promise<void> {
  await withInterrupt(async (signal) => {
    const [{ loadScorer }, { RouteRowSchema, routeQuestions }, { english }, { readKnowledgeBaseCards }] =
      await Promise.all([
        import('../offline/policies/scorer/directory.ts'),
        import('../offline/policies/scorer/route.ts'),
        import('../offline/english/english.ts'),
        import('./knowledge-base-cards.ts'),
      ]);
    const language = english();
    const scorer = await loadScorer(policyDirectory(policy), { language });
    const knowledgeBases = cardsFile === undefined ? undefined : await readKnowledgeBaseCards(cardsFile);
    const plain = !json && process.stdout.isTTY === true;
    let rows: ReturnType<typeof RouteRowSchema.parse>[] = [];
    const flush = async () => {
      const lines = routeQuestions(rows, scorer, { knowledgeBases, language }).map((routed, index) =>
        plain
          ? `${(routed.knowledgeBase ?? 'stop').padEnd(10)} ${plainLine(rows[index]!.question)}\n`
          : `${jsonText(routed)}\n`,
      );
      rows = [];
      if (!process.stdout.write(lines.join(''))) await new Promise((resolve) => process.stdout.once('drain', resolve));
    };
    for await (const row of readJsonl(file, RouteRowSchema)) {
      signal.throwIfAborted();
      rows.push(row);
      if (rows.length >= ROWS_AT_ONCE) await flush();
    }
    if (rows.length > 0) await flush();
  });
}

/** A directory, or the name of a policy in `models/`; by default the one that ships. */
function policyDirectory(policy = 'scorer'): string {
  const config = join(policy, 'config.json');
  if (existsSync(config)) {
    if (/"model_type"\s*:/.test(readFileSync(config, 'utf8'))) {
      throw userError(
        'unknown-policy',
        `--policy: ${policy} holds a language model, which gives no scores; route needs a scorer`,
      );
    }
    return policy;
  }
  const shipped = new URL(`../../models/${policy}/`, import.meta.url);
  if (/^[\w-]+$/.test(policy) && existsSync(new URL('config.json', shipped))) return fileURLToPath(shipped);
  throw userError(
    'unknown-policy',
    `--policy: "${policy}" is neither a directory written by train nor a policy that ships`,
  );
}
