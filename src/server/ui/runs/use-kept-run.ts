/** A run that the server keeps: told once more by its events, which hold tables and pictures, else by its records. */
import { useEffect, useState } from 'preact/hooks';
import { ApiError, getJson } from '../api/client.ts';
import { follow } from '../api/run-events.ts';
import { type KeptRun, KeptRunSchema } from '../api/schemas.ts';
import { applyEvent, type Run, recordedMilliseconds, runOfRecords, startRun } from '../run/run-state.ts';
import { messageOf, type Resource, useResource } from '../shell/resource.ts';
import { useServer } from '../shell/server.tsx';

export function useKeptRun(id: string): Resource<Run> {
  const { offers } = useServer();
  const [kept] = useResource(id, (signal) => getJson(`v1/runs/${encodeURIComponent(id)}`, KeptRunSchema, signal));
  const told = useTold(kept.status === 'ready' && offers('run-events') ? kept.value : undefined);
  if (kept.status !== 'ready') return kept;
  return { status: 'ready', value: told ?? runOfRecords(kept.value) };
}

/** Undefined until the first event; then it goes on for as long as the run does. */
function useTold(kept: KeptRun | undefined): Run | undefined {
  const [run, setRun] = useState<Run>();
  useEffect(() => {
    setRun(undefined);
    if (!kept) return;
    const leaving = new AbortController();
    void tell(kept, leaving.signal, setRun);
    return () => leaving.abort();
  }, [kept]);
  return run;
}

async function tell(kept: KeptRun, signal: AbortSignal, show: (run: Run) => void): Promise<void> {
  let run = startRun(kept.question);
  // Of a run that has ended the middle is not shown: everything comes at once.
  const ended = 'answer' in kept || kept.error !== undefined;
  try {
    for await (const event of follow(kept.runId, signal)) {
      run = applyEvent(run, event);
      if (!ended) show(run);
    }
    show({ ...run, milliseconds: recordedMilliseconds(run) });
  } catch (error) {
    // Without events the records tell it.
    if (error instanceof ApiError && error.status === 404) return;
    if (!signal.aborted) show({ ...run, phase: 'failed', error: messageOf(error) });
  }
}
