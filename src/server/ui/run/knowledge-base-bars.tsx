/** The knowledge bases as bars: the chosen ones lit, as long as the best score that a probe of them gave. */
import type { Probe } from '../api/schemas.ts';
import { figure } from './figures.ts';

interface BarsProps {
  /** All that could have been asked. */
  names: readonly string[];
  chosen: readonly string[];
  probes: readonly Probe[];
}

export function KnowledgeBaseBars({ names, chosen, probes }: BarsProps) {
  const all = [...new Set([...names, ...chosen, ...probes.map(({ knowledgeBase }) => knowledgeBase)])];
  const bests = new Map(probes.map((probe) => [probe.knowledgeBase, bestOf(probe)]));
  const most = Math.max(0, ...[...bests.values()].map((best) => best ?? 0));
  return (
    <ul class="bars" aria-label="Knowledge bases">
      {all.map((name) => {
        const best = bests.get(name);
        const lit = chosen.includes(name);
        return (
          <li key={name} class={lit ? 'bar lit' : 'bar'}>
            <span class="bar-name">
              {name}
              {lit && <span class="hidden"> (asked)</span>}
            </span>
            <span class="bar-track" aria-hidden="true">
              <span class="bar-fill" style={{ width: `${widthOf(best, { most, lit })}%` }} />
            </span>
            <span class="bar-value">
              {best !== undefined && (
                <>
                  <span class="hidden">best score </span>
                  {figure(best)}
                </>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** Undefined where nothing was found or the probe failed. */
function bestOf({ topScores }: Probe): number | undefined {
  return topScores.length > 0 ? Math.max(...topScores) : undefined;
}

/** Percent. One that was asked without a look before is lit in full where nothing tells more. */
function widthOf(best: number | undefined, { most, lit }: { most: number; lit: boolean }): number {
  if (best === undefined) return lit ? (most > 0 ? 4 : 100) : 0;
  return most > 0 ? Math.max(4, (100 * best) / most) : 4;
}
