/** The address of a picture that the server has. With a key it is fetched, because a browser's own request would carry none. */
import { useEffect, useState } from 'preact/hooks';
import { addressOf, key, request } from '../api/client.ts';

/** Undefined until it is here, and of no path. */
export function useServerPicture(path: string | undefined): string | undefined {
  const keyed = key.get() !== null;
  const [fetched, setFetched] = useState<string>();
  useEffect(() => {
    if (path === undefined || !keyed) return;
    const leaving = new AbortController();
    let made: string | undefined;
    request(path, { signal: leaving.signal })
      .then((response) => response.blob())
      .then((blob) => {
        if (leaving.signal.aborted) return;
        made = URL.createObjectURL(blob);
        setFetched(made);
      })
      .catch(() => {}); // the words beside it are there
    return () => {
      leaving.abort();
      if (made) URL.revokeObjectURL(made);
    };
  }, [path, keyed]);
  if (path === undefined) return undefined;
  return keyed ? fetched : addressOf(path);
}
