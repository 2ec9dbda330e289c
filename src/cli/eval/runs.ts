/**
 * `r1-router eval --runs DIR --policy P`: what another policy would have earned on runs that were served. By importance weights where the runs hold what
 * the policy that served saw; and, with `--store`, by asking the questions that were liked again.
 */
import { userError } from '../../common/errors.ts';
import { openRouter } from '../../config/open-router.ts';
import { policyDirectory, shippedScorer } from '../../config/policies.ts';
import { tokenF1 } from '../../eval/metrics/answer-match.ts';
import { foundIds } from '../../eval/metrics/found-ids.ts';
import { loggedRuns } from '../../eval/off-policy/logged-runs.ts';
import { type Estimate, offPolicyEstimate } from '../../eval/off-policy/off-policy.ts';
import { bootstrapMean, type Interval, pairedTest } from '../../eval/statistics/index.ts';
import { type JudgedRun, readKeptRuns } from '../../graph/runs/kept-runs.ts';
import { languageOf, loadScorer } from '../../offline/policies/scorer/directory.ts';
import { questionsOfRuns } from '../../train/runs/questions-of-runs.ts';
import { tellBuild } from '../ask.ts';
import { readSettings, type StoreFlags } from '../run-options.ts';

export interface EvalRunsFlags extends StoreFlags {
  runs: string;
  policy?: string;
  temperature?: number;
  json?: boolean;
}

export async function evalRuns(flags: EvalRunsFlags, signal: AbortSignal): Promise<void> {
  const { policy, store, json } = flags;
  if (policy === undefined) {
    throw userError('missing-option', '--policy: name the policy to judge, a directory written by r1-router train');
  }
  const runs = await readKeptRuns(flags.runs);
  const estimated = await estimate(runs, policy, flags.temperature ?? 1);
  const again = store === undefined ? undefined : await askAgain(runs, { ...flags, policy }, signal);
  process.stdout.write(
    json ? `${JSON.stringify({ runs: runs.length, ...estimated, again })}\n` : inWords(runs, policy, estimated, again),
  );
}

async function estimate(runs: readonly JudgedRun[], policy: string, temperature: number) {
  const directory = policy === 'scorer' ? shippedScorer() : await policyDirectory(policy);
  const scorer = await loadScorer(directory, { language: await languageOf(directory) });
  const { logged, left, unexplored } = loggedRuns(runs, scorer, { temperature });
  return { offPolicy: offPolicyEstimate(logged), left, unexplored };
}

/** Questions that were liked, asked of the policy now: does it find what was liked, and with how many searches? */
async function askAgain(runs: readonly JudgedRun[], flags: EvalRunsFlags, signal: AbortSignal) {
  const { settings, loaded } = await readSettings(flags);
  const router = await openRouter(settings, loaded, { onBuild: tellBuild });
  try {
    const graph = await router.graph();
    const served = new Map(runs.map((run) => [run.runId, run]));
    const found: number[] = [];
    const same: number[] = [];
    const searches: number[] = [];
    const before: number[] = [];
    for (const { id, question, steps = [], answers } of questionsOfRuns(runs)) {
      signal.throwIfAborted();
      const output = await graph.invoke({ question }, { context: router.context, signal });
      const needed = new Set(steps.flatMap(({ documents }) => documents));
      if (needed.size > 0) {
        const ids = output.steps.flatMap((step) => foundIds(step.passages, needed));
        found.push(Number(ids.some((one) => needed.has(one))));
      }
      const [said] = answers;
      if (said) same.push(Number(output.answer !== null && tokenF1(output.answer, [said]) === 1));
      searches.push(output.usage.searches);
      before.push(served.get(id)!.usage.searches);
    }
    return {
      questions: searches.length,
      found: bootstrapMean(found),
      sameAnswer: bootstrapMean(same),
      searches: bootstrapMean(searches),
      moreSearches: pairedTest(searches, before)?.difference ?? null,
    };
  } finally {
    await router.close();
  }
}

const number = (value: number): string => value.toFixed(3);
const withInterval = ({ mean, low, high }: Pick<Interval, 'mean' | 'low' | 'high'> | Estimate): string =>
  `${number(mean)} [${number(low)}, ${number(high)}]`;

function inWords(
  runs: readonly JudgedRun[],
  policy: string,
  { offPolicy, left, unexplored }: Awaited<ReturnType<typeof estimate>>,
  again: Awaited<ReturnType<typeof askAgain>> | undefined,
): string {
  const { unjudged, untraced, otherFeatures } = left;
  const lines = [
    `${runs.length} kept runs; left out: ${unjudged} without a score, ${untraced} without features, ${otherFeatures} with other features`,
  ];
  if (offPolicy) {
    const { effectiveRuns, cut, served, weighted, doublyRobust } = offPolicy;
    lines.push(
      `${policy} on ${offPolicy.runs} of them, worth ${effectiveRuns.toFixed(1)} runs of its own${cut > 0 ? ` (${cut} weights cut)` : ''}`,
      `  ${''.padEnd(18)}${'reward'.padEnd(24)}searches`,
      ...Object.entries({ 'as served': served, weighted, 'doubly robust': doublyRobust }).map(
        ([name, { reward, searches }]) =>
          `  ${name.padEnd(18)}${withInterval(reward).padEnd(24)}${withInterval(searches)}`,
      ),
    );
    if (unexplored > 0) {
      lines.push(
        `  ${unexplored} runs were served without --explore: what their policy never did cannot be judged by weights`,
      );
    }
  } else lines.push('no run can be weighted; serve with --keep-runs and a trained policy, and send feedback');
  if (again && again.questions > 0) {
    const { questions, found, sameAnswer, searches, moreSearches } = again;
    lines.push(
      `asked again: ${questions} questions that were liked`,
      ...(found ? [`  finds what was liked  ${withInterval(found)}`] : []),
      ...(sameAnswer ? [`  the same answer       ${withInterval(sameAnswer)}`] : []),
      ...(searches ? [`  searches              ${withInterval(searches)}`] : []),
      ...(moreSearches ? [`  more than served      ${withInterval(moreSearches)}`] : []),
    );
  }
  return `${lines.join('\n')}\n`;
}
