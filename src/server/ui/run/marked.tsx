/** A text whose answering words are marked. */
import type { Part } from './marks.ts';

export function Marked({ parts }: { parts: readonly Part[] }) {
  return (
    <>
      {parts.map(({ text, mark }, index) =>
        mark === undefined ? (
          text
        ) : (
          // The place of a part never changes.
          <mark key={index} class={mark === 'answer' ? 'answering' : undefined}>
            {text}
          </mark>
        ),
      )}
    </>
  );
}
