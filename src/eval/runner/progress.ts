/** How far a long job is and how long it will still take, on standard error: one line rewritten on a terminal, else one every few seconds. */

export interface Progress {
  /** One more is done. */
  advance(): void;
  end(): void;
}

interface ProgressOptions {
  label: string;
  total: number;
  /** Done in an earlier process. */
  already?: number;
  stream?: { write(text: string): unknown; isTTY?: boolean };
  /** Milliseconds; for tests. */
  now?: () => number;
}

/** Shows on standard error how far a long job is and how long it will still take. */
export function startProgress({
  label,
  total,
  already = 0,
  stream = process.stderr,
  now = () => performance.now(),
}: ProgressOptions): Progress {
  const start = now();
  const pause = stream.isTTY ? 200 : 5000;
  let done = already;
  let shown = start - pause;
  const show = () => {
    shown = now();
    const text = progressText({ label, done, total, fresh: done - already, milliseconds: shown - start });
    stream.write(stream.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
  };
  return {
    advance() {
      done += 1;
      if (now() - shown >= pause) show();
    },
    end() {
      show();
      if (stream.isTTY) stream.write('\n');
    },
  };
}

/** `fresh` were done in the last `milliseconds`, which tells the rate; the rest of `done` came from the log. */
export function progressText({
  label,
  done,
  total,
  fresh,
  milliseconds,
}: {
  label: string;
  done: number;
  total: number;
  fresh: number;
  milliseconds: number;
}): string {
  const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
  const rate = milliseconds > 0 ? (1000 * fresh) / milliseconds : 0;
  const left = rate > 0 && done < total ? `, ${rate.toFixed(1)}/s, ${duration((total - done) / rate)} left` : '';
  return `${label}: ${done}/${total} (${percent}%)${left}`;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.ceil(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
