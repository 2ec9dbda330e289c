/** Runs of the past: a list, and one of them as it went, with room for what people thought of it. */
import { useEffect, useState } from 'preact/hooks';
import { getJson } from '../api/client.ts';
import { RunOutputSchema, type RunSummary, RunsSchema } from '../api/schemas.ts';
import { stopReason } from '../run/figures.ts';
import { runOfOutput } from '../run/run-state.ts';
import { RunView } from '../run/run-view.tsx';
import { Notice } from '../shell/notice.tsx';
import { useResource } from '../shell/resource.ts';
import { hrefOf } from '../shell/route.ts';
import { useServer } from '../shell/server.tsx';
import { Feedback } from './feedback.tsx';

export function RunsPage({ id }: { id?: string }) {
  return id === undefined ? <RunList /> : <PastRun id={id} />;
}

function RunList() {
  const [runs, reload] = useResource('runs', (signal) => getJson('v1/runs', RunsSchema, signal));
  return (
    <div class="narrow">
      <div class="row">
        <h1>Runs</h1>
        <button type="button" class="button quiet" onClick={reload}>
          Look again
        </button>
      </div>
      {runs.status === 'loading' && <p class="faint">Loading …</p>}
      {runs.status === 'missing' && <Notice>This server keeps no runs.</Notice>}
      {runs.status === 'failed' && <Notice kind="error">{runs.message}</Notice>}
      {runs.status === 'ready' && runs.value.runs.length === 0 && <p class="faint">Nothing was asked yet.</p>}
      {runs.status === 'ready' && (
        <ul class="list">
          {runs.value.runs.map((run) => (
            <RunLine key={run.runId} run={run} />
          ))}
        </ul>
      )}
    </div>
  );
}

const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export function timeText(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : when.format(date);
}

function RunLine({ run: { runId, question, answer, startedAt, stopReason: reason } }: { run: RunSummary }) {
  const unusual = reason !== undefined && reason !== 'policy';
  return (
    <li>
      <a href={hrefOf({ part: 'runs', name: runId })}>
        <span class="list-title">{question}</span>
        <span class={answer === null ? 'faint' : 'list-answer'}>{answer ?? 'No short answer'}</span>
        <span class="faint small">
          {timeText(startedAt)}
          {unusual && ` · ${stopReason(reason)}`}
        </span>
      </a>
    </li>
  );
}

function PastRun({ id }: { id: string }) {
  const { offers } = useServer();
  const [output] = useResource(id, (signal) => getJson(`v1/runs/${encodeURIComponent(id)}`, RunOutputSchema, signal));
  const [title, setTitle] = useState<HTMLElement | null>(null);
  useEffect(() => title?.focus(), [title]);
  return (
    <div class="narrow">
      <a class="back" href={hrefOf({ part: 'runs' })}>
        All runs
      </a>
      <h1 class="hidden" tabIndex={-1} ref={setTitle}>
        A past run
      </h1>
      {output.status === 'loading' && <p class="faint">Loading …</p>}
      {output.status === 'missing' && <Notice>This run is not kept any more.</Notice>}
      {output.status === 'failed' && <Notice kind="error">{output.message}</Notice>}
      {output.status === 'ready' && (
        <RunView run={runOfOutput(output.value)}>{offers('/v1/runs/:id/feedback') && <Feedback runId={id} />}</RunView>
      )}
    </div>
  );
}
