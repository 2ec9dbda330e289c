/** A run: its question, its answer, and the steps that led there. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { AnswerCard } from './answer.tsx';
import { type Place, PlaceContext } from './place.ts';
import type { Run } from './run-state.ts';
import { StepCard } from './step-card.tsx';

interface RunViewProps {
  run: Run;
  /** Shown instead of the question. */
  heading?: string;
  onEdit?(): void;
  /** Below the answer. */
  children?: ComponentChildren;
}

export function RunView({ run, heading, onEdit, children }: RunViewProps) {
  const id = useId();
  const place: Place = { prefix: id, run };
  return (
    <PlaceContext.Provider value={place}>
      <article class="run" aria-labelledby={`${id}-question`}>
        <div class="run-head">
          <h2 id={`${id}-question`} class={heading ? 'run-heading' : 'run-question'}>
            {heading ?? run.question}
          </h2>
          {onEdit && (
            <button type="button" class="link" onClick={onEdit}>
              Edit
            </button>
          )}
        </div>
        {!heading && run.image && <img class="run-picture" src={run.image} alt="What the question is about" />}
        <AnswerCard run={run}>{children}</AnswerCard>
        {run.steps.length > 0 && (
          <section>
            <h3 class="section-title">How it was looked up</h3>
            <ol class="steps">
              {run.steps.map((step) => (
                <StepCard key={step.id} step={step} />
              ))}
            </ol>
          </section>
        )}
      </article>
    </PlaceContext.Provider>
  );
}
