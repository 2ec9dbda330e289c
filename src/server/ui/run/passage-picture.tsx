/** The picture of a passage, where the server has it. */
import { useState } from 'preact/hooks';
import type { Passage } from '../api/schemas.ts';
import { useServer } from '../shell/server.tsx';
import { useServerPicture } from '../shell/server-picture.ts';

interface PassagePictureProps {
  knowledgeBase: string;
  image: NonNullable<Passage['image']>;
  caption: string;
}

export function PassagePicture({ knowledgeBase, image, caption }: PassagePictureProps) {
  const { offers } = useServer();
  const path = offers('passage-pictures') ? pathOf(knowledgeBase, image) : undefined;
  const address = useServerPicture(path);
  const [broken, setBroken] = useState(false);
  if (!address || broken) return null;
  return <img class="passage-picture" src={address} alt={caption} loading="lazy" onError={() => setBroken(true)} />;
}

/** Only of this very server; the page may load nothing from elsewhere. */
function pathOf(knowledgeBase: string, { file }: PassagePictureProps['image']): string | undefined {
  if (file === undefined) return undefined;
  const parts = file.split(/[/\\]/).map(encodeURIComponent);
  return `v1/knowledge-bases/${encodeURIComponent(knowledgeBase)}/images/${parts.join('/')}`;
}
