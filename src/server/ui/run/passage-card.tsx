/** A passage as what it is: a text with the answering words marked, a table with the cells marked, or a picture. */
import { useState } from 'preact/hooks';
import type { Passage } from '../api/schemas.ts';
import { useServer } from '../shell/server.tsx';
import { isLink } from './answer.tsx';
import { figure } from './figures.ts';
import { Marked } from './marked.tsx';
import { markText, type Part } from './marks.ts';
import { PassagePicture } from './passage-picture.tsx';
import { tableOfText } from './table-text.ts';
import { TableView } from './table-view.tsx';

interface PassageCardProps {
  id: string;
  passage: Passage;
  /** Among the citations of the answer. */
  number?: number;
  /** The words that it is cited for. */
  rest?: { quote?: string; answer?: string | null };
}

export function PassageCard({ id, passage, number, rest = {} }: PassageCardProps) {
  const { title, knowledgeBase, score, url } = passage;
  const table = useTable(passage);
  const name = title ?? table?.title ?? passage.id;
  return (
    <li id={id} class="passage" tabIndex={-1}>
      <p class="passage-head">
        {number !== undefined && (
          <span class="citation-number">
            <span class="hidden">Citation </span>
            {number}
          </span>
        )}
        {url && isLink(url) ? (
          <a class="passage-title" href={url} target="_blank" rel="noreferrer">
            {name}
          </a>
        ) : (
          <span class="passage-title">{name}</span>
        )}
        <span class="faint passage-score">
          {knowledgeBase} · score {figure(score)}
        </span>
      </p>
      {passage.image && (
        <PassagePicture knowledgeBase={knowledgeBase} image={passage.image} caption={passage.text ?? name} />
      )}
      {table ? (
        <TableView table={table} rest={rest} name={name} />
      ) : (
        <PassageText text={passage.text ?? ''} rest={rest} />
      )}
    </li>
  );
}

/** Records of past runs hold the texts of tables only. */
function useTable({ table, text, knowledgeBase }: Passage) {
  const { knowledgeBases } = useServer();
  if (table) return table;
  const known = knowledgeBases.status === 'ready' ? knowledgeBases.value : [];
  const isTable = known.some(({ name, modality }) => name === knowledgeBase && modality === 'table');
  return isTable && text ? tableOfText(text) : undefined;
}

/** Characters of a text that are shown at first. */
const SHOWN = 320;

function PassageText({ text, rest }: { text: string; rest: { quote?: string; answer?: string | null } }) {
  const [whole, setWhole] = useState(false);
  const marked = rest.quote !== undefined || rest.answer ? markText(text, rest) : [{ text }];
  const shown = whole ? marked : excerpt(marked);
  return (
    <p class="passage-text">
      <Marked parts={shown} />
      {text.length > SHOWN * 1.25 && (
        <button type="button" class="link" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? 'Show less' : 'Show all'}
        </button>
      )}
    </p>
  );
}

/** Around the first mark, or from the beginning. */
function excerpt(parts: readonly Part[]): Part[] {
  const length = parts.reduce((sum, { text }) => sum + text.length, 0);
  if (length <= SHOWN * 1.25) return [...parts];
  const before = parts.slice(
    0,
    Math.max(
      0,
      parts.findIndex(({ mark }) => mark !== undefined),
    ),
  );
  const markAt = before.reduce((sum, { text }) => sum + text.length, 0);
  const from = Math.max(0, Math.min(markAt - SHOWN / 4, length - SHOWN));
  const shown: Part[] = from > 0 ? [{ text: '… ' }] : [];
  let at = 0;
  for (const part of parts) {
    const text = part.text.slice(Math.max(0, from - at), Math.max(0, from + SHOWN - at));
    if (text !== '') shown.push({ ...part, text });
    at += part.text.length;
  }
  if (from + SHOWN < length) shown.push({ text: ' … ' });
  return shown;
}
