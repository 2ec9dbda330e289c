/** What a synthesis made and what it refused, as a Markdown page: counts by kind and by filter, and examples of each to judge the filters by. */
import type { AcceptedQuestion } from './accepted.ts';
import { REASONS, type Reason } from './filters.ts';
import type { JournalLine, Trial } from './journal.ts';
import { noTroubles, TROUBLES } from './retry.ts';
import { addTokens, noTokens, priceOf, type Tokens } from './spending.ts';
import type { SynthesisEnd } from './synthesize.ts';

export interface SynthesisCounts {
  items: number;
  tried: number;
  accepted: number;
  train: number;
  validation: number;
  rejected: Partial<Record<Reason, number>>;
  troubles: Record<string, number>;
  tokens: Tokens;
  /** Where prices were given. */
  price?: number;
}

export function synthesisCounts(
  lines: readonly JournalLine[],
  accepted: readonly AcceptedQuestion[],
  prices?: { input: number; output: number },
): SynthesisCounts {
  const trials = lines.flatMap((line) => line.trials);
  const rejected: SynthesisCounts['rejected'] = {};
  const refuse = (reason: Reason): void => {
    rejected[reason] = (rejected[reason] ?? 0) + 1;
  };
  for (const { verdict } of trials) if (verdict !== 'accepted') refuse(verdict);
  for (const { refused } of lines) if (refused) refuse(refused);
  const troubles = noTroubles();
  for (const line of lines) for (const name of TROUBLES) troubles[name] += line.troubles[name] ?? 0;
  const tokens = lines.reduce((sum, line) => addTokens(sum, line.tokens), noTokens());
  return {
    items: lines.length,
    tried: trials.length,
    accepted: accepted.length,
    train: accepted.filter(({ split }) => split === 'train').length,
    validation: accepted.filter(({ split }) => split === 'validation').length,
    rejected,
    troubles,
    tokens,
    ...(prices && { price: priceOf(tokens, prices) }),
  };
}

const ENDS: Record<SynthesisEnd, string> = {
  'all-items': 'everything there is was tried',
  questions: 'as many questions as asked for',
  tokens: 'the budget of tokens was used up',
  price: 'the budget of money was used up',
  time: 'the budget of time was used up; the same command goes on',
};

/** Examples shown of each kind and of each reason. */
const EXAMPLES = 5;

export function synthesisReport(
  lines: readonly JournalLine[],
  accepted: readonly AcceptedQuestion[],
  { teacher, end, prices }: { teacher: string; end: SynthesisEnd; prices?: { input: number; output: number } },
): string {
  const counts = synthesisCounts(lines, accepted, prices);
  const { tokens, price } = counts;
  const trials = lines.flatMap((line) => line.trials);
  const page = [
    '# Synthesised questions',
    '',
    `${counts.accepted} of ${counts.tried} questions were kept (${counts.train} to train on, ${counts.validation} to validate), from ${counts.items} items. Teacher: ${teacher}. Ended because: ${ENDS[end]}.`,
    '',
    `Tokens of models: ${tokens.input} read, ${tokens.output} written${price === undefined ? '' : `, for ${price.toFixed(4)}`}. Failures of the teacher or writer that were tried again: ${TROUBLES.map((name) => `${name} ${counts.troubles[name]}`).join(', ')}.`,
    '',
    '## By kind',
    '',
    ...table(['kind', 'tried', 'kept', 'knowledge bases', 'searches of the kept'], kindRows(trials)),
    '',
    '## Refused',
    '',
    ...table(
      ['filter', 'refused', 'why'],
      (Object.keys(REASONS) as Reason[]).map((reason) => [
        reason,
        String(counts.rejected[reason] ?? 0),
        REASONS[reason],
      ]),
    ),
    '',
    ...refusedExamples(trials),
    ...unwrittenExamples(lines),
    '## Kept, a few of each kind',
    '',
    ...keptExamples(trials),
  ];
  return `${page.join('\n').trimEnd()}\n`;
}

const cell = (text: string): string => text.replace(/\s+/g, ' ').replaceAll('|', '\\|').slice(0, 160);

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  `| ${head.join(' | ')} |`,
  `|${head.map(() => '---').join('|')}|`,
  ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
];

function kindRows(trials: readonly Trial[]): string[][] {
  return [...Map.groupBy(trials, ({ draft }) => draft.template)].map(([template, own]) => {
    const kept = own.filter(({ verdict }) => verdict === 'accepted');
    const routes = Map.groupBy(kept, ({ draft }) => draft.steps.map(({ knowledgeBase }) => knowledgeBase).join('>'));
    const searches = kept.reduce((sum, { trajectory }) => sum + (trajectory?.searches ?? 0), 0);
    return [
      template,
      String(own.length),
      String(kept.length),
      [...routes].map(([route, of]) => `${route || 'unknown'} ${of.length}`).join(', '),
      kept.length === 0 ? '' : (searches / kept.length).toFixed(2),
    ];
  });
}

function refusedExamples(trials: readonly Trial[]): string[] {
  const byReason = Map.groupBy(trials, ({ verdict }) => verdict);
  return (Object.keys(REASONS) as Reason[]).flatMap((reason) => {
    const own = byReason.get(reason) ?? [];
    if (own.length === 0) return [];
    const rows = own
      .slice(0, EXAMPLES)
      .map(({ draft, detail = '' }) => [draft.question, draft.answers[0] ?? '', detail]);
    return [`### ${reason}: ${own.length}`, '', ...table(['question', 'answer', 'instead'], rows), ''];
  });
}

function unwrittenExamples(lines: readonly JournalLine[]): string[] {
  const own = lines.filter(({ refused }) => refused !== undefined);
  if (own.length === 0) return [];
  const rows = own.slice(0, EXAMPLES).map(({ key, detail = '' }) => [key.replaceAll('\n', ' '), detail]);
  return [`### writer: ${own.length}`, '', ...table(['passages', 'how it failed'], rows), ''];
}

function keptExamples(trials: readonly Trial[]): string[] {
  const kept = trials.filter(({ verdict }) => verdict === 'accepted');
  return [...Map.groupBy(kept, ({ draft }) => draft.template)].flatMap(([template, own]) => [
    `### ${template}: ${own.length}`,
    '',
    ...own
      .slice(0, EXAMPLES)
      .map(({ draft }) => `- ${cell(draft.question)} → ${cell(draft.answers[0] ?? 'no answer')}`),
    '',
  ]);
}
