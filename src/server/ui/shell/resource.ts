/** Something the server has: on its way, here, not offered by this server, or failed. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api/client.ts';

export type Resource<Value> =
  | { status: 'loading' }
  | { status: 'ready'; value: Value }
  | { status: 'missing' }
  | { status: 'failed'; message: string };

/** Loads again when `name` changes or `reload` is called. An undefined `load` is something this server does not offer. */
export function useResource<Value>(
  name: string,
  load: ((signal: AbortSignal) => Promise<Value>) | undefined,
): [Resource<Value>, reload: () => void] {
  const [resource, setResource] = useState<Resource<Value>>({ status: 'loading' });
  const [round, setRound] = useState(0);
  const loaded = useRef(name);
  const offered = load !== undefined;
  // `name` says what `load` loads; a round is asked for by hand.
  useEffect(() => {
    if (!load) return setResource({ status: 'missing' });
    const leaving = new AbortController();
    // What is here stays until it comes anew.
    setResource((before) => (before.status === 'ready' && loaded.current === name ? before : { status: 'loading' }));
    loaded.current = name;
    load(leaving.signal).then(
      (value) => !leaving.signal.aborted && setResource({ status: 'ready', value }),
      (error: unknown) => !leaving.signal.aborted && setResource(failure(error)),
    );
    return () => leaving.abort();
  }, [name, offered, round]);
  return [resource, useCallback(() => setRound((before) => before + 1), [])];
}

function failure(error: unknown): { status: 'missing' } | { status: 'failed'; message: string } {
  if (error instanceof ApiError && error.status === 404 && error.code === 'not-found') return { status: 'missing' };
  return { status: 'failed', message: messageOf(error) };
}

export function messageOf(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  return 'The server answered in a way that this page does not understand. Load the page again.';
}
