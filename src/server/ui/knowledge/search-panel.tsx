/** Searches one knowledge base, as the agent would. */
import { useId, useRef, useState } from 'preact/hooks';
import { postJson, readJson } from '../api/client.ts';
import { type KnowledgeBase, type Passage, PassagesSchema } from '../api/schemas.ts';
import { several } from '../run/figures.ts';
import { PassageCard } from '../run/passage-card.tsx';
import { Notice } from '../shell/notice.tsx';
import { messageOf, type Resource } from '../shell/resource.ts';
import { hrefOf } from '../shell/route.ts';

interface SearchPanelProps {
  knowledgeBase: KnowledgeBase;
  all: readonly KnowledgeBase[];
}

const LIMIT = 10;

export function SearchPanel({ knowledgeBase, all }: SearchPanelProps) {
  const id = useId();
  const [text, setText] = useState('');
  const [found, setFound] = useState<Resource<Passage[]>>();
  const under = useRef<AbortController>(undefined);
  const search = async (event: Event) => {
    event.preventDefault();
    if (text.trim() === '') return;
    under.current?.abort();
    const leaving = new AbortController();
    under.current = leaving;
    setFound({ status: 'loading' });
    try {
      const body = { knowledgeBase: knowledgeBase.name, text: text.trim(), limit: LIMIT };
      const { passages } = await readJson(await postJson('v1/search', body, leaving.signal), PassagesSchema);
      setFound({ status: 'ready', value: passages });
    } catch (error) {
      if (!leaving.signal.aborted) setFound({ status: 'failed', message: messageOf(error) });
    }
  };
  return (
    <section class="panel" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>Search</h2>
      <form class="search-form" onSubmit={search}>
        <label class="hidden" for={`${id}-where`}>
          Knowledge base
        </label>
        <select
          id={`${id}-where`}
          value={knowledgeBase.name}
          onChange={(event) => {
            location.hash = hrefOf({ part: 'knowledge', name: event.currentTarget.value });
          }}
        >
          {all.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
        <input
          type="search"
          aria-label="Words to search for"
          placeholder={`Search ${knowledgeBase.name}`}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit" class="button primary">
          Search
        </button>
      </form>
      <div role="status">
        {found?.status === 'loading' && <p class="faint">Searching …</p>}
        {found?.status === 'ready' && <p class="faint">{several(found.value.length, 'passage')}</p>}
      </div>
      {found?.status === 'failed' && <Notice kind="error">{found.message}</Notice>}
      {found?.status === 'ready' && (
        <ol class="passages">
          {found.value.map((passage) => (
            <PassageCard key={passage.id} id={`${id}-${passage.id}`} passage={passage} />
          ))}
        </ol>
      )}
    </section>
  );
}
