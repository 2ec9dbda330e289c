/**
 * What runs in the reader's browser: draws the four plots with Observable Plot and lists the questions. The sources of the
 * functions are embedded in the page as they are, so each may use nothing from outside of itself but its parameters.
 */
import type { PageData } from './page-data.ts';

/** The little of the DOM that is used; the package itself is typed without a browser. */
export interface PageNode {
  append(...nodes: (PageNode | string)[]): void;
  addEventListener(type: string, listener: () => void): void;
  replaceChildren(...nodes: (PageNode | string)[]): void;
  setAttribute(name: string, value: string): void;
  textContent: string | null;
  value?: string;
  readonly clientWidth?: number;
}
interface PageDocument {
  getElementById(id: string): PageNode | null;
  createElement(tag: string): PageNode;
}
type Mark = unknown;
export interface PlotLibrary {
  plot(options: object): PageNode;
  dot(data: unknown, options: object): Mark;
  text(data: unknown, options: object): Mark;
  ruleX(data: unknown, options?: object): Mark;
  ruleY(data: unknown, options?: object): Mark;
  cell(data: unknown, options: object): Mark;
  lineY(data: unknown, options: object): Mark;
  areaY(data: unknown, options: object): Mark;
  boxX(data: unknown, options: object): Mark;
}

/** Draws into the place of this name, for the room it has. */
type Into = (id: string, empty: boolean, draw: (width: number, narrow: boolean) => PageNode) => void;

/** A chart is drawn for the room it has, so that its letters stay readable on a telephone. */
export function plotPlaces(page: PageDocument): Into {
  return (id, empty, draw) => {
    const place = page.getElementById(id);
    const width = Math.max(300, Math.min(640, place?.clientWidth || 640));
    const nothing = 'Nothing to draw: the questions name no gold for this.';
    place?.replaceChildren(empty ? nothing : draw(width, width < 480));
  };
}

/** What the methods reach: accuracy against cost, and the evidence found step by step. */
export function drawOutcomes(into: Into, Plot: PlotLibrary, data: PageData): void {
  const names = [...new Set(data.latency.map(({ method }) => method))];
  const colour = { domain: names, scheme: names.length > 10 ? 'Tableau10' : 'Observable10' };

  // One method alone has no range to fill the axes with.
  const isAlone = data.points.length === 1;
  into('plot-cost', data.points.length === 0, (width, narrow) =>
    Plot.plot({
      width,
      height: 380,
      grid: true,
      marginRight: narrow ? 80 : 110,
      color: colour,
      x: { label: `${data.points[0]?.costName} a question`, nice: true, ...(isAlone && { zero: true }) },
      y: { label: 'accuracy, with 95% interval', percent: true, nice: true, ...(isAlone && { domain: [0, 100] }) },
      marks: [
        Plot.ruleX(data.points, { x: 'cost', y1: 'low', y2: 'high', stroke: 'method' }),
        Plot.dot(data.points, { x: 'cost', y: 'accuracy', fill: 'method', r: 5, title: 'method' }),
        Plot.text(data.points, { x: 'cost', y: 'accuracy', text: 'method', dx: 9, textAnchor: 'start' }),
      ],
    }),
  );

  into('plot-evidence', data.evidence.length === 0, (width) =>
    Plot.plot({
      width,
      height: 380,
      grid: true,
      color: { ...colour, legend: true },
      x: { label: 'steps taken', ticks: [...new Set(data.evidence.map(({ step }) => step))], tickFormat: 'd' },
      y: { label: 'needed evidence found', percent: true, domain: [0, 100] },
      marks: [
        Plot.areaY(data.evidence, { x: 'step', y1: 'low', y2: 'high', fill: 'method', fillOpacity: 0.12 }),
        Plot.lineY(data.evidence, { x: 'step', y: 'recall', stroke: 'method', strokeWidth: 2 }),
        Plot.dot(data.evidence, { x: 'step', y: 'recall', fill: 'method' }),
      ],
    }),
  );
}

/** How the methods go there: what they chose where, and how long it took. */
export function drawRouting(into: Into, Plot: PlotLibrary, data: PageData): void {
  const names = [...new Set(data.latency.map(({ method }) => method))];
  const bases = new Set(data.confusion.map(({ gold }) => gold));
  bases.delete('stop');
  const choices = [...bases, 'stop'];
  // Methods that ask every knowledge base choose none.
  const choosing = names.filter((name) => data.confusion.some(({ method }) => method === name));
  into('plot-confusion', data.confusion.length === 0, (width, narrow) =>
    Plot.plot({
      width,
      height: 60 + choosing.length * (30 + 34 * choices.length),
      marginLeft: narrow ? 60 : 90,
      marginRight: narrow ? 80 : 150,
      padding: 0.04,
      color: { scheme: 'Blues', domain: [0, 1] },
      x: { label: 'chosen', axis: 'top', domain: choices },
      y: { label: 'gold', domain: choices },
      fy: { label: null, domain: choosing },
      marks: [
        Plot.cell(data.confusion, { x: 'chosen', y: 'gold', fy: 'method', fill: 'share' }),
        Plot.text(data.confusion, {
          x: 'chosen',
          y: 'gold',
          fy: 'method',
          text: 'count',
          fill: (cell: { share: number }) => (cell.share > 0.5 ? 'white' : 'black'),
        }),
      ],
    }),
  );

  into('plot-latency', data.latency.length === 0, (width, narrow) =>
    Plot.plot({
      width,
      height: 80 + 34 * new Set(data.latency.map(({ method }) => method)).size,
      marginLeft: narrow ? 90 : 150,
      grid: true,
      x: { type: 'log', label: 'milliseconds of a run (log scale)', tickFormat: ',~r' },
      y: { label: null, domain: names },
      marks: [Plot.boxX(data.latency, { x: 'milliseconds', y: 'method', fill: '#8ab' })],
    }),
  );
}

