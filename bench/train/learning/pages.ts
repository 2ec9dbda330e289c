/** The tables of the model card, docs/research/training.md and docs/research/results.md that say what learning brings. */
import { resolve } from 'node:path';
import { replaceMarked } from '../marked.ts';
import type { Difference, IntervalOf, Learning, Row } from './figures.ts';

const percent = (value: number): string => (100 * value).toFixed(1);
const share = ({ mean, low, high }: IntervalOf): string => `${percent(mean)} [${percent(low)}, ${percent(high)}]`;
const signed = (value: number): string => `${value >= 0 ? '+' : ''}${percent(value)}`;
const gain = (difference: Difference | undefined): string =>
  difference ? `${signed(difference.mean)} [${percent(difference.low)}, ${percent(difference.high)}]` : '';
const chance = (difference: Difference | undefined): string =>
  difference ? (difference.p < 0.001 ? '< 0.001' : difference.p.toFixed(3)) : '';

/** How the policies are called in tables, in their order. */
const NAMES: Record<string, string> = {
  untrained: 'untrained: the rule, nothing learnt',
  scorer: '`scorer`: the default, trained',
  quick: '`train --quick`, seed 1',
  'quick, seed 2': '`train --quick`, seed 2',
  'quick, seed 3': '`train --quick`, seed 3',
  'recipe, wordings': 'the recipe with `data.wordings`',
  probe: '`probe`',
  all: '`all`: every knowledge base at every step',
  'all-once': '`all-once`: each once, with the question',
  random: '`random`',
};

const SETS: Record<string, string> = {
  unseen: 'atlas, templates never seen',
  test: 'atlas, whole test split',
  blind: 'atlas, as people type it, blind',
  dev: 'atlas, as people type it, seen',
  real: 'real questions',
};

const rowsOf = (learning: Learning, set: string): [string, Row][] =>
  Object.keys(NAMES).flatMap((name) => {
    const row = learning.sets[set]?.policies[name];
    return row ? [[name, row] as [string, Row]] : [];
  });

const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');

/** A first step that asks every knowledge base goes nowhere in particular. */
const asksAll = (name: string): boolean => name === 'all' || name === 'all-once';

/** One set in full: answers, costs, and what each policy is above the untrained rule and above probe. */
export function fullTable(learning: Learning, set: string): string {
  const head = ['policy', 'answers', 'searches', 'reads', 'first step', 'over untrained', 'p', 'over `probe`', 'p'];
  const rows = rowsOf(learning, set).map(([name, { answers, searches, reads, first, over }]) => [
    NAMES[name]!,
    share(answers),
    searches.mean.toFixed(2),
    reads.toFixed(1),
    first === null || asksAll(name) ? '' : percent(first),
    gain(over.untrained),
    chance(over.untrained),
    gain(over.probe),
    chance(over.probe),
  ]);
  return tableOf(head, rows);
}

/** Several sets side by side, answers only. */
function sideBySide(learning: Learning, sets: readonly string[]): string {
  const head = ['policy', ...sets.map((set) => `${SETS[set]} (${learning.sets[set]?.questions.toLocaleString('en')})`)];
  const names = Object.keys(NAMES).filter((name) => sets.some((set) => learning.sets[set]?.policies[name]));
  const cell = (name: string, set: string): string => {
    const row = learning.sets[set]?.policies[name];
    if (!row) return '';
    return row.over.untrained ? `${share(row.answers)}, ${gain(row.over.untrained)}` : share(row.answers);
  };
  return tableOf(
    head,
    names.map((name) => [NAMES[name]!, ...sets.map((set) => cell(name, set))]),
  );
}

/** By page, by mark. */
export const tables = (learning: Learning): Record<string, Record<string, string>> => ({
  'models/scorer/README.md': {
    unseen: fullTable(learning, 'unseen'),
    blind: fullTable(learning, 'blind'),
  },
  'docs/research/training.md': { natural: sideBySide(learning, ['dev', 'blind', 'unseen']) },
  'docs/research/results.md': {
    learning: ['unseen', 'test', 'blind', 'dev', 'real']
      .filter((set) => learning.sets[set])
      .map((set) => `**${SETS[set]}** (${learning.sets[set]!.questions} questions)\n\n${fullTable(learning, set)}`)
      .join('\n'),
  },
});

export async function writePages(learning: Learning): Promise<void> {
  const root = resolve(import.meta.dirname, '../../..');
  for (const [page, sections] of Object.entries(tables(learning)))
    for (const [name, text] of Object.entries(sections)) await replaceMarked(resolve(root, page), name, text);
}
