/**
 * What English makes of some 300 questions, as hashes: of sub-questions and answers along each chain of steps, of inquiries, of
 * readings, of a scorer's inputs. Numbers count to six places, so that a machine's last digit changes nothing.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { sha256 } from '../../../src/common/content-hash.ts';
import type { EvidenceStep } from '../../../src/graph/policy.ts';
import { english } from '../../../src/offline/english/english.ts';
import { answeredBy, type Language } from '../../../src/offline/language.ts';
import { scorerInput } from '../../../src/offline/policies/scorer/input.ts';
import type { Passage } from '../../../src/tools/passage.ts';

interface Wording {
  question: string;
  picture?: true;
  steps: [subQuestion: string, answer: string][];
}

/** Every fourth of the chains that the grammar is tested with. */
const wordings = readFileSync(new URL('wordings.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line, place) => line !== '' && place % 4 === 0)
  .map((line) => JSON.parse(line) as Wording);

/** Forms that those chains lack: counts, superlatives, claims, sums, places, everyday words, fragments, other scripts. */
const alone = readFileSync(new URL('sentences.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n');

const KNOWLEDGE_BASES = [
  { name: 'a', description: 'Short passages on countries, people and animals.', modality: 'text', cost: 1 },
  { name: 'b', description: 'Tables of figures: area, currency, capitals.', modality: 'table', cost: 1 },
  { name: 'c', description: 'Pictures: flags and drawings.', modality: 'text-image', cost: 2 },
] as const;

const passage = (id: string, knowledgeBase: string, rest: Pick<Passage, 'text'> & Partial<Passage>): Passage => ({
  id,
  documentId: id,
  knowledgeBase,
  score: 10 - id.length,
  rank: 0,
  ...rest,
});

/** A text, a table and a picture that tell a step's answer, of the words of its question. */
function passagesOn(subQuestion: string, answer: string): [text: Passage[], table: Passage[], pictures: Passage[]] {
  const name = /(\p{Lu}[^\s?]*(?: \p{Lu}[^\s?]*)*)[^\p{Lu}]*$/u.exec(subQuestion.slice(1))?.[1] ?? 'Arland';
  const property = / the ([a-z -]+) of /.exec(subQuestion)?.[1] ?? 'capital';
  const about = `${name}: a place of ${property}s. Its ${property} is ${answer}. It was founded in 1824 in Borland.`;
  const other = `${answer}: what is asked in “${subQuestion}”. Also called the ${property} of ${name}.`;
  const header = ['Name', property.replace(/^./, (letter) => letter.toUpperCase()), 'Population', 'Landlocked'];
  const rows = [
    ['Borland', 'Bor', '1,200,000', 'yes'],
    [name, answer, '33,000,000', 'no'],
    ['Carland', 'Car; Cur', '700', 'no'],
  ];
  return [
    [passage('t1', 'a', { title: name, text: about }), passage('t22', 'a', { title: answer, text: other })],
    [passage('r1', 'b', { title: 'Places', text: rows.join('\n'), table: { title: 'Places', header, rows } })],
    [
      passage('p1', 'c', {
        title: `The flag of ${answer}`,
        text: `The flag of ${answer}`,
        image: { hash: 'x' } as never,
      }),
    ],
  ];
}

const six = (value: number): number => Number(value.toPrecision(6));

/** As JSON, with the keys of objects in order. */
const rounded = (value: unknown): string =>
  JSON.stringify(value, (_, item) => {
    if (typeof item === 'number') return six(item);
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).sort(([one], [other]) => (one < other ? -1 : 1)));
  });

const sparse = (values: Float32Array): string =>
  [...values].flatMap((value, place) => (value === 0 ? [] : `${place}:${six(value)}`)).join(' ');

export interface Fingerprint {
  tables: string;
  words: string;
  understanding: string;
  inquiries: string;
  readings: string;
  features: string;
}

/** The tables of words, patterns and wordings that the files of English export: they need no sentence to be compared. */
const tables = await tablesOf('../../../src/offline/english/');

async function tablesOf(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const file of readdirSync(new URL(folder, import.meta.url))) {
    const exported: Record<string, unknown> = await import(new URL(folder + file, import.meta.url).href);
    for (const [name, value] of Object.entries(exported)) {
      if (typeof value === 'function' || name === 'ENGLISH') continue;
      const table = value instanceof Set || value instanceof Map ? [...value] : value;
      found.push(table instanceof RegExp ? String(table) : JSON.stringify(table));
    }
  }
  // Neither their names nor their files matter.
  return found.sort();
}

