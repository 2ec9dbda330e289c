/** The run beside the one that asks every knowledge base at once, and what each took. */
import { Close } from '../shell/icons.tsx';
import { runFigures } from './figures.ts';
import type { Run } from './run-state.ts';
import { RunView } from './run-view.tsx';

export function Comparison({ routed, all, onClose }: { routed: Run; all: Run; onClose: () => void }) {
  return (
    <section class="comparison" aria-labelledby="comparison-title">
      <div class="row">
        <h2 id="comparison-title" class="run-question">
          {routed.question}
        </h2>
        <button type="button" class="button quiet" onClick={onClose}>
          <Close size={16} />
          <span>Close the comparison</span>
        </button>
      </div>
      {routed.image && <img class="run-picture" src={routed.image} alt="What the question is about" />}
      {all.answer && <Figures routed={routed} all={all} />}
      <div class="columns">
        <RunView run={routed} heading="Asking where it fits" />
        <RunView run={all} heading="Asking everything" />
      </div>
    </section>
  );
}

function Figures({ routed, all }: { routed: Run; all: Run }) {
  const others = new Map(runFigures(all).map((figure) => [figure.name, figure]));
  return (
    <table class="compared">
      <caption class="hidden">What the two runs took</caption>
      <thead>
        <tr>
          <th scope="col">
            <span class="hidden">Figure</span>
          </th>
          <th scope="col">Where it fits</th>
          <th scope="col">Everything</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">Answer</th>
          <td>{routed.answer?.answer ?? 'no short answer'}</td>
          <td>{all.answer?.answer ?? 'no short answer'}</td>
        </tr>
        {runFigures(routed).map(({ name, value, text }) => {
          const other = others.get(name);
          return (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class={other && value < other.value ? 'less' : undefined}>{text}</td>
              <td class={other && other.value < value ? 'less' : undefined}>{other?.text ?? '–'}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
