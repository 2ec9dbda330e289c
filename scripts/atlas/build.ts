/**
 * Builds the atlas world into data/atlas: documents, pictures, questions, manifest and notices. Run `npm run atlas:build`.
 * Everything follows from the npm packages and the seed; the same versions on the same machine give the same bytes.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Source } from './facts.ts';
import type { StoredImage } from './images.ts';
import { expressionOf, LICENCES } from './licences.ts';
import { folderChecksum, type Manifest, type ManifestFile, sha256 } from './manifest.ts';
import { licencesPage, readmePage } from './pages.ts';
import { assertNotStored } from './query-images.ts';
import { type QuestionSet, questionSet } from './questions.ts';
import { countsTable } from './report.ts';
import { verifyQuestions } from './verify.ts';
import { buildWorld, type World } from './world.ts';

export const SEED = 20261123;
const VERSION = 1;
const TARGET = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'data', 'atlas');

export const KNOWLEDGE_BASES = {
  text: {
    description:
      'Short encyclopedia passages on animals, plants, food, things, substances, people, places, countries and languages: what they are, other and scientific names, genus and family, years of birth and death, where a place is, when a country became independent.',
    modality: 'text',
    cost: 1,
  },
  image: {
    description:
      'Pictures with captions: the flags of countries, and drawings of animals, plants, food, vehicles, clothes, tools, instruments and buildings. Searchable by picture or by words.',
    modality: 'text-image',
    cost: 2,
  },
  table: {
    description:
      'Tables of figures and facts: area, currency, languages, calling code, internet domain and neighbours of countries; capitals; population and position of cities; symbol, number, mass, period and group of the chemical elements and their isotopes.',
    modality: 'table',
    cost: 1,
  },
} as const;

export interface OutputFile {
  path: string;
  bytes: Buffer;
}

const jsonLines = (rows: readonly unknown[]) => Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));

export interface Output {
  files: OutputFile[];
  manifest: Manifest;
}

/** All files of data/atlas, in memory. */
export function layOut(world: World, questions: QuestionSet): Output {
  const files: OutputFile[] = [];
  const entry = (name: string, rows: readonly unknown[], sources: readonly Source[]): ManifestFile => {
    const bytes = jsonLines(rows);
    files.push({ path: name, bytes });
    return {
      path: name,
      sha256: sha256(bytes),
      bytes: bytes.length,
      rows: rows.length,
      source: sources.map((source) => LICENCES[source].package).join(', ') || 'r1-router',
      licence: expressionOf(sources),
      attribution: sources.map((source) => LICENCES[source].attribution),
    };
  };
  const pictures = (folder: string, members: readonly { name: string; bytes: Buffer }[]) => {
    for (const { name, bytes } of members) files.push({ path: `${folder}/${name}`, bytes });
    return { folder, ...folderChecksum(members) };
  };
  const imageEntry = (source: 'flags' | 'openmoji', images: readonly StoredImage[]): ManifestFile => ({
    ...entry(
      `image/${source}.jsonl`,
      images.map(({ document }) => document),
      [source],
    ),
    pictures: pictures(
      `image/${source}`,
      images.map(({ document, png }) => ({ name: path.posix.basename(document.file!), bytes: png })),
    ),
  });
  const { texts, tables, flags, drawings } = world;
  const contents: Record<keyof typeof KNOWLEDGE_BASES, ManifestFile[]> = {
    text: [entry('text/wordnet.jsonl', texts, ['wordnet'])],
    image: [imageEntry('flags', flags), imageEntry('openmoji', drawings)],
    table: [
      entry('table/world-countries.jsonl', tables.countries, ['world-countries']),
      entry('table/geonames.jsonl', tables.cities, ['geonames']),
      entry('table/chemical-elements.jsonl', tables.elements, ['chemical-elements']),
    ],
  };
  const questionFiles = questions.files.map(({ name, rows, sources }) =>
    entry(`questions/${name}.jsonl`, rows, sources),
  );
  const queries = (['flags', 'openmoji'] as const).map((folder) => ({
    source: LICENCES[folder].package,
    licence: expressionOf([folder]),
    attribution: [LICENCES[folder].attribution],
    pictures: pictures(
      `queries/${folder}`,
      questions.images
        .filter((one) => one.folder === folder)
        .map(({ image }) => ({ name: image.name, bytes: image.bytes })),
    ),
  }));
  const pages = [
    { path: 'LICENSES.md', bytes: Buffer.from(licencesPage([...Object.values(contents).flat(), ...questionFiles])) },
    { path: 'README.md', bytes: Buffer.from(readmePage()) },
  ];
  files.push(...pages);
  const manifest: Manifest = {
    name: 'atlas',
    version: VERSION,
    seed: SEED,
    licence: expressionOf(Object.keys(LICENCES) as Source[]),
    knowledgeBases: Object.entries(KNOWLEDGE_BASES).map(([name, card]) => ({
      name,
      ...card,
      files: contents[name as keyof typeof KNOWLEDGE_BASES],
    })),
    questions: questionFiles,
    queries,
    notices: pages.map(({ path: name, bytes }) => ({ path: name, sha256: sha256(bytes), bytes: bytes.length })),
  };
  files.push({ path: 'manifest.json', bytes: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`) });
  return { files, manifest };
}

export async function build(seed = SEED): Promise<Output & { questions: QuestionSet; world: World }> {
  const world = await buildWorld(seed);
  const stored = [...world.flags, ...world.drawings];
  const questions = await questionSet(world.drafts, stored, seed);
  const hashes = new Set(stored.map(({ png }) => sha256(png)));
  for (const { image, stored: source } of questions.images) await assertNotStored(image, source, hashes);
  const problems = verifyQuestions({
    documents: [
      ...world.texts,
      ...world.tables.countries,
      ...world.tables.cities,
      ...world.tables.elements,
      ...stored.map(({ document }) => document),
    ],
    questions: questions.files.flatMap(({ rows }) => rows),
  });
  if (problems.length > 0)
    throw new Error(`atlas: ${problems.length} problems, first:\n${problems.slice(0, 20).join('\n')}`);
  return { ...layOut(world, questions), questions, world };
}

async function main(): Promise<void> {
  const { files, questions } = await build();
  for (const folder of ['text', 'image', 'table', 'questions', 'queries'])
    rmSync(path.join(TARGET, folder), { recursive: true, force: true });
  for (const file of files) {
    const target = path.join(TARGET, ...file.path.split('/'));
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, file.bytes);
  }
  const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  console.log(countsTable(questions.files.flatMap(({ rows }) => rows)));
  console.log(`\n${files.length} files, ${(total / 1e6).toFixed(1)} MB in ${path.relative(process.cwd(), TARGET)}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
