/** The page of curves of a training under way: written at every validation, so that one may look on, and last at its end. */
import { writeCurvePage } from '../train/monitor/curve-page.ts';
import type { CurveStarts } from '../train/monitor/curves.ts';
import type { TrainEvent } from '../train/trainer/train-scorer.ts';

interface CurveWriter {
  show(event: TrainEvent): void;
  /** Writes the page now; throws where it cannot. */
  write(): Promise<void>;
  /** Resolves when nothing is being written any more; never throws. */
  settled(): Promise<void>;
}

export function createCurveWriter(folder: string, page: string): CurveWriter {
  let starts: CurveStarts = {};
  // One after another; a page that cannot be written on the way is no reason to stop a training.
  let writing = Promise.resolve();
  const write = () => writeCurvePage(folder, page, starts);
  return {
    show(event) {
      if (event.type === 'resume') starts = event.starts ?? {};
      if (event.type === 'untrained') starts = { untrained: event.untrained, rule: event.rule };
      if (event.type !== 'validation-end') return;
      if (event.iteration === 0) starts = { ...starts, before: event.validation };
      writing = writing.then(write).catch(() => {});
    },
    async write() {
      await writing;
      await write();
    },
    settled: () => writing,
  };
}
