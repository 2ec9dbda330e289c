/** Tells a screen reader how far the run is, a line a change; nothing of it is seen. */
import { type Run, statusOf } from './run-state.ts';

export function Announcer({ run }: { run: Run }) {
  return (
    <p class="hidden" role="status" aria-live="polite">
      {statusOf(run)}
    </p>
  );
}
