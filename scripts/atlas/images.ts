/**
 * The image knowledge base: flags and OpenMoji drawings as small palette PNGs with a caption, and which of them are distinct
 * enough to be asked about (Chad's flag is Romania's, Monaco's is Indonesia's, many territories fly their parent's).
 */
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import type { ImageDocument } from '../../src/tools/document.ts';
import type { CountryEntities } from './countries.ts';
import { byText, type Entity, type FactStore, slug, withArticle } from './facts.ts';
import { type CountryName, flagFile } from './sources/countries.ts';
import { type Emoji, emojiFile } from './sources/openmoji.ts';
import type { WordNet } from './sources/wordnet.ts';
import type { TextWorld } from './texts.ts';

export interface StoredImage {
  document: ImageDocument;
  /** The vector drawing it was made from. */
  vector: string;
  /** A second rendering of the same thing: the outline drawing of an emoji. */
  outline?: string;
  png: Buffer;
  width: number;
  height: number;
}

const FLAG_WIDTH = 160;
const DRAWING_SIZE = 136;
/** Mean absolute difference per channel of two 24x16 thumbnails below which two flags count as the same. */
const SAME_FLAG = 16;

sharp.concurrency(1);

export async function rasterise(vector: string, size: { width: number; height?: number }): Promise<Buffer> {
  // A density well above the need, then one downscale: thin strokes keep their weight.
  return await sharp(readFileSync(vector), { density: 144, limitInputPixels: false })
    .resize({ ...size, fit: size.height === undefined ? 'inside' : 'fill' })
    .png()
    .toBuffer();
}

async function storedImage(options: {
  document: ImageDocument;
  vector: string;
  outline?: string;
  width: number;
  background: string;
}): Promise<StoredImage> {
  const { document, vector, outline, width, background } = options;
  const raw = await rasterise(vector, { width });
  const { data, info } = await sharp(raw)
    .flatten({ background })
    .png({ palette: true, colours: 64, effort: 10 })
    .toBuffer({ resolveWithObject: true });
  return {
    document,
    vector,
    ...(outline === undefined ? {} : { outline }),
    png: data,
    width: info.width,
    height: info.height,
  };
}

export interface FlagOptions {
  names: readonly CountryName[];
  countries: CountryEntities;
  /** Codes of the countries that questions may be about. */
  asked: ReadonlySet<string>;
  facts: FactStore;
}

export async function flagImages({ names, countries, asked, facts }: FlagOptions): Promise<StoredImage[]> {
  const images: StoredImage[] = [];
  const thumbnails: { code: string; pixels: Buffer }[] = [];
  for (const { code, name } of names) {
    if (code === 'AN') continue;
    const prose = countries.byCode(code)?.prose ?? name;
    const id = `flags/${code.toLowerCase()}`;
    const document: ImageDocument = {
      id,
      title: `Flag of ${prose}`,
      text: `The flag of ${prose}.`,
      file: `flags/${code.toLowerCase()}.png`,
    };
    const image = await storedImage({ document, vector: flagFile(code), width: FLAG_WIDTH, background: '#ffffff' });
    images.push(image);
    thumbnails.push({
      code,
      pixels: await sharp(image.png).resize(24, 16, { fit: 'fill' }).removeAlpha().raw().toBuffer(),
    });
  }
  const difference = (a: Buffer, b: Buffer) =>
    a.reduce((sum, value, index) => sum + Math.abs(value - b[index]!), 0) / a.length;
  for (const { code, pixels } of thumbnails) {
    const twin = thumbnails.find((other) => other.code !== code && difference(pixels, other.pixels) < SAME_FLAG);
    const subject = countries.byCode(code);
    if (twin !== undefined || subject === undefined || !asked.has(code) || MIRRORED.has(code)) continue;
    facts.add({
      relation: 'flag-of',
      subject,
      answers: [subject.name, ...subject.otherNames],
      documents: [`flags/${code.toLowerCase()}`],
      knowledgeBase: 'image',
      source: 'flags',
      object: subject,
    });
  }
  return images;
}

/** Distinct upright, but another country's flag when mirrored, or only told apart by a crest that a crop may lose. */
const MIRRORED = new Set([
  'IE',
  'CI',
  'ML',
  'GN',
  'TD',
  'RO',
  'AD',
  'MD',
  'MC',
  'ID',
  'PL',
  'SG',
  'NL',
  'LU',
  'HR',
  'PY',
  'SK',
  'SI',
  'RU',
  'RS',
]);

/** Names whose first sense in WordNet is not what the drawing shows, and drawings that look like another one. */
const OTHER_SENSE = new Set(
  `black cat,hedgehog,peacock,dragon,dolphin,rosette,shamrock,lollipop,mate,ice,volcano,wood,bank,hot springs,cityscape,construction,seat,toilet,headstone,
pick,link,chains,outlet,wire,spade,flood,crown,ring,transmission,plaster,cut of meat,soft ice cream,jellyfish,cow,blossom,seedling,pie,cake,egg,cooking,
joystick,picture,stop sign,notebook,knot,purse,thread,yarn,bikini,tablet,cable,switch,town,shelter,oil drum,motorway,moose,desert,sun,star,butter,mirror,
watch,clamp,ticket,trophy,brick,package,feather,wing,bird,fish,bug,herb,joker,compass,clipboard,station,metro,tram,aerial tramway,football,rugby football,
dvd,gps,led,shower,medication,pill,hut,rock,coral,orca,merman,lotus,cactus,mango,peach,lime,coconut,timer,salt,sled,bell,gear,wheel,microbe,satellite,
goldfish,fish,guide dog,ice cream,softball,pigeon,macaw,school,church,hospital,hotel,house,post office,factory,convenience store,department store,beluga,doe,poppy,donkey,trolleybus,ewe,ram,tent,fog,cloud`
    .split(',')
    .map((name) => name.trim()),
);

