/** Ask, watch, compare. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { AskRequest } from '../api/run-events.ts';
import { Announcer } from '../run/announcer.tsx';
import { Comparison } from '../run/comparison.tsx';
import type { Run } from '../run/run-state.ts';
import { RunView } from '../run/run-view.tsx';
import { Feedback } from '../runs/feedback.tsx';
import { hrefOf } from '../shell/route.ts';
import { useServer } from '../shell/server.tsx';
import { QuestionForm } from './question-form.tsx';
import { type RunHandle, useRun } from './use-run.ts';

/** The policy that asks every knowledge base at once. */
const ALL = 'all-once';

export function AskPage() {
  const { settings } = useServer();
  const routed = useRun();
  const all = useRun();
  const [draft, setDraft] = useState<{ number: number; asked?: AskRequest }>({ number: 0 });
  const top = useRef<HTMLDivElement>(null);
  const ask = (asked: AskRequest) => {
    all.clear();
    routed.start(asked);
  };
  const edit = ({ question, image, policy }: Run) =>
    setDraft({ number: draft.number + 1, asked: { question, image, policy } });
  const { run } = routed;
  useEffect(() => {
    if (run?.phase === 'running') top.current?.scrollIntoView({ block: 'start' });
  }, [run?.phase]);
  return (
    <div ref={top} class={run ? 'ask asked' : 'ask'}>
      {!run && <h1>What would you like to know?</h1>}
      {run && <h1 class="hidden">Ask</h1>}
      <QuestionForm
        key={draft.number}
        draft={draft.asked}
        running={run?.phase === 'running' || all.run?.phase === 'running'}
        policies={settings.policies}
        onAsk={ask}
        onStop={() => {
          routed.stop();
          all.stop();
        }}
      />
      {!run && <Beginning onAsk={ask} />}
      {run && <Asked routed={routed} all={all} onEdit={edit} />}
    </div>
  );
}

interface AskedProps {
  routed: RunHandle;
  all: RunHandle;
  /** Puts what was asked back into the form. */
  onEdit(run: Run): void;
}

function Asked({ routed, all, onEdit }: AskedProps) {
  const { settings, offers } = useServer();
  const run = routed.run!;
  const comparable = settings.policies.includes(ALL) && run.phase === 'ended' && run.policy !== ALL;
  const compare = () => all.start({ question: run.question, image: run.image, policy: ALL });
  return (
    <>
      <Announcer run={all.run ?? run} />
      {all.run ? (
        <Comparison routed={run} all={all.run} onClose={all.clear} />
      ) : (
        <RunView run={run} onEdit={() => onEdit(run)}>
          {comparable && (
            <button type="button" class="button" onClick={compare}>
              Compare: the same, asking everything
            </button>
          )}
          {offers('feedback') && run.answer && <Feedback key={run.runId} runId={run.answer.runId} />}
        </RunView>
      )}
    </>
  );
}

/** What can be asked, before anything is. */
function Beginning({ onAsk }: { onAsk: (asked: AskRequest) => void }) {
  const { settings, knowledgeBases } = useServer();
  return (
    <div class="beginning">
      {settings.examples.length > 0 && (
        <section aria-labelledby="examples">
          <h2 id="examples">For example</h2>
          <ul class="examples">
            {settings.examples.map(({ question, image }) => (
              <li key={question}>
                <button type="button" onClick={() => onAsk({ question, ...(image && { image }) })}>
                  {image && <img src={image} alt="" />}
                  <span>{question}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {knowledgeBases.status === 'ready' && knowledgeBases.value.length > 0 && (
        <section aria-labelledby="looked-up-in">
          <h2 id="looked-up-in">Looked up in</h2>
          <ul class="places">
            {knowledgeBases.value.map(({ name, description }) => (
              <li key={name}>
                <a href={hrefOf({ part: 'knowledge', name })}>{name}</a>
                <p>{description}</p>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
