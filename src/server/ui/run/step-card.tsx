/** One step: what was thought and asked, which knowledge bases were chosen, what they gave and what was read in it. */
import { useServer } from '../shell/server.tsx';
import { duration, outcomeText, several } from './figures.ts';
import { KnowledgeBaseBars } from './knowledge-base-bars.tsx';
import { PassageCard } from './passage-card.tsx';
import { citationNumber, passageId, usePlace } from './place.ts';
import { chosenOf, citationsOf, type Run, type Step, samePassage, subQuestionsOf } from './run-state.ts';

export function StepCard({ step }: { step: Step }) {
  const { record, decision, thought, phase } = step;
  const stops = decision?.type === 'stop';
  const took = record && record.timings.decide + record.timings.retrieve + record.timings.read;
  return (
    <li class={`step ${phase}${stops ? ' stops' : ''}`} data-phase={phase}>
      <span class="step-number" aria-hidden="true">
        {step.index + 1}
      </span>
      <div class="step-body">
        <div class="step-head">
          <h4>
            <span class="hidden">Step {step.index + 1}: </span>
            {headOf(step, usePlace().run)}
          </h4>
          {took !== undefined && <span class="faint step-time">{duration(took)}</span>}
        </div>
        {thought && <p class="thought">{thought}</p>}
        {decision && !stops && <Asked step={step} />}
      </div>
    </li>
  );
}

function headOf(step: Step, run: Run): string {
  const { decision, phase, record } = step;
  if (!decision) return 'Deciding where to look …';
  if (decision.type === 'stop') return isAnswered(run) ? 'Enough is known' : 'Nothing more to look up';
  if (decision.type === 'invalid') return 'No decision that could be used';
  if (record?.repeatOf !== undefined) return `Asked again, as in step ${record.repeatOf + 1}`;
  const asked = subQuestionsOf(step).join(' · ');
  return phase === 'searching' ? `${asked} …` : asked;
}

/** Whether anything was read out of a passage, or said at the end. */
function isAnswered({ steps, answer }: Run): boolean {
  return (
    (answer?.answer ?? null) !== null ||
    steps.some(({ readings }) => readings.some(({ reading }) => reading.answer !== null))
  );
}

function Asked({ step }: { step: Step }) {
  const { knowledgeBases } = useServer();
  const names = knowledgeBases.status === 'ready' ? knowledgeBases.value.map(({ name }) => name) : [];
  return (
    <>
      <Fallback step={step} />
      <KnowledgeBaseBars names={names} chosen={chosenOf(step)} probes={step.record?.probes ?? []} />
      <Readings step={step} />
      <Passages step={step} />
      <Failures step={step} />
    </>
  );
}

function Fallback({ step: { record } }: { step: Step }) {
  const reasons = record?.attempts.flatMap(({ invalid }) => invalid ?? []) ?? [];
  if (reasons.length === 0) return null;
  const why = [...new Set(reasons)].map((reason) => reason.replaceAll('-', ' ')).join(', ');
  return (
    <p class="faint small">
      {several(reasons.length, 'reply', 'replies')} of the policy could not be used ({why})
      {record?.fallback ? '; the declared fallback was taken instead.' : '.'}
    </p>
  );
}

function Readings({ step }: { step: Step }) {
  const several = step.readings.length > 1;
  return (
    <ul class="readings">
      {step.readings.map(({ subQuestion, reading }) => (
        <li key={subQuestion}>
          {several && <span class="faint">{subQuestion} </span>}
          {reading.answer === null ? (
            <span class="faint">Read, and no answer found in it.</span>
          ) : (
            <>
              <span class="faint">Found </span>
              <strong>{reading.answer}</strong>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

function Failures({ step: { record } }: { step: Step }) {
  const failed = record?.searches.filter(({ outcome }) => outcome !== 'passages') ?? [];
  return (
    <>
      {failed.map(({ knowledgeBase, outcome, error }) => (
        <p key={knowledgeBase} class={outcome === 'empty' ? 'faint small' : 'small problem'}>
          {knowledgeBase} {outcomeText(outcome)}
          {error && `: ${error}`}
        </p>
      ))}
    </>
  );
}

/** What answers is shown; the rest is behind a line that says how much it is. */
function Passages({ step }: { step: Step }) {
  const place = usePlace();
  const citations = citationsOf(step, place.run);
  const isCited = (passage: Step['passages'][number]) => citations.some((citation) => samePassage(citation, passage));
  const cited = step.passages.filter(isCited);
  const others = step.passages.filter((passage) => !isCited(passage));
  const show = (passage: Step['passages'][number]) => (
    <PassageCard
      key={`${passage.knowledgeBase} ${passage.id}`}
      id={passageId(place, step.index, passage)}
      passage={passage}
      number={citationNumber(place, passage)}
      rest={restOf(step, passage, place.run.answer?.answer)}
    />
  );
  const what = cited.length > 0 ? `${several(others.length, 'other passage')}` : several(others.length, 'passage');
  return (
    <>
      {cited.length > 0 && <ul class="passages">{cited.map(show)}</ul>}
      {others.length > 0 && (
        <details class="more">
          <summary>{what}</summary>
          <ul class="passages">{others.map(show)}</ul>
        </details>
      )}
    </>
  );
}

/** The words that a passage is cited for; none of a passage that nothing rests on. */
function restOf(
  step: Step,
  passage: Step['passages'][number],
  answer: string | null | undefined,
): { quote?: string; answer?: string | null } {
  for (const { reading } of step.readings) {
    const citation = reading.citations.find((cited) => samePassage(cited, passage));
    if (citation) return { quote: citation.quote, answer: reading.answer ?? answer };
  }
  return {};
}
