/** How figures are written. Pure. */
import type { Run } from './run-state.ts';

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });
export const figure = (value: number): string => number.format(value);

export function duration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  return `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1_000)} s`;
}

export const several = (count: number, one: string, many = `${one}s`): string =>
  `${figure(count)} ${count === 1 ? one : many}`;

export function bytes(count: number): string {
  if (count < 1_000) return several(count, 'byte');
  return count < 1_000_000 ? `${Math.round(count / 1_000)} kB` : `${(count / 1_000_000).toFixed(1)} MB`;
}

/** What a run took: the rows that two runs are compared by. */
export function runFigures({ answer, milliseconds }: Run): { name: string; value: number; text: string }[] {
  if (!answer) return [];
  const { searches, reads, tokens, modelCalls, cost } = answer.usage;
  const used = tokens.input + tokens.output;
  return [
    ...(milliseconds === undefined ? [] : [{ name: 'Time', value: milliseconds, text: duration(milliseconds) }]),
    { name: 'Searches', value: searches, text: figure(searches) },
    { name: 'Passages read', value: reads, text: figure(reads) },
    ...(modelCalls > 0 || used > 0 ? [{ name: 'Tokens', value: used, text: figure(used) }] : []),
    { name: 'Cost', value: cost, text: figure(cost) },
  ];
}

const STOPS: Readonly<Record<string, string>> = {
  policy: 'Nothing more to ask.',
  'max-steps': 'Stopped at the limit of steps.',
  'budget-tokens': 'Stopped at the limit of tokens.',
  'budget-time': 'Stopped at the limit of time.',
  'budget-cost': 'Stopped at the limit of cost.',
  'budget-searches': 'Stopped at the limit of searches.',
  invalid: 'Stopped, because the policy gave no decision that could be used.',
};
export const stopReason = (reason: string): string => STOPS[reason] ?? `Stopped: ${reason}.`;

const OUTCOMES: Readonly<Record<string, string>> = {
  passages: 'passages found',
  empty: 'found nothing',
  unavailable: 'could not be reached',
  timeout: 'did not answer in time',
  'unknown-knowledge-base': 'is not there',
};
export const outcomeText = (outcome: string): string => OUTCOMES[outcome] ?? outcome;
