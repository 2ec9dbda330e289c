/**
 * Questions from tables by plain templates: what a row says of its property, which row has a value, which has most, how many have it. Every fact is
 * put in several wordings, formal ones and such as people type.
 */
import { superlativesOf } from '../../offline/files/superlatives.ts';
import { numberIn } from '../../tools/table-calculator.ts';
import type { Draft, Item } from './draft.ts';
import { type Fact, factsOf, isUnique, type SourceTable } from './table-facts.ts';

/** How properties are asked for in everyday words; `S` is the row's name. */
const EVERYDAY: readonly [words: RegExp, wordings: readonly string[]][] = [
  [/\b(?:price|cost|fee|rent|fare)\b/i, ['How much does S cost?', 'What do I pay for S?', 'How expensive is S?']],
  [/\b(?:weight|mass)\b/i, ['How heavy is S?', 'How much does S weigh?']],
  [/\b(?:payload|load)\b/i, ['How much can S carry?', 'What can S lift?']],
  [/\bcapacity\b/i, ['How much fits into S?', 'How many does S hold?']],
  [/\b(?:height|elevation)\b/i, ['How tall is S?', 'How high is S?']],
  [/\b(?:length|duration)\b/i, ['How long is S?', 'How long does S take?']],
  [/\b(?:width|breadth)\b/i, ['How wide is S?']],
  [/\bdepth\b/i, ['How deep is S?']],
  [/\b(?:area|size)\b/i, ['How big is S?', 'How large is S?']],
  [/\bspeed\b/i, ['How fast is S?']],
  [/\b(?:population|inhabitants)\b/i, ['How many people live in S?']],
  [/\b(?:battery|runtime)\b/i, ['How long does S run?']],
  [/\b(?:age)\b/i, ['How old is S?']],
  [/\b(?:stock|quantity|count|number)\b/i, ['How many of S are there?', 'How many S do we have?']],
  [/\b(?:city|town|country|location|place|address|room|shelf|site)\b/i, ['Where is S?', 'Where do I find S?']],
  [
    /\b(?:owner|manager|contact|lead|leader|author|keeper|teacher|supplier|responsible|editor|artist|director)\b/i,
    ['Who is responsible for S?', 'Who is behind S?'],
  ],
  [/\b(?:colour|color)\b/i, ['What colour is S?']],
];

const DATED =
  /\b(?:launched|founded|opened|built|released|published|born|established|started|completed|acquired|introduced|made|due)\b/i;
const IS_DATE = /\b(?:year|date|since|day)\b/i;

function withName(wording: string, name: string): string {
  const put = wording.replace(/\bS\b/, name);
  return put[0]!.toUpperCase() + put.slice(1);
}

/** The wordings in which a row's property is asked for, the plainest first. */
export function wordingsOf({ property, value }: Pick<Fact, 'property' | 'value'>, name: string): string[] {
  const dated = DATED.exec(property)?.[0];
  const everyday = EVERYDAY.find(([words]) => words.test(property))?.[1] ?? [];
  const numeric = numberIn(value) !== undefined;
  // `What is the launched of ...` nobody says.
  if (dated && /^\p{L}+ed$|^\p{L}+t$/iu.test(property)) {
    const asked = dated.toLowerCase();
    const wordings = [
      `When was S ${asked}?`,
      `In which year was S ${asked}?`,
      `S ${asked} when`,
      `Since when is S ${asked}?`,
    ];
    return wordings.map((wording) => withName(wording, name));
  }
  const own = [
    ...(dated ? [`When was S ${dated.toLowerCase()}?`, `In which year was S ${dated.toLowerCase()}?`] : []),
    ...(!dated && IS_DATE.test(property) ? [`When is the ${property} of S?`] : []),
    ...everyday,
    `What is the ${property} of S?`,
    ...(numeric ? [] : [`Which ${property} does S have?`, `What ${property} does S belong to?`]),
    `S ${property}`,
    `Can you tell me the ${property} of S?`,
  ];
  return [...new Set(own.map((wording) => withName(wording, name)))];
}

const stepOf = (fact: Pick<Fact, 'passage'>, subQuestion: string, answer: string) => ({
  subQuestion,
  knowledgeBase: fact.passage.knowledgeBase,
  documents: [fact.passage.id],
  answer,
});

export const rowSource = ({ passage, subject }: Pick<Fact, 'passage' | 'subject'>): string =>
  `${passage.knowledgeBase}\n${passage.documentId}\n${subject}`;

/** A table's items: its cells, its unique values, its extremes and counts. */
export function tableItems(table: SourceTable): Item[] {
  const facts = factsOf(table);
  return [
    ...facts.flatMap((fact) => [cellItem(fact), ...(isUnique(table, fact) ? [reverseItem(fact)] : [])]),
    ...extremeItems(table, facts),
    ...countItems(table, facts),
  ];
}