/** The WordNet sense a drawing shows; undefined where no lemma fits. */
export function senseOf(emoji: Emoji, wordNet: WordNet): string | undefined {
  if (OTHER_SENSE.has(emoji.name)) return undefined;
  const senses = wordNet.senses(emoji.name).map((offset) => wordNet.synsets.get(offset)!);
  return emoji.topics.map((topic) => senses.find((sense) => sense.topic === topic)).find((sense) => sense !== undefined)
    ?.offset;
}

/** The entity under the name the drawing has, where WordNet puts another lemma first: a polar bear, not an ice bear. */
function calledAsDrawn(entity: Entity, drawn: string): Entity {
  const name = entity.otherNames.find((other) => other.toLowerCase() === drawn.toLowerCase());
  if (name === undefined) return entity;
  const prose = entity.prose.replace(entity.name, name);
  return { ...entity, name, prose, otherNames: [entity.name, ...entity.otherNames.filter((other) => other !== name)] };
}

/** Names of drawings that take no article. */
const MASS = new Set(
  `bed linen,lacrosse,tennis,bowling,badminton,ice hockey,field hockey,ping pong,popcorn,bread,flatbread,butter,bacon,salt,wood,sake,broccoli,garlic,soap,
luggage,spaghetti,sushi,milky way,yarn,thread,fog,solar energy,bubble tea,canned food,green salad,fondue,ice cream,shaved ice,curry rice,cooked rice,oden,
dango,american football,cooking,camping,mahjong red dragon,rock,ginger root,leafy green,fire,ice,stop,high voltage,prayer beads,falafel,confetti ball,
performing arts,paw prints,soft ice cream,wind energy,meat on bone,video game,lipstick,liquid,honey,coral`
    .split(',')
    .map((name) => name.trim()),
);

export const DRAWINGS = 720;
const SKIPPED = /^(time|person-role|person-fantasy|emergency|climate-environment|healthcare|technology|place-map)$/;

/** The drawings to keep: those WordNet knows first, then others as further pictures to find one's way among. */
export function chooseDrawings(emoji: readonly Emoji[], wordNet: WordNet): Emoji[] {
  const distinct = emoji.filter(
    (one, index) => emoji.findIndex((other) => slug(other.name) === slug(one.name)) === index,
  );
  const known = distinct.filter((one) => senseOf(one, wordNet) !== undefined);
  const others = distinct.filter((one) => senseOf(one, wordNet) === undefined && !SKIPPED.test(one.subgroup));
  return [...known, ...others].slice(0, DRAWINGS).sort((a, b) => byText(a.hexcode, b.hexcode));
}

export async function drawingImages(options: {
  drawings: readonly Emoji[];
  wordNet: WordNet;
  texts: TextWorld;
  facts: FactStore;
}): Promise<{ images: StoredImage[]; nouns: Map<string, string> }> {
  const { drawings, wordNet, texts, facts } = options;
  const images: StoredImage[] = [];
  const nouns = new Map<string, string>();
  for (const emoji of drawings) {
    const id = `openmoji/${emoji.hexcode.toLowerCase()}`;
    const isPlural = /(?:[^su]s|feet|chopsticks|glasses)$/.test(emoji.name);
    const isProper = /^[A-Z]|^mount |tower$|^great |^hanging |^colossus|^statue |^temple |^mausoleum/.test(emoji.name);
    const caption = isPlural || isProper || MASS.has(emoji.name) ? emoji.name : withArticle(emoji.name);
    const tags = emoji.tags.filter((tag) => tag !== '' && !emoji.name.includes(tag)).slice(0, 6);
    const document: ImageDocument = {
      id,
      title: `Drawing of ${caption}`,
      text: `A drawing of ${caption}.${tags.length > 0 ? ` Related words: ${tags.join(', ')}.` : ''}`,
      file: `openmoji/${emoji.hexcode.toLowerCase()}.png`,
    };
    images.push(
      await storedImage({
        document,
        vector: emojiFile(emoji.hexcode),
        outline: emojiFile(emoji.hexcode, 'black'),
        width: DRAWING_SIZE,
        background: '#ffffff',
      }),
    );
    const sense = senseOf(emoji, wordNet);
    const known = sense === undefined ? undefined : texts.bySynset.get(sense)?.entity;
    const object = known === undefined ? undefined : calledAsDrawn(known, emoji.name);
    const subject: Entity = {
      key: `drawing:${emoji.hexcode}`,
      name: emoji.name,
      prose: emoji.name,
      otherNames: [],
      cluster: object?.cluster ?? `drawing:${emoji.hexcode}`,
    };
    nouns.set(subject.key, emoji.noun);
    if (object === undefined) continue;
    const answers = [...new Set([emoji.name, caption, object.name, ...object.otherNames])];
    facts.add({
      relation: 'depicts',
      subject,
      answers,
      documents: [id],
      knowledgeBase: 'image',
      source: 'openmoji',
      object,
    });
  }
  return { images, nouns };
}
