/** Asks for the server's key when a request was refused for want of it. The key stays in this tab. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { key } from '../api/client.ts';

/** `onKey`: what was refused may be asked for again. */
export function KeyDialog({ onKey }: { onKey: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [value, setValue] = useState('');
  const [wrong, setWrong] = useState(false);
  useEffect(
    () =>
      key.onWanted(() => {
        setWrong(key.get() !== null);
        if (!dialog.current?.open) dialog.current?.showModal();
      }),
    [],
  );
  const use = (event: Event) => {
    event.preventDefault();
    key.set(value.trim());
    dialog.current?.close();
    onKey();
  };
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="key-title">
      <form onSubmit={use}>
        <h2 id="key-title">This server wants a key</h2>
        <p>{wrong ? 'The key was refused. Check it and try again.' : 'It is kept in this tab until you close it.'}</p>
        <label class="field">
          <span>API key</span>
          <input
            type="password"
            autocomplete="off"
            required
            value={value}
            onInput={(event) => setValue(event.currentTarget.value)}
          />
        </label>
        <div class="row end">
          <button type="button" class="button quiet" onClick={() => dialog.current?.close()}>
            Not now
          </button>
          <button type="submit" class="button primary">
            Use the key
          </button>
        </div>
      </form>
    </dialog>
  );
}
