/** A line that says what went wrong, or what to know. Errors are read out at once. */
import type { ComponentChildren } from 'preact';
import { Warning } from './icons.tsx';

export function Notice({ kind = 'note', children }: { kind?: 'note' | 'error'; children: ComponentChildren }) {
  return (
    <p class={`notice ${kind}`} role={kind === 'error' ? 'alert' : undefined}>
      {kind === 'error' && <Warning size={16} />}
      <span>{children}</span>
    </p>
  );
}
