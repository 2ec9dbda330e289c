/**
 * Standard output with one passing line at its end that says what is going on, where the output is a terminal. The line is
 * wiped before anything else is printed and never reaches a file or a pipe.
 */
interface LiveOutput {
  print(text: string): void;
  /** Replaces the passing line. */
  status(text: string): void;
  clear(): void;
}

const WIPE = '\r\u001B[2K';

export function createLiveOutput(stream: NodeJS.WriteStream = process.stdout): LiveOutput {
  const live = stream.isTTY === true && process.env.TERM !== 'dumb';
  let shown = false;
  const clear = () => {
    if (shown) stream.write(WIPE);
    shown = false;
  };
  return {
    clear,
    print(text) {
      if (text === '') return;
      clear();
      stream.write(text);
    },
    status(text) {
      if (!live) return;
      stream.write(`${WIPE}  ${text}`);
      shown = true;
    },
  };
}
