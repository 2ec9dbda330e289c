/** One run at a time: asks, follows its events, and stops when told to or when something else is asked. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type AskRequest, ask } from '../api/run-events.ts';
import { applyEvent, type Run, startRun } from '../run/run-state.ts';
import { messageOf } from '../shell/resource.ts';

export interface RunHandle {
  run?: Run;
  start(asked: AskRequest): void;
  stop(): void;
  clear(): void;
}

export function useRun(): RunHandle {
  const [run, setRun] = useState<Run>();
  const under = useRef<AbortController>(undefined);
  useEffect(() => () => under.current?.abort(), []);

  const start = useCallback((asked: AskRequest) => {
    under.current?.abort();
    const leaving = new AbortController();
    under.current = leaving;
    setRun(startRun(asked.question, { image: asked.image, policy: asked.policy }));
    void follow(asked, leaving.signal, (change) => {
      if (under.current === leaving) setRun((before) => before && change(before));
    });
  }, []);
  const stop = useCallback(() => under.current?.abort(), []);
  const clear = useCallback(() => {
    under.current?.abort();
    under.current = undefined;
    setRun(undefined);
  }, []);
  return { run, start, stop, clear };
}

async function follow(
  asked: AskRequest,
  signal: AbortSignal,
  update: (change: (run: Run) => Run) => void,
): Promise<void> {
  const began = performance.now();
  const ended = (change: Partial<Run>) =>
    update((run) => ({ ...run, ...change, milliseconds: performance.now() - began }));
  try {
    for await (const event of ask(asked, signal)) update((run) => applyEvent(run, event));
    ended({});
  } catch (error) {
    if (signal.aborted) ended({ phase: 'stopped' });
    else ended({ phase: 'failed', error: messageOf(error) });
  }
}
