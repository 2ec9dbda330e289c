/** Pictures of things: the OpenMoji emoji that show an animal, a plant, food, a place, a vehicle, a garment or a tool. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import type { Topic } from './wordnet.ts';

const EmojiSchema = z.object({
  hexcode: z.string(),
  group: z.string(),
  subgroups: z.string(),
  annotation: z.string(),
  tags: z.string(),
  openmoji_tags: z.string(),
  skintone: z.union([z.string(), z.number()]),
});

export interface Emoji {
  hexcode: string;
  /** What is drawn, e.g. `giraffe`. */
  name: string;
  subgroup: string;
  tags: string[];
  /** WordNet topics the drawn thing may have. */
  topics: Topic[];
  /** The word a question uses for it: `the animal in the picture`. */
  noun: string;
}

const animal: Pick<Emoji, 'topics' | 'noun'> = { topics: ['animal'], noun: 'animal' };
const thing: Pick<Emoji, 'topics' | 'noun'> = { topics: ['artifact'], noun: 'object' };
const food: Pick<Emoji, 'topics' | 'noun'> = { topics: ['food', 'plant'], noun: 'food' };
const place: Pick<Emoji, 'topics' | 'noun'> = { topics: ['artifact', 'object', 'location'], noun: 'place' };

const KEPT: Record<string, Pick<Emoji, 'topics' | 'noun'>> = {
  'animal-mammal': animal,
  'animal-bird': animal,
  'animal-amphibian': animal,
  'animal-reptile': animal,
  'animal-marine': animal,
  'animal-bug': animal,
  'animals-nature': { topics: ['animal', 'plant', 'object'], noun: 'living thing' },
  'plant-flower': { topics: ['plant'], noun: 'plant' },
  'plant-other': { topics: ['plant', 'food'], noun: 'plant' },
  gardening: thing,
  'food-fruit': { ...food, noun: 'fruit' },
  'food-vegetable': { ...food, noun: 'vegetable' },
  'food-prepared': food,
  'food-asian': food,
  'food-sweet': food,
  'food-drink': food,
  drink: { topics: ['food', 'artifact'], noun: 'drink' },
  dishware: thing,
  'place-map': place,
  'place-geographic': place,
  'place-building': { ...place, noun: 'building' },
  'place-religious': { ...place, noun: 'building' },
  'place-other': place,
  'transport-ground': { ...thing, noun: 'thing' },
  'transport-water': { ...thing, noun: 'thing' },
  'transport-air': { ...thing, noun: 'thing' },
  'travel-places': { ...place, noun: 'thing' },
  hotel: thing,
  time: thing,
  'sky-weather': { topics: ['phenomenon', 'object'], noun: 'thing' },
  event: thing,
  'award-medal': thing,
  sport: { topics: ['artifact', 'act'], noun: 'thing' },
  game: { topics: ['artifact', 'act'], noun: 'thing' },
  'arts-crafts': thing,
  clothing: { ...thing, noun: 'item' },
  sound: thing,
  music: thing,
  'musical-instrument': { ...thing, noun: 'instrument' },
  phone: thing,
  computer: thing,
  'light-video': thing,
  'book-paper': thing,
  money: thing,
  mail: thing,
  writing: thing,
  office: thing,
  lock: thing,
  tool: { ...thing, noun: 'tool' },
  science: thing,
  medical: thing,
  household: thing,
  'other-object': thing,
  objects: thing,
  technology: thing,
  healthcare: thing,
  emergency: thing,
  'climate-environment': { topics: ['artifact', 'phenomenon', 'object'], noun: 'thing' },
  'person-fantasy': { topics: ['person'], noun: 'figure' },
  'person-role': { topics: ['person'], noun: 'person' },
};

const folder = () => path.dirname(createRequire(import.meta.url).resolve('openmoji/package.json'));

/** Gendered variants of one profession would be near-duplicates of each other. */
const isVariant = (name: string) =>
  /^(man|woman|men|women)\b/.test(name) && !/^(man's|woman's|women's|men's)/.test(name);

export function readEmoji(): Emoji[] {
  const raw: unknown = JSON.parse(readFileSync(path.join(folder(), 'data', 'openmoji.json'), 'utf8'));
  return z
    .array(EmojiSchema)
    .parse(raw)
    .filter(
      ({ subgroups, skintone, annotation }) =>
        KEPT[subgroups] !== undefined && skintone === '' && !isVariant(annotation),
    )
    .map((emoji) => ({
      hexcode: emoji.hexcode,
      name: emoji.annotation.replace(/’/g, "'"),
      subgroup: emoji.subgroups,
      tags: [...new Set(`${emoji.tags},${emoji.openmoji_tags}`.split(',').map((tag) => tag.trim()))].filter(Boolean),
      ...KEPT[emoji.subgroups]!,
    }));
}

export function emojiFile(hexcode: string, style: 'color' | 'black' = 'color'): string {
  return path.join(folder(), style, 'svg', `${hexcode}.svg`);
}
