/**
 * Questions from texts and captions by plain templates. A sentence that holds something with the form of an answer (a quantity, a date, a person, a
 * place, a colour) is asked for it; a passage with a title is asked what it says; a caption what is to be seen.
 */
import type { AskedKind } from '../../offline/files/asked.ts';
import { spansOf } from '../../offline/files/typed-spans.ts';
import { termReader, unitsOf } from '../../tools/evidence.ts';
import type { Passage } from '../../tools/passage.ts';
import type { Item } from './draft.ts';
import { itemOf } from './table-questions.ts';

/** Kinds that a sentence is searched for, the surest forms first, with the words that ask for them. */
const KINDS: readonly [kind: AskedKind, ask: readonly string[]][] = [
  ['frequency', ['how often']],
  ['clock', ['at what time', 'when']],
  ['money', ['how much', 'what amount']],
  ['time-span', ['how long', 'how much time']],
  ['measure', ['how much', 'what']],
  ['date', ['when', 'on which date']],
  ['person', ['who']],
  ['place', ['where']],
  ['colour', ['which colour', 'what colour']],
];

/** Shorter sentences say too little to be asked about, longer ones too much. */
const SENTENCE_WORDS = [4, 40] as const;
/** Words of a question in keywords. */
const KEYWORDS = 5;
const ITEMS_A_PASSAGE = 6;

export interface SentenceFact {
  passage: Passage;
  sentence: string;
  /** From and to in the sentence. */
  at: readonly [number, number];
  answer: string;
  kind: AskedKind;
  ask: readonly string[];
}

/** What the sentences of a passage say that has the form of an answer; overlapping spans once. */
export function sentenceFacts(passage: Passage): SentenceFact[] {
  const [least, most] = SENTENCE_WORDS;
  return unitsOf(passage, termReader()).flatMap(({ text: sentence }) => {
    const length = sentence.split(/\s+/).length;
    if (length < least || length > most) return [];
    const taken: SentenceFact[] = [];
    for (const [kind, ask] of KINDS) {
      for (const { text: answer, at } of spansOf(sentence, { kind, frame: new Set(), plural: false })) {
        const overlaps = taken.some((one) => one.at[0] < at[1] && at[0] < one.at[1]);
        // `The Packer` begins a sentence and is nobody.
        const isNobody = kind === 'person' && /^(?:The|A|An|If|Our|Your|For|In|On|At)\b|\b\p{Lu}$/u.test(answer);
        if (!overlaps && answer.length > 0 && !isNobody)
          taken.push({ passage, ...clauseOf(sentence, at), answer, kind, ask });
      }
    }
    return taken;
  });
}

/** Longer sentences say several things; only the clause around the answer is asked about. */
const LONG_SENTENCE = 14;
const LEAST_CLAUSE = 5;

/** The clause of a long sentence that holds the span, where it says enough by itself, and where the span is in it. */
function clauseOf(sentence: string, at: readonly [number, number]): Pick<SentenceFact, 'sentence' | 'at'> {
  if (sentence.split(/\s+/).length <= LONG_SENTENCE) return { sentence, at };
  const ends = [...sentence.matchAll(/[,;:] (?:and |but |or )?| and (?=the )/g)].map(
    ({ index, 0: mark }) => [index, index + mark.length] as const,
  );
  const start = Math.max(0, ...ends.filter(([, end]) => end <= at[0]).map(([, end]) => end));
  const stop = Math.min(sentence.length, ...ends.filter(([begin]) => begin >= at[1]).map(([begin]) => begin));
  const clause = sentence.slice(start, stop);
  if (clause.split(/\s+/).length < LEAST_CLAUSE) return { sentence, at };
  return { sentence: clause, at: [at[0] - start, at[1] - start] };
}

const sourceOf = ({ knowledgeBase, id }: Passage): string => `${knowledgeBase}\n${id}`;

/** What a passage is about: the last part of its title, `Office hours` of `Offices and people - Office hours`. */
function topicOf({ title }: Pick<Passage, 'title'>): string | undefined {
  const topic = title
    ?.split(/ [-–|:»>] /)
    .at(-1)
    ?.trim();
  return topic === undefined || topic === '' || topic.length > 60 ? undefined : topic;
}

