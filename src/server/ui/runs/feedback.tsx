/** Whether an answer was any good, in one press and a line of words. */
import { useId, useState } from 'preact/hooks';
import { postJson } from '../api/client.ts';
import { ThumbDown, ThumbUp } from '../shell/icons.tsx';
import { Notice } from '../shell/notice.tsx';
import { messageOf } from '../shell/resource.ts';

export function Feedback({ runId }: { runId: string }) {
  const id = useId();
  const [score, setScore] = useState<0 | 1>();
  const [comment, setComment] = useState('');
  const [state, setState] = useState<'open' | 'sending' | 'sent'>('open');
  const [problem, setProblem] = useState<string>();
  const send = async (event: Event) => {
    event.preventDefault();
    if (score === undefined) return;
    setState('sending');
    setProblem(undefined);
    try {
      const words = comment.trim();
      await postJson(`v1/runs/${encodeURIComponent(runId)}/feedback`, { score, ...(words && { comment: words }) });
      setState('sent');
    } catch (error) {
      setState('open');
      setProblem(messageOf(error));
    }
  };
  if (state === 'sent') return <p role="status">Thank you.</p>;
  return (
    <form class="feedback" onSubmit={send} aria-labelledby={`${id}-title`}>
      <span id={`${id}-title`} class="faint">
        Was this right?
      </span>
      <button
        type="button"
        class="button round"
        aria-pressed={score === 1}
        aria-label="Yes"
        onClick={() => setScore(1)}
      >
        <ThumbUp size={16} />
      </button>
      <button type="button" class="button round" aria-pressed={score === 0} aria-label="No" onClick={() => setScore(0)}>
        <ThumbDown size={16} />
      </button>
      {score !== undefined && (
        <>
          <input
            class="grow"
            aria-label="Comment"
            placeholder={score === 1 ? 'A comment, if you like' : 'What should it have said?'}
            value={comment}
            onInput={(event) => setComment(event.currentTarget.value)}
          />
          <button type="submit" class="button" disabled={state === 'sending'}>
            Send
          </button>
        </>
      )}
      {problem && <Notice kind="error">{problem}</Notice>}
    </form>
  );
}
