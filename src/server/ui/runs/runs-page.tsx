/** Runs of the past: a list, and one of them as it went, with room for what people thought of it. */
import { useEffect, useRef } from 'preact/hooks';
import { getJson } from '../api/client.ts';
import { type RunSummary, RunsSchema } from '../api/schemas.ts';
import { stopReason } from '../run/figures.ts';
import { pictureOf } from '../run/run-state.ts';
import { RunView } from '../run/run-view.tsx';
import { Notice } from '../shell/notice.tsx';
import { useResource } from '../shell/resource.ts';
import { hrefOf } from '../shell/route.ts';
import { useServer } from '../shell/server.tsx';
import { useServerPicture } from '../shell/server-picture.ts';
import { Feedback } from './feedback.tsx';
import { useKeptRun } from './use-kept-run.ts';

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

function RunLine({ run: { runId, question, answer, startedAt, status, stopReason: reason } }: { run: RunSummary }) {
  const unusual = reason && reason !== 'policy';
  const otherwise = status === 'running' ? 'Still going on' : status === 'failed' ? 'Failed' : 'No short answer';
  return (
    <li>
      <a href={hrefOf({ part: 'runs', name: runId })}>
        <span class="list-title">{question}</span>
        <span class={answer === null ? 'faint' : 'list-answer'}>{answer ?? otherwise}</span>
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
  const run = useKeptRun(id);
  const hash = run.status === 'ready' && offers('question-pictures') ? pictureOf(run.value) : undefined;
  const image = useServerPicture(hash && `v1/images/${hash}`);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  return (
    <div class="narrow">
      <a class="back" href={hrefOf({ part: 'runs' })}>
        All runs
      </a>
      <h1 class="hidden" tabIndex={-1} ref={title}>
        A past run
      </h1>
      {run.status === 'loading' && <p class="faint">Loading …</p>}
      {run.status === 'missing' && <Notice>This run is not kept any more.</Notice>}
      {run.status === 'failed' && <Notice kind="error">{run.message}</Notice>}
      {run.status === 'ready' && (
        <RunView run={{ ...run.value, image }}>{offers('feedback') && <Feedback runId={id} />}</RunView>
      )}
    </div>
  );
}
