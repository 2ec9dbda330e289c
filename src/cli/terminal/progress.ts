/** One moving line on stderr with share, time left and a word on how it goes; in a log file a line now and then. */
import { duration } from './run-view.ts';

export interface Progress {
  /** `share` in [0, 1]. */
  update(share: number, note: string): void;
  end(): void;
}

export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  const live = stream.isTTY === true;
  const began = performance.now();
  let last = Number.NEGATIVE_INFINITY;
  let shown = false;
  return {
    update(share, note) {
      const now = performance.now();
      if (now - last < (live ? 150 : 15_000)) return;
      last = now;
      const left = share > 0.01 ? `, ${duration(((now - began) * (1 - share)) / share)} left` : '';
      const line = `${Math.floor(share * 100)}%  ${note}${left}`;
      stream.write(live ? `\r\u001b[K${line}` : `${line}\n`);
      shown = live;
    },
    end() {
      if (shown) stream.write('\r\u001b[K');
      shown = false;
    },
  };
}
