/** Where a question is written: text, and a picture that is chosen, dropped or pasted. Enter asks. */
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { AskRequest } from '../api/run-events.ts';
import { ArrowUp, Close, PictureIcon, StopIcon } from '../shell/icons.tsx';
import { Notice } from '../shell/notice.tsx';
import { carriesFiles, firstFile, type Picture, readPicture } from './picture-file.ts';

interface QuestionFormProps {
  /** What stands in it at first. */
  draft?: AskRequest;
  running: boolean;
  policies: readonly string[];
  onAsk(asked: AskRequest): void;
  onStop(): void;
}

export function QuestionForm({ draft, running, policies, onAsk, onStop }: QuestionFormProps) {
  const [question, setQuestion] = useState(draft?.question ?? '');
  const [picture, setPicture] = useState<Picture | undefined>(
    draft?.image === undefined ? undefined : { name: 'as before', address: draft.image },
  );
  const [policy, setPolicy] = useState(draft?.policy ?? '');
  const [problem, setProblem] = useState<string>();
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (draft) field.current?.focus();
  }, [draft]);
  const take = (file: File) => {
    setProblem(undefined);
    readPicture(file).then(
      (read) => {
        setPicture(read);
        field.current?.focus();
      },
      (error: Error) => setProblem(error.message),
    );
  };
  const over = useDroppedPicture(take);

  const submit = (event?: Event) => {
    event?.preventDefault();
    const asked = question.trim();
    if (asked === '') {
      setProblem('Write a question first.');
      return field.current?.focus();
    }
    setProblem(undefined);
    setQuestion('');
    setPicture(undefined);
    onAsk({ question: asked, ...(picture && { image: picture.address }), ...(policy && { policy }) });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit(event);
  };
  return (
    <form class={over ? 'ask-form over' : 'ask-form'} onSubmit={submit} noValidate>
      {picture && <ChosenPicture picture={picture} onRemove={() => setPicture(undefined)} />}
      <textarea
        ref={field}
        rows={1}
        maxLength={8_000}
        aria-label="Your question"
        placeholder={over ? 'Drop the picture here' : 'Ask a question'}
        value={question}
        onInput={(event) => setQuestion(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div class="ask-tools">
        <PictureButton onFile={take} />
        {policies.length > 0 && <PolicyChoice policies={policies} value={policy} onChange={setPolicy} />}
        <span class="grow" />
        {running ? (
          <button type="button" class="button round primary" aria-label="Stop" onClick={onStop}>
            <StopIcon />
          </button>
        ) : (
          <button type="submit" class="button round primary" aria-label="Ask">
            <ArrowUp />
          </button>
        )}
      </div>
      {problem && <Notice kind="error">{problem}</Notice>}
    </form>
  );
}

/** Files may be dropped anywhere on the part; whether some hang over it just now. */
function useDroppedPicture(take: (file: File) => void): boolean {
  const [over, setOver] = useState(false);
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const isHere = () => !/^#\/./.test(location.hash);
    const drag = (event: DragEvent) => {
      if (!isHere() || !carriesFiles(event.dataTransfer)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    const drop = (event: DragEvent) => {
      setOver(false);
      const file = firstFile(event.dataTransfer);
      if (!isHere() || !file) return;
      event.preventDefault();
      latest.current(file);
    };
    const paste = (event: ClipboardEvent) => {
      const file = firstFile(event.clipboardData);
      if (!isHere() || !file) return;
      event.preventDefault();
      latest.current(file);
    };
    const leaving = new AbortController();
    const { signal } = leaving;
    addEventListener('dragover', drag, { signal });
    addEventListener('dragleave', leave, { signal });
    addEventListener('drop', drop, { signal });
    addEventListener('paste', paste, { signal });
    return () => leaving.abort();
  }, []);
  return over;
}

function ChosenPicture({ picture, onRemove }: { picture: Picture; onRemove: () => void }) {
  return (
    <figure class="chosen-picture">
      <img src={picture.address} alt={`With your question: ${picture.name}`} />
      <button type="button" class="button round small" aria-label="Remove the picture" onClick={onRemove}>
        <Close size={14} />
      </button>
    </figure>
  );
}

function PictureButton({ onFile }: { onFile: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const choose = () => {
    const file = input.current?.files?.[0];
    if (file) onFile(file);
    if (input.current) input.current.value = ''; // the same file may be chosen again
  };
  return (
    <>
      <input ref={input} type="file" accept="image/png,image/jpeg,image/webp" hidden onChange={choose} />
      <button type="button" class="button quiet" onClick={() => input.current?.click()}>
        <PictureIcon />
        <span>Add a picture</span>
      </button>
    </>
  );
}

interface PolicyChoiceProps {
  policies: readonly string[];
  value: string;
  onChange(policy: string): void;
}

function PolicyChoice({ policies, value, onChange }: PolicyChoiceProps) {
  const id = useId();
  return (
    <span class="policy">
      <label for={id}>Policy</label>
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">the server’s own</option>
        {policies.map((policy) => (
          <option key={policy} value={policy}>
            {policy}
          </option>
        ))}
      </select>
    </span>
  );
}
