/**
 * Other words for the same knowledge bases, and knowledge bases that are none of the user's: shown in training, so that a
 * scorer reads descriptions and modalities instead of learning three texts by heart, and keeps its head when a fourth appears.
 */
import type { Random } from '../../common/random.ts';
import type { KnowledgeBaseCard, Modality } from '../../tools/knowledge-base.ts';
import { type SpecialTopic, TOPICS, topicDescription } from './special-topics.ts';

export type Card = Pick<KnowledgeBaseCard, 'name' | 'description' | 'modality' | 'cost'>;

const OTHER_WORDS: Record<Modality, readonly string[]> = {
  text: [
    'Encyclopedia passages about people, places, works and events',
    'Articles of prose on many topics, with biographies and history',
    'A general text collection: paragraphs that explain who, what, when and why',
    'Wikipedia text, searchable by paragraph',
    'Written documents and reference articles',
  ],
  'text-image': [
    'Pictures with captions, found by text or by another picture',
    'Photographs of objects, animals, buildings and people, each with a caption',
    'An image collection: what things look like, and which thing a photo shows',
    'Images and their descriptions',
    'Visual knowledge: photos paired with the name of what they show',
  ],
  table: [
    'Tables of figures, results, rankings and lists, found by title and header',
    'Structured rows and columns: statistics, seasons, elections, charts',
    'Spreadsheet-like data with numbers, dates and records',
    'Wikipedia tables, searchable by title, section and header',
    'Tabular data to count, compare and look cells up in',
  ],
};

const SPECIAL_TOPICS = [
  'recipes and cooking instructions',
  'abstracts of medical papers and drug leaflets',
  'court decisions and statutes',
  'source code and interface documentation',
  'chemical compounds and safety sheets',
  'job offers and staff handbooks of one company',
  'support tickets of a software product',
  'patents and technical drawings',
  'star catalogues and astronomical observations',
  'poems and their interpretations',
  'train and bus timetables of one city',
  'plant care and garden design',
  'sheet music and chord charts',
  'insurance contracts and their terms',
  'minutes of a local council',
  'sewing patterns and fabric samples',
  'weather station readings',
  'real estate listings',
  'prayers and liturgical calendars',
  'board game rules',
  'radiology and microscope findings',
  'hospital files of patients',
  'quarterly accounts of companies',
  'orders and invoices of a shop',
  'machine parts and their manuals',
  'satellite and aerial surveys',
  'fashion and furniture for sale',
  'chat messages of a team',
  'lectures and exercises of a course',
  'newspaper reports of this week',
];

/** The card in other words: a paraphrase of its modality, or its own with some words left out. */
function reworded(card: Card, random: Random, { paraphrase }: { paraphrase: boolean }): Card {
  const chance = random.next();
  if (paraphrase && chance < 0.25) return { ...card, description: random.pick(OTHER_WORDS[card.modality]) };
  if (chance < 0.6) return card;
  const words = card.description.split(/\s+/).filter(() => random.next() < 0.7);
  return { ...card, description: words.join(' ') || card.description };
}

/** All cards reworded, and more often than not a stranger behind them. `wanted` is the modality that the question belongs to. */
export function otherCards<T extends Card>(
  cards: readonly T[],
  random: Random,
  wanted: Modality,
  stranger: (random: Random, wanted: Modality) => Card = strangerCard,
): (T | Card)[] {
  const others = rewordedCards(cards, random);
  return random.next() < STRANGERS ? [...others, stranger(random, wanted)] : others;
}

export function rewordedCards<T extends Card>(cards: readonly T[], random: Random): (T | Card)[] {
  const paraphrase = (card: T) => cards.every((other) => other === card || other.modality !== card.modality);
  return cards.map((card) => ({ ...card, ...reworded(card, random, { paraphrase: paraphrase(card) }) }));
}

const STRANGERS = 0.6;

/**
 * A knowledge base on a special topic, where a general question does not belong; half of the time of the modality that the
 * question wants, which is the harder case.
 */
function strangerCard(random: Random, wanted: Modality): Card {
  const modality = random.next() < 0.5 ? wanted : random.pick(['text', 'text-image', 'table'] as const);
  const topics = random.shuffle(SPECIAL_TOPICS).slice(0, 1 + random.below(2));
  const lead = random.pick(LEADS[modality]);
  return { name: 'stranger', description: `${lead}${topics.join('; ')}`, modality, cost: 1 };
}

/** A stranger that is asked for what it holds elsewhere in the training: the same words, where the question is none of its. */
export function topicStranger(random: Random, wanted: Modality): Card {
  const modality = random.next() < 0.5 ? wanted : random.pick(['text', 'text-image', 'table'] as const);
  return topicCard(random.pick(TOPICS), modality, random);
}

export function topicCard(topic: SpecialTopic, modality: Modality, random: Random): Card {
  return { name: 'stranger', description: topicDescription(topic, modality, random), modality, cost: 1 };
}

const LEADS: Record<Modality, readonly string[]> = {
  text: ['', '', 'Documents about ', 'Articles on ', 'Our own notes on '],
  'text-image': ['', '', 'Images of ', 'Pictures and scans for ', 'Photos with captions about '],
  table: ['', '', 'Tables of ', 'Spreadsheets on ', 'Records and lists of '],
};
