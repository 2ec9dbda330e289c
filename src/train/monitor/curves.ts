/** What of a training's metrics is drawn, and the few figures that stand above the curves. */
import { smoothed } from './alarms.ts';
import type { IterationMetrics } from './iteration-metrics.ts';

type Start = Pick<NonNullable<IterationMetrics['validation']>, 'score' | 'searches' | 'routingAccuracy'>;

/** Validations before the first update, as far as they are known. */
export interface CurveStarts {
  /** Nothing learnt. */
  untrained?: Start;
  /** The rule, nothing learnt. */
  rule?: Start;
  /** After the supervised start. */
  before?: Start;
}

export interface Curve {
  title: string;
  note: string;
  /** Shares are drawn from 0 to 100%. */
  percent?: boolean;
  /** One line a series; a raw one beside its smoothed one is drawn faint. */
  points: { iteration: number; value: number; series: string; faint?: boolean }[];
}

const of = (
  series: string,
  history: readonly IterationMetrics[],
  pick: (line: IterationMetrics) => number | undefined,
) =>
  history.flatMap((line) => {
    const value = pick(line);
    return value === undefined ? [] : [{ iteration: line.iteration + 1, value, series }];
  });

/** Costs, in searches and passages, would flatten the other rewards beside them. */
const isCost = (name: string): boolean => name.endsWith('-cost');

export function curves(history: readonly IterationMetrics[], starts: CurveStarts = {}): Curve[] {
  const { before } = starts;
  const smooth = smoothed(history.map(({ reward }) => reward));
  const names = Object.keys(history[0]?.rewardParts ?? {});
  return [
    {
      title: 'Reward of the rollouts',
      note: 'mean over runs, and smoothed',
      points: [
        ...of('each iteration', history, ({ reward }) => reward).map((point) => ({ ...point, faint: true })),
        ...history.map(({ iteration }, index) => ({
          iteration: iteration + 1,
          value: smooth[index]!,
          series: 'smoothed',
        })),
      ],
    },
    validationCurve(history, starts),
    {
      title: 'Searches a question',
      note: 'rollouts, and validation',
      points: [
        ...(before ? [{ iteration: 0, value: before.searches, series: 'validation' }] : []),
        ...of('rollouts', history, ({ searchesPerQuestion }) => searchesPerQuestion),
        ...of('validation', history, ({ validation }) => validation?.searches),
      ],
    },
    {
      title: 'Rewards apart',
      note: 'each before its weight, costs left out',
      points: names
        .filter((name) => !isCost(name))
        .flatMap((name) => of(name, history, ({ rewardParts }) => rewardParts[name])),
    },
    {
      title: 'Routing',
      note: 'rollouts: share of searches that ask the gold knowledge base; decisions that cannot be used',
      percent: true,
      points: [
        ...of('routes', history, ({ routingAccuracy }) => routingAccuracy),
        ...of('invalid', history, ({ invalid }) => invalid),
      ],
    },
    {
      title: 'Exploration',
      note: 'entropy of the decisions, of what is possible; groups without variance teach nothing',
      percent: true,
      points: [
        ...of('entropy', history, ({ entropy }) => entropy),
        ...of('flat groups', history, ({ zeroVariance }) => zeroVariance),
      ],
    },
    {
      title: 'Regret',
      note: 'best of a group minus its mean, in reward',
      points: of('regret', history, ({ regret }) => regret),
    },
    {
      title: 'Divergence',
      note: 'nats a decision: from the reference policy, and by each update',
      points: [...of('kl', history, ({ kl }) => kl), ...of('leap', history, ({ leap }) => leap)],
    },
  ];
}

/** The answers beside what they are to be measured by: levels of what has learnt nothing. */
function validationCurve(history: readonly IterationMetrics[], { before, untrained, rule }: CurveStarts): Curve {
  const end = Math.max(1, ...history.map(({ iteration }) => iteration + 1));
  const level = (series: string, start: Start | undefined) =>
    start ? [0, end].map((iteration) => ({ iteration, value: start.score, series, faint: true })) : [];
  return {
    title: 'Validation answers',
    note: 'greedy; templates that train lacks, natural wordings',
    percent: true,
    points: [
      ...level('untrained', untrained),
      ...(isSame(rule, untrained) ? [] : level('rule, untrained', rule)),
      ...(before
        ? [
            { iteration: 0, value: before.score, series: 'answers' },
            { iteration: 0, value: before.routingAccuracy, series: 'routes' },
          ]
        : []),
      ...of('answers', history, ({ validation }) => validation?.score),
      ...of('routes', history, ({ validation }) => validation?.routingAccuracy),
    ],
  };
}

const isSame = (one: Start | undefined, other: Start | undefined): boolean =>
  one?.score === other?.score && one?.searches === other?.searches;

/** The few figures one looks for first, from where to where. */
export function summaryFigures(
  history: readonly IterationMetrics[],
  { before, untrained, rule }: CurveStarts = {},
): [name: string, value: string][] {
  const [first, last] = [history[0], history.at(-1)];
  if (!first || !last) return [];
  const validated = history.flatMap(({ validation }) => (validation ? [validation] : []));
  const percent = (value: number): string => `${(100 * value).toFixed(1)}%`;
  const number = (value: number): string => value.toFixed(2);
  const smooth = smoothed(history.map(({ reward }) => reward));
  const start = before ?? validated[0];
  const end = validated.at(-1);
  return [
    ['Reward, smoothed', `${number(smooth[0]!)} → ${number(smooth.at(-1)!)}`],
    ...(start && end
      ? ([
          ...(untrained ? [['Untrained', percent(untrained.score)]] : []),
          ...(rule && !isSame(rule, untrained) ? [['The rule, untrained', percent(rule.score)]] : []),
          ['Validation answers', `${percent(start.score)} → ${percent(end.score)}`],
          ['Routes', `${percent(start.routingAccuracy)} → ${percent(end.routingAccuracy)}`],
          ['Searches a question', `${number(start.searches)} → ${number(end.searches)}`],
        ] as [string, string][])
      : []),
    ['Entropy', `${percent(first.entropy)} → ${percent(last.entropy)}`],
    ['Flat groups', `${percent(first.zeroVariance)} → ${percent(last.zeroVariance)}`],
  ];
}