function cellItem(fact: Fact): Item {
  const { subject, property, value } = fact;
  const wordings = wordingsOf(fact, subject);
  return itemOf('cell', [rowSource(fact), property], wordings, (question) => ({
    answers: [value],
    steps: [stepOf(fact, question, value)],
    sources: [rowSource(fact)],
  }));
}

/** From the value to the row: only where the value says more than a small number. */
function reverseItem(fact: Fact): Item {
  const { subject, kind, property, value } = fact;
  const wordings = DATED.test(property)
    ? [`Which ${kind} was ${property} in ${value}?`, `What was ${property} in ${value}?`]
    : [
        `Which ${kind} has the ${property} ${value}?`,
        `Which ${kind} has a ${property} of ${value}?`,
        `What has ${value} as its ${property}?`,
      ];
  return itemOf('row', [rowSource(fact), property], wordings, (question) => ({
    answers: [subject],
    steps: [stepOf(fact, question, subject)],
    sources: [rowSource(fact)],
  }));
}

/** Fewer rows have no extreme worth asking for. */
const LEAST_ROWS = 3;

function extremeItems({ columns, subjectColumn }: SourceTable, facts: readonly Fact[]): Item[] {
  const kind = columns[subjectColumn]!.property;
  return columns.flatMap(({ property, isNumeric }, column) => {
    if (!isNumeric || column === subjectColumn) return [];
    const own = facts.filter((fact) => fact.column === column);
    if (own.length < LEAST_ROWS) return [];
    const ordered = own.map((fact) => ({ fact, number: numberIn(fact.value)! })).sort((a, b) => b.number - a.number);
    return ([1, -1] as const).flatMap((direction) => {
      const [best, next] = direction === 1 ? ordered : ordered.toReversed();
      if (best!.number === next!.number) return [];
      const { fact } = best!;
      const words = property.split(/\s+/);
      const adjectives = words
        .flatMap((word) => superlativesOf(word.toLowerCase()))
        .filter((one) => one.direction === direction);
      const dated = DATED.test(property);
      const wordings = dated
        ? [
            `Which ${kind} was ${property} ${direction === 1 ? 'last' : 'first'}?`,
            `What is our ${direction === 1 ? 'newest' : 'oldest'} ${kind}?`,
          ]
        : [
            ...adjectives.flatMap(({ text }) => [
              `Which ${kind} is the ${text}?`,
              `What is our ${text} ${kind}?`,
              `${text} ${kind}`,
            ]),
            `Which ${kind} has the ${direction === 1 ? 'highest' : 'lowest'} ${property}?`,
            `Which ${kind} has the ${direction === 1 ? 'most' : 'least'} ${property}?`,
          ];
      return [
        itemOf('extreme', [fact.passage.documentId, property, String(direction)], wordings, (question) => ({
          answers: [fact.subject],
          steps: [stepOf(fact, question, fact.subject)],
          sources: [rowSource(fact), `${fact.passage.documentId}\n${property}`],
        })),
      ];
    });
  });
}

/** Values that several rows share; the answer is a count, and the evidence any passage with such a row. */
function countItems({ columns, subjectColumn }: SourceTable, facts: readonly Fact[]): Item[] {
  const kind = columns[subjectColumn]!.property;
  return columns.flatMap(({ property, isNumeric }, column) => {
    if (isNumeric || column === subjectColumn) return [];
    const byValue = Map.groupBy(
      facts.filter((fact) => fact.column === column),
      ({ value }) => value,
    );
    return [...byValue].flatMap(([value, own]) => {
      if (own.length < 2) return [];
      const { passage } = own[0]!;
      const documents = [...new Set(own.map((fact) => fact.passage.id))];
      const wordings = [
        `How many ${plural(kind)} have the ${property} ${value}?`,
        `How many ${plural(kind)} are there with ${property} ${value}?`,
        `Which ${plural(kind)} have ${value} as ${property}?`,
      ];
      return [
        itemOf('count', [passage.documentId, property, value], wordings, (question) => {
          const answers = question.startsWith('How')
            ? [String(own.length)]
            : [own.map(({ subject }) => subject).join(', ')];
          return {
            answers,
            steps: [{ subQuestion: question, knowledgeBase: passage.knowledgeBase, documents, answer: answers[0]! }],
            sources: [`${passage.documentId}\n${property}\n${value}`],
          };
        }),
      ];
    });
  });
}

const plural = (noun: string): string =>
  /[^aeiou]y$/i.test(noun) ? `${noun.slice(0, -1)}ies` : /(?:s|x|ch|sh)$/i.test(noun) ? `${noun}es` : `${noun}s`;

/** One item of several wordings of a fact. */
export function itemOf(
  template: string,
  key: readonly string[],
  wordings: readonly string[],
  rest: (question: string) => Pick<Draft, 'answers' | 'steps' | 'sources' | 'image'>,
): Item {
  return {
    key: [template, ...key].join('\n'),
    drafts: [...new Set(wordings)].map((question, index) => ({
      question,
      template,
      phrasing: String(index),
      ...rest(question),
    })),
  };
}
