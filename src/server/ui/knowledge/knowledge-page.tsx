/** The knowledge bases: what they are, what they find, and files for them. */
import type { KnowledgeBase } from '../api/schemas.ts';
import { figure, several } from '../run/figures.ts';
import { Notice } from '../shell/notice.tsx';
import { hrefOf } from '../shell/route.ts';
import { useServer } from '../shell/server.tsx';
import { SearchPanel } from './search-panel.tsx';
import { UploadPanel } from './upload-panel.tsx';

export function KnowledgePage({ name }: { name?: string }) {
  const { knowledgeBases, offers } = useServer();
  if (knowledgeBases.status === 'loading') return <p class="faint">Loading …</p>;
  if (knowledgeBases.status === 'missing') return <Notice>This server does not list its knowledge bases.</Notice>;
  if (knowledgeBases.status === 'failed') return <Notice kind="error">{knowledgeBases.message}</Notice>;
  const all = knowledgeBases.value;
  const chosen = all.find((knowledgeBase) => knowledgeBase.name === name);
  return (
    <div class="narrow">
      <h1>Knowledge</h1>
      {name !== undefined && !chosen && <Notice kind="error">There is no knowledge base “{name}”.</Notice>}
      <ul class="cards">
        {all.map((knowledgeBase) => (
          <Card key={knowledgeBase.name} knowledgeBase={knowledgeBase} current={knowledgeBase === chosen} />
        ))}
      </ul>
      {all.length === 0 && <p class="faint">There is none yet.</p>}
      {offers('search') && all.length > 0 && <SearchPanel key={name} knowledgeBase={chosen ?? all[0]!} all={all} />}
      {offers('documents') && <UploadPanel all={all} />}
    </div>
  );
}

function Card({ knowledgeBase, current }: { knowledgeBase: KnowledgeBase; current: boolean }) {
  const { name, description, modality, cost } = knowledgeBase;
  return (
    <li class={current ? 'card current' : 'card'}>
      <h2>
        <a href={hrefOf({ part: 'knowledge', name })} aria-current={current ? 'true' : undefined}>
          {name}
        </a>
      </h2>
      <p>{description}</p>
      <p class="faint small">
        {[MODALITIES[modality] ?? modality, sizeOf(knowledgeBase), `cost ${figure(cost)}`].filter(Boolean).join(' · ')}
      </p>
    </li>
  );
}

const MODALITIES: Readonly<Record<string, string>> = {
  text: 'Texts',
  'text-image': 'Pictures with captions',
  table: 'Tables',
};

function sizeOf({ size }: KnowledgeBase): string {
  if (size === undefined || size === null) return '';
  return several(typeof size === 'number' ? size : size.documents, 'document');
}
