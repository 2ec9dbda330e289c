/** README's table: what to expect, every row with its interval, the untrained router beside the trained one. */
import type { Learning } from '../../bench/train/learning/figures.ts';
import { bootstrapMean } from '../../src/eval/statistics/index.ts';
import type { Figures, ModelRuns } from './figures.ts';

const ATLAS: Readonly<Record<string, string>> = {
  test: 'the atlas, test questions',
  unseen: 'the atlas, kinds of questions that training never saw',
  blind: 'the atlas, as people type it',
  real: 'real questions from four public sets, by the policy of the atlas',
};
const COLUMNS = ['scorer', 'untrained', 'all-once'] as const;
const HANDBOOK = 'company handbook';

const percent = (value: number): string => (100 * value).toFixed(1);
const interval = ({ mean, low, high }: { mean: number; low: number; high: number }): string =>
  `${percent(mean)} [${percent(low)}, ${percent(high)}]`;

/** So many of so many, with the interval of the share. */
function counted(right: number, of: number): string {
  const each = Array.from({ length: of }, (_, place) => Number(place < right));
  return `${interval(bootstrapMean(each, { seed: 'learning' })!)}, ${right} of ${of}`;
}

export function firstTable({ sets, own }: Learning, { folders, real }: Figures, runs: ModelRuns): string {
  const atlas = Object.entries(ATLAS).flatMap(([set, name]) => {
    const found = sets[set];
    if (!found) return [];
    const cells = COLUMNS.map((column) => interval(found.policies[column]!.right));
    return [[`${name} (${found.questions.toLocaleString('en')})`, ...cells]];
  });
  const byRules = [
    `real questions from the same sets, by the default for your own files (${real.questions})`,
    interval(real.default),
    // Nothing in it is trained.
    interval(real.default),
    interval(real['all-once']),
  ];
  const rows = [...atlas, byRules, ...ownRows(own, folders, runs)];
  const head = ['questions (how many)', 'default', 'untrained', 'once each'];
  return [head, ['---', '---', '---', '---'], ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

/** On people's own files the default is a rule, and nothing in it was trained. */
function ownRows(own: Learning['own'], folders: Figures['folders'], runs: ModelRuns): string[][] {
  const asked = 27;
  const sum = (key: 'right' | 'shown', some: Figures['folders']) => some.reduce((total, one) => total + one[key], 0);
  const company = folders.find(({ folder }) => folder.includes('company'))!;
  const blind = folders.filter(({ lookedAt }) => !lookedAt);
  const beside = (name: string): string => {
    const found = own?.policies[name];
    return found ? counted(found.right, own!.questions) : '';
  };
  const model = runs[HANDBOOK]!;
  const evidence = (some: Figures['folders']) => `and evidence shown for ${sum('shown', some)} more`;
  return [
    [
      `own files by rules: a company's handbook, looked at while they were made (${asked})`,
      `${counted(company.right, asked)}, ${evidence([company])}`,
      beside('untrained'),
      beside('all-once'),
    ],
    [
      `own files by rules: two folders never looked at (${asked * blind.length})`,
      `${counted(sum('right', blind), asked * blind.length)}, ${evidence(blind)}`,
      'not measured',
      'not measured',
    ],
    [
      `own files with a small model: the same handbook (${model.questions - model.refused - model.invented})`,
      counted(model.right, model.questions - model.refused - model.invented),
      'none',
      'none',
    ],
  ];
}
