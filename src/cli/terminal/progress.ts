/** One moving line on stderr with share, time left and a word on how it goes; in a log file a line now and then. */
import { cutToWidth } from './layout.ts';

export interface Progress {
  /** `share` in [0, 1]. `secondsLeft` where the work knows better than its pace so far tells. */
  update(share: number, note: string, options?: { secondsLeft?: number }): void;
  end(): void;
}

export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  const live = stream.isTTY === true;
  const began = performance.now();
  let last = Number.NEGATIVE_INFINITY;
  /** Work done by an earlier process says nothing of the pace of this one. */
  let first: number | undefined;
  let shown = false;
  return {
    update(share, note, { secondsLeft } = {}) {
      first ??= share;
      const now = performance.now();
      if (now - last < (live ? 150 : 10_000)) return;
      last = now;
      const done = share - first;
      const seconds = secondsLeft ?? (done > 0.01 ? ((now - began) * (1 - share)) / done / 1000 : undefined);
      const left = seconds === undefined ? '' : `${timeLeft(seconds)} left`.padEnd(14);
      const line = `${`${Math.floor(share * 100)}%`.padStart(4)}  ${left}${note}`;
      // A line that wraps could not be wiped.
      stream.write(live ? `\r\u001b[K${cutToWidth(line, (stream.columns ?? 80) - 1)}` : `${line}\n`);
      shown = live;
    },
    end() {
      if (shown) stream.write('\r\u001b[K');
      shown = false;
    },
  };
}

/** Rounded as one would say it. */
export function timeLeft(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
