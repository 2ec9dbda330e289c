/** Yes-or-no questions: whether a named answer is the right one, and whether two countries share a fact. */
import { keyedRandom } from '../../src/common/random.ts';
import { chainStarts, leaks, splitOfAll, stepOf, unique } from './chains.ts';
import { type ComposeOptions, type Draft, quotaOf } from './draft.ts';
import type { Split } from './split.ts';
import type { Base } from './templates/types.ts';
import { CLUMSY, fill, Worder } from './worder.ts';

interface CheckTemplate {
  id: string;
  /** `right` names a claimed answer; `same` asks whether two subjects share the fact. */
  form: 'right' | 'same';
  base: Base;
  /** Undefined: the base itself is what is claimed. */
  relation?: string;
  wordings: string[];
  heldOut?: boolean;
  quota: { train: number; test: number };
}

const CHECKS: CheckTemplate[] = [
  {
    id: 'is-capital',
    form: 'right',
    base: 'name',
    relation: 'capital',
    wordings: ['Is {y} the capital of {x}?', 'Is the capital of {x} {y}?', 'Does {x} have {y} as its capital?'],
    quota: { train: 50, test: 16 },
  },
  {
    id: 'is-this-flag',
    form: 'right',
    base: 'flag',
    wordings: [
      'Is this the flag of {y}?',
      'Does this flag belong to {y}?',
      'Is it the flag of {y} that is shown here?',
    ],
    quota: { train: 50, test: 16 },
  },
  {
    id: 'is-flag-capital',
    form: 'right',
    base: 'flag',
    relation: 'capital',
    wordings: ['Is {y} the capital of {x}?', 'Is the capital of {x} {y}?', 'Does {x} have {y} as its capital?'],
    heldOut: true,
    quota: { train: 0, test: 20 },
  },
  {
    id: 'is-place-currency',
    form: 'right',
    base: 'place',
    relation: 'currency',
    wordings: [
      'Do people pay with the {y} in {x}?',
      'Is the {y} the currency of {x}?',
      'Is {x} a country that uses the {y}?',
    ],
    heldOut: true,
    quota: { train: 0, test: 20 },
  },
  {
    id: 'same-part-of-world',
    form: 'same',
    base: 'name',
    relation: 'part-of-world',
    wordings: [
      'Are {x} and {y} in the same part of the world?',
      'Do {x} and {y} belong to the same region of the world?',
      'Is {x} in the same part of the world as {y}?',
    ],
    quota: { train: 50, test: 16 },
  },
  {
    id: 'same-currency',
    form: 'same',
    base: 'name',
    relation: 'currency',
    wordings: [
      'Do {x} and {y} use the same currency?',
      'Is the same currency used in {x} and in {y}?',
      'Can you pay with the same money in {x} and {y}?',
    ],
    heldOut: true,
    quota: { train: 0, test: 20 },
  },
  {
    id: 'flag-same-part-of-world',
    form: 'same',
    base: 'flag',
    relation: 'part-of-world',
    wordings: [
      'Are {x} and {y} in the same part of the world?',
      'Does {x} belong to the same region of the world as {y}?',
      'Is {x} in the same part of the world as {y}?',
    ],
    heldOut: true,
    quota: { train: 0, test: 20 },
  },
];

function composeCheck(template: CheckTemplate, split: Split, options: ComposeOptions): Draft[] {
  const { seed, facts, splitOf, nouns } = options;
  const { relation } = template;
  const quota = quotaOf(template, split);
  const drafts: Draft[] = [];
  const candidates = (base: Base) =>
    chainStarts({ base }, relation ?? 'flag-of', options, base === 'name' ? 'country:' : '').flatMap((start) => {
      const final = relation === undefined ? undefined : facts.find(relation, start.entity);
      const last = final ?? start.hops.at(-1);
      const isOpen = splitOfAll(start.clusters, splitOf) === split && (relation === undefined || final !== undefined);
      return isOpen && last !== undefined ? [{ start, final, answer: last.answers[0]!, source: last }] : [];
    });
  const [lefts, rights] =
    quota === 0 ? [[], []] : [candidates(template.base), candidates(template.form === 'same' ? 'name' : template.base)];
  const seen = new Set<string>();
  for (let round = 0; round < quota * 60 && drafts.length < quota && lefts.length > 0; round++) {
    const random = keyedRandom(seed, 'check', template.id, split, round);
    const wanted = drafts.length % 2 === 0;
    const left = random.pick(lefts);
    const right = template.form === 'right' && wanted ? left : random.pick(rights);
    if (
      template.form === 'same'
        ? left.start.entity.key === right.start.entity.key
        : !wanted && left.start.entity.key === right.start.entity.key
    )
      continue;
    if ((left.answer === right.answer) !== wanted) continue;
    const worder = new Worder({ seed, split, random });
    const y =
      template.form === 'same'
        ? right.start.phrase(worder)
        : relation === undefined
          ? right.start.entity.prose
          : right.answer;
    const ask = worder.choose(`check:${template.id}`, template.wordings);
    const x = relation === undefined ? '' : left.start.phrase(worder);
    const question = worder.framed(fill(ask, { x, y }));
    const bridges = relation === undefined ? [] : left.start.hops;
    const key = question + (left.start.pictured ?? '');
    if (seen.has(key) || leaks(question, bridges) || CLUMSY.test(question)) continue;
    seen.add(key);
    const hops = [...left.start.hops, ...(left.final === undefined ? [] : [left.final])];
    if (template.form === 'same') hops.push(right.final!);
    drafts.push({
      template: template.id,
      wordings: worder.used,
      relations: unique([...hops.map((hop) => hop.relation), `check-${template.form}`]),
      question,
      ...(left.start.pictured === undefined ? {} : { pictured: left.start.pictured }),
      answers: [wanted ? 'yes' : 'no'],
      answerable: true,
      route: hops.map((hop) => hop.knowledgeBase).join('>'),
      steps: hops.map((hop) => stepOf(hop, nouns.get(hop.subject.key))),
      clusters: unique([...left.start.clusters, ...right.start.clusters]),
      sources: unique(hops.map((hop) => hop.source)),
      split,
    });
  }
  return drafts;
}

export function composeChecks(split: Split, options: ComposeOptions): Draft[] {
  return CHECKS.flatMap((template) => composeCheck(template, split, options));
}