type Question = PageData['questions'][number];

interface PageParts {
  element(tag: string, className: string, ...children: (PageNode | string)[]): PageNode;
  picture(source: string, words: string): PageNode;
}

export function pageParts(page: PageDocument): PageParts {
  return {
    element(tag, className, ...children) {
      const node = page.createElement(tag);
      if (className !== '') node.setAttribute('class', className);
      node.append(...children);
      return node;
    },
    picture(source, words) {
      const node = page.createElement('img');
      node.setAttribute('src', source);
      node.setAttribute('alt', words);
      return node;
    },
  };
}

type ShownPassage = Question['runs'][number]['steps'][number]['passages'][number];

/** A passage with its document, as far as it is known. */
export function passageNodes({ element, picture }: PageParts, data: PageData): (passage: ShownPassage) => PageNode {
  return (passage) => {
    const found = data.documents[passage.key];
    const head = element(
      'div',
      'passage-head',
      `${passage.title} `,
      element('small', '', `${passage.key}, score ${passage.score}`),
    );
    if (passage.gold) head.append(' ', element('b', 'gold', 'gold'));
    const node = element('div', passage.gold ? 'passage is-gold' : 'passage', head);
    if (found?.picture) node.append(picture(found.picture, found.text ?? passage.title));
    if (found?.table) {
      const table = element(
        'table',
        'document',
        element('tr', '', ...found.table.header.map((name) => element('th', '', name))),
      );
      for (const row of found.table.rows)
        table.append(element('tr', '', ...row.map((text) => element('td', '', text))));
      node.append(table);
    } else if (passage.text !== '') node.append(element('p', '', passage.text));
    return node;
  };
}

/** How a run is shown: its answer, and what it did step by step. */
export function runNodes(
  { element }: PageParts,
  passageNode: (passage: ShownPassage) => PageNode,
): (run: Question['runs'][number]) => PageNode[] {
  return (run) => {
    const title = element(
      'h4',
      run.right ? 'right' : 'wrong',
      `${run.method}: ${run.answer} `,
      element('small', '', `${run.milliseconds.toFixed(1)} ms`),
    );
    const failure = run.error ? [element('p', 'wrong', run.error)] : [];
    const steps = element('ol', 'steps');
    for (const step of run.steps) {
      const said = element(
        'div',
        'said',
        element('b', '', step.knowledgeBase || 'stop'),
        step.knowledgeBase ? ` ${step.said}` : '',
      );
      const item = element('li', '', said);
      if (step.knowledgeBase) {
        item.append(element('div', '', `${step.outcome}; read: ${step.reading || '-'}`));
        const list = element('details', 'passages', element('summary', '', `${step.passages.length} passages`));
        list.append(...step.passages.map(passageNode));
        item.append(list);
      }
      steps.append(item);
    }
    return [title, ...failure, steps];
  };
}

/** How a question of the list is shown; its runs are made when it is opened. */
export function questionNodes(
  { element, picture }: PageParts,
  runNode: (run: Question['runs'][number]) => PageNode[],
): (question: Question) => PageNode {
  return (question) => {
    const marks = question.runs.map(({ method, right }) =>
      element('span', right ? 'mark right' : 'mark wrong', `${right ? '✓' : '✗'} ${method}`),
    );
    const details = element('details', 'question', element('summary', '', `${question.question} `, ...marks));
    let filled = false;
    details.addEventListener('toggle', () => {
      if (filled) return;
      filled = true;
      if (question.picture) details.append(picture(question.picture, 'picture of the question'));
      details.append(element('p', '', element('b', '', 'Accepted: '), question.answers));
      if (question.goldRoute !== '')
        details.append(element('p', '', element('b', '', 'Gold route: '), question.goldRoute));
      details.append(...question.runs.flatMap(runNode));
    });
    return details;
  };
}

/** The list, with its field to search in and its choice of method. */
export function listQuestions(
  page: PageDocument,
  data: PageData,
  questionNode: (question: Question) => PageNode,
): void {
  const search = page.getElementById('search');
  const which = page.getElementById('which');
  const list = () => {
    const words = (search?.value ?? '').toLowerCase();
    const method = which?.value ?? '';
    const matching = data.questions.filter(
      ({ id, question, template, runs }) =>
        `${id} ${question} ${template}`.toLowerCase().includes(words) &&
        (method === '' || runs.some((run) => run.method === method && !run.right)),
    );
    page.getElementById('count')!.textContent =
      `${matching.length} of ${data.questions.length} shown here, ${data.total} in all`;
    page.getElementById('questions')!.replaceChildren(...matching.map(questionNode));
  };
  search?.addEventListener('input', list);
  which?.addEventListener('change', list);
  list();
}
