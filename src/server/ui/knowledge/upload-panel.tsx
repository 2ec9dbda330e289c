/** Files dropped here fill a knowledge base: one that is there, or a new one with a description for the policy to read. */
import { useId, useRef, useState } from 'preact/hooks';
import type { KnowledgeBase, UploadReport } from '../api/schemas.ts';
import { upload } from '../api/upload.ts';
import { carriesFiles } from '../ask/picture-file.ts';
import { bytes, figure, several } from '../run/figures.ts';
import { Check, Upload } from '../shell/icons.tsx';
import { Notice } from '../shell/notice.tsx';
import { messageOf } from '../shell/resource.ts';
import { useServer } from '../shell/server.tsx';

const NEW = '';

interface Sending {
  files: readonly File[];
  /** Of the bytes, from 0 to 1; at 1 the server still reads them. */
  share: number;
  report?: UploadReport;
  error?: string;
}

export function UploadPanel({ all }: { all: readonly KnowledgeBase[] }) {
  const { reloadKnowledgeBases } = useServer();
  const id = useId();
  const [target, setTarget] = useState(all[0]?.name ?? NEW);
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [sending, setSending] = useState<Sending>();
  const under = useRef<AbortController>(undefined);
  const isNew = target === NEW;
  const busy = sending !== undefined && !sending.report && !sending.error;

  const send = async (files: readonly File[]) => {
    if (files.length === 0 || busy) return;
    const knowledgeBase = isNew ? name.trim() : target;
    if (knowledgeBase === '')
      return setSending({ files: [], share: 0, error: 'Give the new knowledge base a name first.' });
    const leaving = new AbortController();
    under.current = leaving;
    setSending({ files, share: 0 });
    try {
      const onProgress = (share: number) => setSending({ files, share });
      const about = isNew ? { description: description.trim() } : {};
      const report = await upload({ knowledgeBase, files, ...about }, { onProgress, signal: leaving.signal });
      setSending({ files, share: 1, report });
      reloadKnowledgeBases();
    } catch (error) {
      setSending({ files, share: 0, error: leaving.signal.aborted ? 'Stopped.' : messageOf(error) });
    }
  };
  return (
    <section class="panel" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>Add files</h2>
      <div class="fields">
        <label class="field">
          <span>To</span>
          <select value={target} onChange={(event) => setTarget(event.currentTarget.value)}>
            {all.map((knowledgeBase) => (
              <option key={knowledgeBase.name} value={knowledgeBase.name}>
                {knowledgeBase.name}
              </option>
            ))}
            <option value={NEW}>a new knowledge base</option>
          </select>
        </label>
        {isNew && (
          <>
            <label class="field">
              <span>Name</span>
              <input value={name} maxLength={63} onInput={(event) => setName(event.currentTarget.value)} />
            </label>
            <label class="field wide">
              <span>What is in it? The agent chooses by this.</span>
              <input
                value={description}
                maxLength={2_000}
                placeholder="House rules and the staff list of our office"
                onInput={(event) => setDescription(event.currentTarget.value)}
              />
            </label>
          </>
        )}
      </div>
      <DropZone busy={busy} onFiles={send} />
      {sending && <Progress sending={sending} busy={busy} onStop={() => under.current?.abort()} />}
    </section>
  );
}

function DropZone({ busy, onFiles }: { busy: boolean; onFiles: (files: readonly File[]) => void }) {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const choose = () => {
    onFiles([...(input.current?.files ?? [])]);
    if (input.current) input.current.value = '';
  };
  return (
    <fieldset
      aria-label="Files"
      class={over ? 'drop over' : 'drop'}
      onDragOver={(event) => {
        if (!carriesFiles(event.dataTransfer)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFiles([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      <Upload size={24} />
      <p>Drop files here: Markdown, HTML, PDF, Word, CSV, JSON and more</p>
      <input ref={input} type="file" multiple hidden onChange={choose} />
      <button type="button" class="button" disabled={busy} onClick={() => input.current?.click()}>
        Choose files
      </button>
    </fieldset>
  );
}

function Progress({ sending, busy, onStop }: { sending: Sending; busy: boolean; onStop: () => void }) {
  const { files, share, report, error } = sending;
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const what = files.length === 1 ? files[0]!.name : several(files.length, 'file');
  return (
    <div class="upload" role="status">
      {busy && (
        <>
          <p>
            {share < 1 ? `Sending ${what} (${bytes(total)}) …` : `Reading ${what} …`}{' '}
            <button type="button" class="link" onClick={onStop}>
              Stop
            </button>
          </p>
          <progress max={1} value={share < 1 ? share : undefined} aria-label="Progress of the upload" />
        </>
      )}
      {error && <Notice kind="error">{error}</Notice>}
      {report && <Report report={report} what={what} />}
    </div>
  );
}

function Report({ report, what }: { report: UploadReport; what: string }) {
  const { errors = [], ...counts } = report;
  const shown = Object.entries(counts).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && (entry[1] > 0 || entry[0] === 'documents'),
  );
  return (
    <>
      <p class="done">
        <Check size={16} />
        <span>
          {what}: {shown.map(([name, count]) => `${figure(count)} ${wordsOf(name)}`).join(', ')}
        </span>
      </p>
      {errors.length > 0 && (
        <>
          <Notice kind="error">{several(errors.length, 'thing')} could not be stored:</Notice>
          <ul class="upload-errors">
            {errors.map(({ id, file, where, message }) => (
              <li key={`${id} ${file} ${where} ${message}`}>
                {[file ?? where ?? id, message].filter(Boolean).join(': ')}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

/** `imagesMissing` as `images missing`. */
const wordsOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
