/** Files dropped here fill a knowledge base: one that is there, or a new one with a description for the policy to read. */
import { useId, useRef, useState } from 'preact/hooks';
import type { Finding, KnowledgeBase, UploadReport } from '../api/schemas.ts';
import { type UploadProgress, upload } from '../api/upload.ts';
import { carriesFiles } from '../ask/picture-file.ts';
import { bytes, several } from '../run/figures.ts';
import { Check, Upload } from '../shell/icons.tsx';
import { Notice } from '../shell/notice.tsx';
import { messageOf } from '../shell/resource.ts';
import { useServer } from '../shell/server.tsx';

const NEW = '';

interface Sending {
  files: readonly File[];
  progress?: UploadProgress;
  report?: UploadReport;
  error?: string;
}

export function UploadPanel({ all }: { all: readonly KnowledgeBase[] }) {
  const { reloadKnowledgeBases } = useServer();
  const id = useId();
  const [target, setTarget] = useState(all[0]?.name ?? NEW);
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [modality, setModality] = useState('text');
  const [sending, setSending] = useState<Sending>();
  const under = useRef<AbortController>(undefined);
  const isNew = target === NEW;
  const busy = sending !== undefined && !sending.report && !sending.error;

  const send = async (files: readonly File[]) => {
    if (files.length === 0 || busy) return;
    const knowledgeBase = isNew ? name.trim() : target;
    if (knowledgeBase === '') return setSending({ files: [], error: 'Give the new knowledge base a name first.' });
    const leaving = new AbortController();
    under.current = leaving;
    setSending({ files });
    try {
      const onProgress = (progress: UploadProgress) => setSending({ files, progress });
      const about = isNew ? { description: description.trim(), modality } : {};
      const report = await upload({ knowledgeBase, files, ...about }, { onProgress, signal: leaving.signal });
      setSending({ files, report });
      reloadKnowledgeBases();
    } catch (error) {
      setSending({ files, error: leaving.signal.aborted ? 'Stopped.' : messageOf(error) });
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
            <label class="field">
              <span>Of</span>
              <select value={modality} onChange={(event) => setModality(event.currentTarget.value)}>
                <option value="text">texts</option>
                <option value="table">tables</option>
                <option value="text-image">pictures with captions</option>
              </select>
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
  const { files, progress = { phase: 'sending', share: 0 }, report, error } = sending;
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const what = files.length === 1 ? files[0]!.name : several(files.length, 'file');
  const isSending = progress.phase === 'sending' && progress.share < 1;
  // All is sent, and the server has not said yet how far it is.
  const waiting = progress.phase === 'sending' && progress.share >= 1;
  return (
    <div class="upload" role="status">
      {busy && (
        <>
          <p>
            {isSending ? `Sending ${what} (${bytes(total)}) …` : `Reading ${what} …`}{' '}
            <button type="button" class="link" onClick={onStop}>
              Stop
            </button>
          </p>
          <progress max={1} value={waiting ? undefined : progress.share} aria-label="Progress of the upload" />
        </>
      )}
      {error && <Notice kind="error">{error}</Notice>}
      {report && <Report report={report} what={what} />}
    </div>
  );
}

function Report({ report, what }: { report: UploadReport; what: string }) {
  const { documents, passages, duplicates = 0, imagesMissing = 0, errors, notes = [] } = report;
  const counts = [
    several(documents, 'document'),
    several(passages, 'passage'),
    ...(duplicates > 0 ? [`${several(duplicates, 'copy', 'copies')} left out`] : []),
    ...(imagesMissing > 0 ? [`${several(imagesMissing, 'picture')} not at hand`] : []),
  ];
  return (
    <>
      <p class="done">
        <Check size={16} />
        <span>
          {what}: {counts.join(', ')}
        </span>
      </p>
      {errors.length > 0 && <Notice kind="error">{several(errors.length, 'thing')} could not be stored:</Notice>}
      <Findings findings={errors} />
      {notes.length > 0 && <Notice>{several(notes.length, 'thing')} to know:</Notice>}
      <Findings findings={notes} />
    </>
  );
}

function Findings({ findings }: { findings: readonly Finding[] }) {
  if (findings.length === 0) return null;
  return (
    <ul class="findings">
      {findings.slice(0, FINDINGS).map(({ where, message }) => (
        <li key={`${where} ${message}`}>{[where, message].filter(Boolean).join(': ')}</li>
      ))}
      {findings.length > FINDINGS && <li class="faint">and {findings.length - FINDINGS} more</li>}
    </ul>
  );
}

/** Of each kind, shown. */
const FINDINGS = 20;
