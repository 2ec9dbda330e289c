/** What a tuning changed and why, to be read before it is used: Markdown, with every candidate and its test. */
import { priceOf } from '../synthesis/spending.ts';
import type { CandidateTrial, Guidance, TuneResult } from './tune.ts';

const quoted = (text: string): string => `"${text.replace(/(["\\$`])/g, '\\$1')}"`;
const number = (value: number): string => `${value >= 0 ? '+' : ''}${value.toFixed(3)}`;

export function tuningReport(
  start: Guidance,
  { guidance, trials, level, heldOut, end, tokens }: TuneResult,
  { store, file, prices }: { store?: string; file: string; prices?: { input: number; output: number } },
): string {
  const kept = trials.filter(({ verdict }) => verdict === 'better');
  const changed = Object.entries(guidance.descriptions).filter(([name, text]) => start.descriptions[name] !== text);
  const sayStore = store === undefined ? '' : ` --store ${store}`;
  return `${[
    '# What tuning found',
    '',
    kept.length === 0
      ? `None of ${trials.length} candidates won its test on ${heldOut} held-out questions. Nothing is to be changed.`
      : `${kept.length} of ${trials.length} candidates won their test on ${heldOut} held-out questions.`,
    `A candidate is kept where it earns more and the paired permutation test says p <= ${level.toPrecision(2)}.`,
    `Ended because: ${ENDS[end]}. Tokens of models: ${tokens.input} read, ${tokens.output} written${prices ? `, for ${priceOf(tokens, prices).toFixed(4)}` : ''}.`,
    '',
    ...(changed.length > 0
      ? [
          '## To use the descriptions',
          '',
          '```sh',
          ...changed.map(([name, text]) => `r1-router kb set ${quoted(name)} --description ${quoted(text)}${sayStore}`),
          '```',
          '',
        ]
      : []),
    ...(guidance.instructions !== start.instructions
      ? [
          '## To use the instructions',
          '',
          `Give \`--instructions ${file}\` to \`ask\` or \`serve\`:`,
          '',
          ...guidance.instructions.split('\n').map((line) => `> ${line}`),
          '',
        ]
      : []),
    '## Before and after',
    '',
    '| knowledge base | before | after |',
    '|---|---|---|',
    ...Object.entries(start.descriptions).map(
      ([name, text]) =>
        `| ${name} | ${text} | ${guidance.descriptions[name] === text ? 'as before' : guidance.descriptions[name]} |`,
    ),
    '',
    '## Candidates',
    '',
    ...trials.flatMap((trial, place) => candidateLines(trial, place + 1)),
  ]
    .join('\n')
    .trimEnd()}\n`;
}

const ENDS: Record<TuneResult['end'], string> = {
  'all-rounds': 'every round was gone through',
  tokens: 'the budget of tokens was used up',
  price: 'the budget of money was used up',
  time: 'the budget of time was used up; the same command goes on',
};

const VERDICTS: Record<CandidateTrial['verdict'], string> = {
  better: 'kept',
  'not-better': 'refused: not better beyond doubt',
  unusable: 'refused: the teacher gave nothing new that could be used',
};

function candidateLines({ round, verdict, test, reward, lessons, guidance }: CandidateTrial, place: number): string[] {
  const figures =
    test && reward
      ? [
          `Reward ${reward.before.toFixed(3)} before, ${reward.after.toFixed(3)} after: ${number(test.difference.mean)} [${number(test.difference.low)}, ${number(test.difference.high)}], p = ${test.p.toFixed(4)}; ${test.wins} better, ${test.losses} worse, ${test.ties} the same.`,
          '',
          ...Object.entries(guidance.descriptions).map(([name, text]) => `- ${name}: ${text}`),
          ...(guidance.instructions === '' ? [] : [`- instructions: ${guidance.instructions.replace(/\s+/g, ' ')}`]),
          '',
        ]
      : [];
  return [
    `### ${place}, round ${round + 1}: ${VERDICTS[verdict]}`,
    '',
    ...figures,
    ...(lessons.length === 0
      ? ['No lesson was drawn.']
      : ['Lessons it was made by:', '', ...lessons.map((lesson) => `- ${lesson.replace(/\s+/g, ' ')}`)]),
    '',
  ];
}
