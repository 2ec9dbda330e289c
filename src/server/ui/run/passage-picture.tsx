/** The picture of a passage, where the server has it. With a key it is fetched, because a browser's own request would carry none. */
import { useEffect, useState } from 'preact/hooks';
import { addressOf, key, request } from '../api/client.ts';
import type { Passage } from '../api/schemas.ts';
import { useServer } from '../shell/server.tsx';

interface PassagePictureProps {
  image: NonNullable<Passage['image']>;
  caption: string;
}

export function PassagePicture({ image, caption }: PassagePictureProps) {
  const { offers } = useServer();
  const path = offers('/v1/images/:hash') ? pathOf(image) : undefined;
  const address = useAddress(path);
  const [broken, setBroken] = useState(false);
  if (!address || broken) return null;
  return <img class="passage-picture" src={address} alt={caption} loading="lazy" onError={() => setBroken(true)} />;
}

/** Only pictures of this very server; the page may load nothing from elsewhere. */
function pathOf({ hash, url }: PassagePictureProps['image']): string | undefined {
  if (hash !== undefined && /^[0-9a-f]{64}$/.test(hash)) return `v1/images/${hash}`;
  return url !== undefined && /^\/?v1\/images\/[0-9a-f]{64}$/.test(url) ? url : undefined;
}

function useAddress(path: string | undefined): string | undefined {
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
      .catch(() => {}); // the caption is there
    return () => {
      leaving.abort();
      if (made) URL.revokeObjectURL(made);
    };
  }, [path, keyed]);
  if (path === undefined) return undefined;
  return keyed ? fetched : addressOf(path);
}