/** A sentence with its answer taken out and asked for: in its place, in front, and in keywords. */
export function clozeWordings(
  { sentence, at, ask, passage }: SentenceFact,
  rare: (text: string) => string[],
): string[] {
  const before = sentence.slice(0, at[0]).trim();
  const after = sentence
    .slice(at[1])
    .trim()
    .replace(/[.!?]+$/, '');
  const lowered = lowerFirst(before);
  const topic = topicOf(passage);
  const words = rare(`${before} ${after}`).slice(0, KEYWORDS);
  return ask.flatMap((phrase, index) => {
    const rest = [lowered, after]
      .filter(Boolean)
      .join(' ')
      .replace(/\s+([,;:])/g, '$1');
    const inPlace = before === '' ? `${phrase} ${after}` : `${lowered} ${phrase} ${after}`;
    const short = words.join(' ');
    return [
      `${upperFirst(phrase)} ${rest}?`,
      ...(index === 0 ? [`${upperFirst(inPlace.trim())}?`] : []),
      ...(words.length >= 2 ? [`${upperFirst(phrase)} ${short}?`] : []),
      ...(topic && index === 0 ? [`${topic}: ${phrase} ${short}?`] : []),
    ];
  });
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
/** A name keeps its capital; a sentence's first word loses it. */
const lowerFirst = (text: string): string =>
  /^(?:The|A|An|If|In|On|At|For|From|To|Our|Your|We|You|It|Every|Each|All|Any|This|That|These|Those|No|New|When|Where)\b/.test(
    text,
  )
    ? text.charAt(0).toLowerCase() + text.slice(1)
    : text;

/** The content words of a text that are in the fewest passages, in their order. */
export function rareWords(passages: readonly Passage[]): (text: string) => string[] {
  const termsOf = termReader();
  const counts = new Map<string, number>();
  for (const { title = '', text } of passages) {
    for (const term of new Set(termsOf(`${title} ${text}`))) counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  return (text) => {
    const words = [...new Set(text.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu) ?? [])].filter((word) => {
      const [term] = termsOf(word);
      // Of a stop word alone its own form is given back.
      return term !== undefined && counts.has(term);
    });
    const rarest = words.toSorted((a, b) => (counts.get(termsOf(a)[0]!) ?? 0) - (counts.get(termsOf(b)[0]!) ?? 0));
    const kept = new Set(rarest.slice(0, KEYWORDS));
    return words.filter((word) => kept.has(word));
  };
}

/** A text's items: its facts, and what it says as a whole. */
export function textItems(passage: Passage, rare: (text: string) => string[]): Item[] {
  const facts = sentenceFacts(passage).slice(0, ITEMS_A_PASSAGE);
  const items = facts.map((fact) =>
    itemOf('sentence', [sourceOf(passage), fact.sentence, fact.answer], clozeWordings(fact, rare), (question) => ({
      answers: [fact.answer],
      steps: [
        { subQuestion: question, knowledgeBase: passage.knowledgeBase, documents: [passage.id], answer: fact.answer },
      ],
      sources: [sourceOf(passage)],
    })),
  );
  const topic = topicOf(passage);
  const [first] = unitsOf(passage, termReader());
  if (topic === undefined || first === undefined) return items;
  const about = lowerTopic(topic);
  const wordings = [
    `What do I have to know about ${about}?`,
    `What are the rules for ${about}?`,
    `How does ${about} work?`,
    `Tell me about ${about}`,
  ];
  return [...items, titleItem(passage, wordings, first.text)];
}

function titleItem(passage: Passage, wordings: readonly string[], answer: string): Item {
  return itemOf('title', [sourceOf(passage)], wordings, (question) => ({
    answers: [answer],
    steps: [{ subQuestion: question, knowledgeBase: passage.knowledgeBase, documents: [passage.id], answer }],
    sources: [sourceOf(passage)],
  }));
}

const lowerTopic = (topic: string): string =>
  /^\p{Lu}\p{Ll}+(?: \p{Ll}+)*$/u.test(topic) ? topic.charAt(0).toLowerCase() + topic.slice(1) : topic;

export interface Caption {
  /** `Scout Mini`. */
  subject: string;
  /** `a purple inspection robot with legs`; empty where the caption only names what is seen. */
  description: string;
}

/** A caption that begins with what it shows: `The Scout Mini, a purple inspection robot with legs.` */
export function captionOf({ text }: Pick<Passage, 'text'>): Caption | undefined {
  const line = text.split('\n')[0]!.trim().replace(/\.$/, '');
  const [head = '', ...rest] = line.split(/(?:, |: | at | with | on | by )/);
  const subject = head.replace(/^(?:The|A|An) /, '').trim();
  if (subject === '' || subject.split(/\s+/).length > 8) return undefined;
  return { subject, description: line.slice(head.length).replace(/^(?:, |: | )/, '') || rest.join(', ') };
}

/** A picture's items: what it shows, by its name and by itself; what is said of it, as of a text. */
export function captionItems(passage: Passage, rare: (text: string) => string[], imageFile?: string): Item[] {
  const items = textItems({ ...passage, title: undefined }, rare);
  const caption = captionOf(passage);
  if (caption === undefined) return items;
  const { subject, description } = caption;
  const step = (question: string, answer: string) => ({
    subQuestion: question,
    knowledgeBase: passage.knowledgeBase,
    documents: [passage.id],
    answer,
  });
  if (description !== '') {
    const wordings = [
      `What does the ${subject} look like?`,
      `What can be seen in the picture of the ${subject}?`,
      `What does the ${subject} show?`,
      `What does the ${subject} mean?`,
      `Picture of the ${subject}`,
    ];
    items.push(
      itemOf('caption', [sourceOf(passage)], wordings, (question) => ({
        answers: [description],
        steps: [step(question, description)],
        sources: [sourceOf(passage)],
      })),
    );
  }
  if (imageFile !== undefined) {
    const wordings = ['What is shown in this picture?', 'What is this?', 'What am I looking at here?'];
    items.push(
      itemOf('picture', [sourceOf(passage)], wordings, (question) => ({
        answers: [subject],
        image: imageFile,
        steps: [step(question, subject)],
        sources: [sourceOf(passage)],
      })),
    );
  }
  return items;
}
