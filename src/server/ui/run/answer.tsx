/** The answer with what it rests on; while there is none yet, how far the run is. Without a short answer, the best evidence. */
import type { ComponentChildren } from 'preact';
import type { Answer, Citation, Evidence } from '../api/schemas.ts';
import { Notice } from '../shell/notice.tsx';
import { runFigures, stopReason } from './figures.ts';
import { Marked } from './marked.tsx';
import { markSpans } from './marks.ts';
import { showPassage, targetOf, usePlace } from './place.ts';
import { type Run, statusOf } from './run-state.ts';

export function AnswerCard({ run, children }: { run: Run; children?: ComponentChildren }) {
  const { answer, written, phase } = run;
  return (
    <section class={answer ? 'answer ended' : 'answer'}>
      <h3 class="hidden">Answer</h3>
      {answer ? (
        <Ended answer={answer} />
      ) : (
        <>
          {written && <p class="answer-text">{written}</p>}
          {phase === 'running' && (
            <p class="working">
              <span class="pulse" aria-hidden="true" />
              {statusOf(run)}
            </p>
          )}
        </>
      )}
      {phase === 'stopped' && <Notice>Stopped before there was an answer.</Notice>}
      {phase === 'failed' && <Notice kind="error">{run.error}</Notice>}
      {answer && <Figures run={run} />}
      {children && <div class="answer-more">{children}</div>}
    </section>
  );
}

function Ended({ answer }: { answer: Answer }) {
  const { citations, evidence } = answer;
  if (answer.answer !== null) {
    return (
      <>
        <p class="answer-text">{answer.answer}</p>
        {citations.length > 0 && (
          <ol class="citations" aria-label="What the answer rests on">
            {citations.map((citation, index) => (
              <CitationLink
                key={`${citation.knowledgeBase} ${citation.passageId}`}
                citation={citation}
                number={index + 1}
              />
            ))}
          </ol>
        )}
      </>
    );
  }
  return (
    <>
      <p class="answer-text none">No short answer.</p>
      {evidence.length > 0 ? (
        <>
          <p class="faint">This is the best of what was found:</p>
          <ul class="evidence" aria-label="Evidence">
            {evidence.map((entry) => (
              <EvidenceEntry key={`${entry.passageId} ${entry.text}`} entry={entry} />
            ))}
          </ul>
        </>
      ) : (
        <p class="faint">Nothing was found that speaks of the question. {stopReason(answer.stopReason)}</p>
      )}
    </>
  );
}

function CitationLink({ citation, number }: { citation: Citation; number: number }) {
  const { title, knowledgeBase, quote, url } = citation;
  return (
    <li>
      <Jump to={citation} class="citation">
        <span class="citation-number">{number}</span>
        <span class="citation-title">{title ?? citation.passageId}</span>
        <span class="faint">{knowledgeBase}</span>
      </Jump>
      {quote && <q class="citation-quote">{quote}</q>}
      {url && isLink(url) && (
        <a class="source" href={url} target="_blank" rel="noreferrer">
          Source of {title ?? citation.passageId}
        </a>
      )}
    </li>
  );
}

export const isLink = (url: string): boolean => /^https?:\/\//i.test(url);

function EvidenceEntry({ entry }: { entry: Evidence }) {
  return (
    <li>
      <p>
        <Marked parts={markSpans(entry.text, entry.highlights)} />
      </p>
      <Jump to={entry} class="evidence-source">
        {entry.title ?? entry.passageId} · {entry.knowledgeBase}
      </Jump>
    </li>
  );
}

interface JumpProps {
  to: Pick<Citation, 'passageId' | 'knowledgeBase'>;
  class: string;
  children: ComponentChildren;
}

/** A link to a passage of the steps; plain text where no step shows it. */
function Jump({ to, class: name, children }: JumpProps) {
  const target = targetOf(usePlace(), to);
  if (target === undefined) return <span class={name}>{children}</span>;
  const jump = (event: Event) => {
    event.preventDefault();
    showPassage(target);
  };
  return (
    <a class={name} href={`#${encodeURIComponent(target)}`} onClick={jump}>
      {children}
    </a>
  );
}

function Figures({ run }: { run: Run }) {
  return (
    <dl class="figures">
      {runFigures(run).map(({ name, text }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