/** The stems of the sentences' words and of some of everyday, and which of them are related. */
function relatedWords({ words, inquire }: Language): string {
  const stems = [
    ...new Set(words.contentStems([...alone, ...wordings.map(({ question }) => question), EVERYDAY].join(' '))),
  ];
  const related = stems.flatMap((left) =>
    stems.flatMap((right) => {
      const score = left < right ? words.relatedness(left, right) : 0;
      return score > 0 ? `${left} ${right} ${score}` : [];
    }),
  );
  // What is asked for by a noun, and by a verb.
  const asked = EVERYDAY.split(/\s+/).flatMap((word) =>
    [`What is the ${word} of Arland?`, `Who ${word} Arland?`].map((question) => rounded(inquire(question))),
  );
  return [...stems, ...related, ...asked].join('\n');
}

const EVERYDAY = `people inhabitants residents live populous area size surface extent large big land territory tall elevation altitude
height length long mass weight weigh heavy depth deep speed fast velocity money monetary speak spoken tongue border neighbour adjacent adjoin next
dial phone telephone domain internet web symbol abbreviation sign notation locate situated place position found profession occupation job work
career living kind type sort category class called known named alias synonym name born birth birthday die died death perish direct filmmaker
write wrote author establish marry spouse wife husband release publish win winner champion victory play player team club year day time nationality
demonym citizens belong member part include share percentage abundance proportion fraction common capital seat region continent home native habitat
origin nation republic kingdom score result points role character series season crowd attendance spectators venue stadium ground number count amount
total code abbreviate letters prefix suffix largest biggest greatest maximum smallest least minimum proton atomic divide split consist compose subunit
scientific latin binomial taxonomic botanical zoological independence independent freedom liberty sovereignty father mother daughter brother king
president painter singer lawyer actor teacher birthplace hometown birthdate decade century island county river sea genus family order phylum`;

/** `share`: of the chains, so many are looked at. */
export function fingerprintOf(language: Language = english(), { share = 1 } = {}): Fingerprint {
  const parts: Record<'understanding' | 'inquiries' | 'readings' | 'features', string[]> = {
    understanding: [],
    inquiries: [],
    readings: [],
    features: [],
  };
  const chains = [...wordings, ...alone.map((question): Wording => ({ question, steps: [[question, 'Quito']] }))];
  for (const [place, { question, picture, steps: needed }] of chains.slice(0, share * chains.length).entries()) {
    const steps: EvidenceStep[] = [];
    for (const [subQuestion, answer] of [...needed, undefined].map((step) => step ?? [])) {
      const state = { question, image: picture && 'hash', steps: [...steps], conversation: [] };
      const understanding = language.understand(state);
      const { remaining, standing, candidates, mentions } = understanding;
      parts.understanding.push(rounded([remaining, understanding.answer, standing, candidates, mentions]));
      parts.inquiries.push(...candidates.map((candidate) => rounded(language.inquire(candidate.subQuestion))));
      if (subQuestion === undefined || answer === undefined) continue;
      const found = passagesOn(subQuestion, answer);
      steps.push({ subQuestion, knowledgeBases: ['a'], outcome: 'passages', answer, passages: found.flat() });
      // What is read takes the longest: of every other chain.
      if (place % 2 === 1) continue;
      const inquiry = language.inquire(subQuestion);
      parts.readings.push(
        ...found.map((passages) => {
          const read = language.read(inquiry, passages, { withImage: picture === true });
          return rounded([
            read?.answer,
            read?.confidence,
            read?.quote,
            language.confirms(inquiry, found[1][0]!, answer),
          ]);
        }),
      );
      const input = scorerInput({
        state: { ...state, maxSteps: 5, hasImage: picture === true, answered: answeredBy(standing) },
        candidates,
        knowledgeBases: KNOWLEDGE_BASES,
        shape: { questionBuckets: 4096, descriptionBuckets: 512 },
        looks: {
          language,
          probe: (candidate, base) => (candidate < 2 && base !== candidate ? found[base as 0 | 1 | 2] : undefined),
        },
      });
      const bags = [input.question, ...input.subQuestions, ...input.descriptions];
      parts.features.push(...bags.map(({ ids, weights }) => `${ids.join()} ${sparse(weights)}`));
      parts.features.push(sparse(input.dense), sparse(input.stop));
    }
  }
  return {
    tables: sha256(tables.join('\n')),
    words: sha256(relatedWords(language)),
    understanding: sha256(parts.understanding.join('\n')),
    inquiries: sha256(parts.inquiries.join('\n')),
    readings: sha256(parts.readings.join('\n')),
    features: sha256(parts.features.join('\n')),
  };
}
