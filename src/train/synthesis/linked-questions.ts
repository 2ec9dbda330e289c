/**
 * Questions of two steps by plain templates: a name that stands in a table and in another passage is not said but described by the one, and asked about
 * by the other. `Who owns the line of the Scout Outdoor?` goes by the table to the Scout line, and by the text to its owner.
 */
import type { Passage } from '../../tools/passage.ts';
import type { Item } from './draft.ts';
import { type Fact, factsOf, isUnique, type SourceTable } from './table-facts.ts';
import { itemOf, rowSource, wordingsOf } from './table-questions.ts';
import { captionOf, clozeWordings, type SentenceFact } from './text-questions.ts';

const sourceOf = ({ knowledgeBase, id }: Passage): string => `${knowledgeBase}\n${id}`;

/** Names that say what they are by themselves: `OK`, `3` and `yes` link nothing. */
const isName = (text: string): boolean => text.length >= 3 && /\p{Lu}\p{L}+/u.test(text) && text.length <= 40;

/** A row's descriptions by which the name can be found without being said, the most telling first. */
interface Described {
  /** `the product with the price 11500`, or `the line of Scout Outdoor`. */
  phrase: string;
  /** The first sub-question. */
  ask: string;
  fact: Fact;
  template: 'by-value' | 'of-row';
}

/** For every name of a table, how the table describes it. */
function descriptions(table: SourceTable): Map<string, Described[]> {
  const found = new Map<string, Described[]>();
  const put = (name: string, described: Described): void => {
    if (isName(name)) found.set(name, [...(found.get(name) ?? []), described]);
  };
  for (const fact of factsOf(table)) {
    const { subject, kind, property, value } = fact;
    if (isUnique(table, fact)) {
      const phrase = `the ${kind} with the ${property} ${value}`;
      put(subject, { phrase, ask: `Which ${kind} has the ${property} ${value}?`, fact, template: 'by-value' });
    }
    put(value, {
      phrase: `the ${property} of ${subject}`,
      ask: `What is the ${property} of ${subject}?`,
      fact,
      template: 'of-row',
    });
  }
  return found;
}

/** Descriptions tried for one name in one sentence. */
const DESCRIPTIONS_A_NAME = 2;

/** From a table to a text or caption: the name in the sentence is described by the table. */
export function tableToTextItems(
  tables: readonly SourceTable[],
  facts: readonly SentenceFact[],
  rare: (text: string) => string[],
): Item[] {
  const described = new Map<string, Described[]>();
  for (const table of tables) {
    for (const [name, list] of descriptions(table)) described.set(name, [...(described.get(name) ?? []), ...list]);
  }
  // The longest name of a sentence is meant: `Mover XL` and not `Mover`.
  const names = [...described.keys()].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return facts.flatMap((fact) => {
    const outside = `${fact.sentence.slice(0, fact.at[0])}\u0000${fact.sentence.slice(fact.at[1])}`;
    const name = names.find((candidate) => standsIn(outside, candidate) && !fact.answer.includes(candidate));
    if (name === undefined) return [];
    return described
      .get(name)!
      .slice(0, DESCRIPTIONS_A_NAME)
      .map((one) => linkedItem(fact, name, one, rare));
  });
}

function linkedItem(
  fact: SentenceFact,
  name: string,
  { phrase, ask, fact: row, template }: Described,
  rare: (text: string) => string[],
): Item {
  const { passage, answer } = fact;
  const plain = clozeWordings(fact, rare);
  const wordings = plain
    .filter((wording) => standsIn(wording, name))
    .map((wording) => wording.replace(namePattern(name), phrase));
  return itemOf(`table>${template}`, [rowSource(row), sourceOf(passage), answer], wordings, () => ({
    answers: [answer],
    steps: [
      { subQuestion: ask, knowledgeBase: row.passage.knowledgeBase, documents: [row.passage.id], answer: name },
      { subQuestion: plain[0]!, knowledgeBase: passage.knowledgeBase, documents: [passage.id], answer },
    ],
    sources: [rowSource(row), sourceOf(passage)],
  }));
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const namePattern = (name: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])(?:[Tt]he )?${escaped(name)}(?![\\p{L}\\p{N}])`, 'u');
const standsIn = (text: string, name: string): boolean => text.includes(name) && namePattern(name).test(text);

/** Properties asked of a row that a picture or a text describes. */
const PROPERTIES_A_ROW = 3;

/** From a caption or a text to a table: the row's name is described in its words, or shown. */
export function textToTableItems(
  tables: readonly SourceTable[],
  passages: readonly Passage[],
  imageFile: (passage: Passage) => string | undefined,
): Item[] {
  const captions = passages.flatMap((passage) => {
    const caption = passage.table ? undefined : captionOf(passage);
    return caption ? [{ passage, ...caption }] : [];
  });
  return tables.flatMap((table) => {
    const bySubject = Map.groupBy(factsOf(table), ({ subject }) => subject);
    return [...bySubject].flatMap(([subject, facts]) =>
      captions
        .filter((caption) => caption.subject === subject)
        .flatMap(({ passage, description }) =>
          facts
            .slice(0, PROPERTIES_A_ROW)
            .flatMap((fact) => [
              ...(/^an? /.test(description) ? [fromCaption(fact, passage, description.replace(/^an? /, 'the '))] : []),
              ...fromPicture(fact, passage, imageFile(passage)),
            ]),
        ),
    );
  });
}

function fromCaption(fact: Fact, passage: Passage, description: string): Item {
  const wordings = wordingsOf(fact, description).filter((wording) => !/^the\b.*[^?]$/i.test(wording));
  return itemOf('text>table', [sourceOf(passage), rowSource(fact), fact.property], wordings, () =>
    twoSteps(fact, passage, `What is ${description}?`),
  );
}

function fromPicture(fact: Fact, passage: Passage, image: string | undefined): Item[] {
  if (image === undefined) return [];
  const wordings = [`the ${fact.kind} in this picture`, 'this'].flatMap((name) => wordingsOf(fact, name).slice(0, 2));
  return [
    itemOf('picture>table', [sourceOf(passage), rowSource(fact), fact.property], wordings, () => ({
      ...twoSteps(fact, passage, 'What is shown in this picture?'),
      image,
    })),
  ];
}

function twoSteps(fact: Fact, passage: Passage, first: string) {
  return {
    answers: [fact.value],
    steps: [
      { subQuestion: first, knowledgeBase: passage.knowledgeBase, documents: [passage.id], answer: fact.subject },
      {
        subQuestion: `What is the ${fact.property} of ${fact.subject}?`,
        knowledgeBase: fact.passage.knowledgeBase,
        documents: [fact.passage.id],
        answer: fact.value,
      },
    ],
    sources: [sourceOf(passage), rowSource(fact)],
  };
}
