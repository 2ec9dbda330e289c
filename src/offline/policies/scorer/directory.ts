/**
 * A trained scorer on disk: `config.json` (what it is, checked by zod) and `scorer.safetensors` (its weights), whose SHA-256
 * stands in the config.
 */
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../../common/atomic-file.ts';
import { canonicalJson, sha256 } from '../../../common/content-hash.ts';
import { messageOf, R1RouterError } from '../../../common/errors.ts';
import { decodeSafetensors, encodeSafetensors } from '../../../common/safetensors.ts';
import { KnowledgeBaseCardSchema } from '../../../tools/knowledge-base.ts';
import { ENGLISH } from '../../english/english.ts';
import { FILES_LANGUAGE, type FilesLanguage, filesLanguage } from '../../files/language.ts';
import { Proposals, proposalLines, readProposals } from '../../files/proposals.ts';
import { readSketch, type Sketch } from '../../files/sketch.ts';
import type { LanguageVersion } from '../../language.ts';
import type { ScorerNetwork } from './network.ts';
import { featureNames, ScorerShapeSchema, scorerParameters } from './shape.ts';

const SCORER_FORMAT = 'r1-router-scorer';
/** Version 1 named no language: it was English, version 1, throughout. */
const SCORER_VERSION = 2;
const CONFIG = 'config.json';
const WEIGHTS = 'scorer.safetensors';
const SKETCH = 'sketch.json';
const PROPOSALS = 'proposals.jsonl';

const LanguageVersionSchema = z.strictObject({ name: z.string().min(1), version: z.number().int().positive() });
const FIRST_LANGUAGE: LanguageVersion = { name: 'english', version: 1 };

export const ScorerConfigSchema = z.strictObject({
  format: z.literal(SCORER_FORMAT),
  version: z.literal(SCORER_VERSION),
  shape: ScorerShapeSchema,
  denseFeatures: z.array(z.string()),
  stopFeatures: z.array(z.string()),
  /** What took its questions apart. With another language, or another version of it, its inputs would mean something else. */
  language: LanguageVersionSchema,
  /** What it chooses among: the question as it is, or sub-questions proposed by the grammar. */
  candidates: z.enum(['question', 'grammar']),
  /** Whether it was trained to look at probes. */
  probes: z.boolean(),
  /** Knowledge bases it was trained with: the default of `route`. Others may be described at run time. */
  knowledgeBases: z.array(KnowledgeBaseCardSchema),
  /** SHA-256 of the weights' file. */
  checksum: z.string(),
  /** How it was made: seed, rows, regime; for people and model cards. */
  training: z.record(z.string(), z.json()).default({}),
});
type ScorerConfig = z.infer<typeof ScorerConfigSchema>;

/** A scorer in memory, ready to decide. */
export interface LoadedScorer extends ScorerNetwork {
  config: ScorerConfig;
  /** What it knows of the knowledge bases it was trained on, where it is one of people's own files. */
  sketch?: Sketch;
  /** What a chat model proposed for the questions it was trained on. */
  proposals?: Proposals;
}

/** A scorer and a language that do not belong together. */
export class ScorerLanguageError extends R1RouterError {
  readonly trained: LanguageVersion;
  readonly given: LanguageVersion;

  constructor(trained: LanguageVersion, given: LanguageVersion) {
    super(
      `this policy was trained with the language ${inWords(trained)}, and is given ${inWords(given)}; ` +
        (trained.name === given.name
          ? 'train it again, or use the release of r1-router that it was trained with'
          : `pass the language it was trained with as \`language\`, or train it again with ${given.name}`),
      { code: 'policy-language', kind: 'user' },
    );
    this.trained = { ...trained };
    this.given = { name: given.name, version: given.version };
  }
}

const inWords = ({ name, version }: LanguageVersion): string => `${name} version ${version}`;

/** Throws ScorerLanguageError unless the scorer was trained with this very language. */
export function checkLanguage({ language: trained }: Pick<ScorerConfig, 'language'>, given: LanguageVersion): void {
  if (trained.name !== given.name || trained.version !== given.version) throw new ScorerLanguageError(trained, given);
}

class ScorerDirectoryError extends R1RouterError {
  readonly directory: string;

  constructor(directory: string, problem: string, cause?: unknown) {
    super(`policy ${directory}: ${problem}`, { code: 'policy-invalid', kind: 'user', cause });
    this.directory = directory;
  }
}

export type NewScorerConfig = Pick<ScorerConfig, 'shape' | 'candidates' | 'probes' | 'knowledgeBases'> & {
  /** Default English as it ships. */
  language?: LanguageVersion;
  training?: ScorerConfig['training'];
};

/** A scorer from weights in memory. Its checksum is that of the file `saveScorer` would write. */
export function assembleScorer(config: NewScorerConfig, weights: Readonly<Record<string, Float32Array>>): LoadedScorer {
  const { name, version } = config.language ?? ENGLISH;
  const names = featureNames(config.shape);
  const copies = Object.fromEntries(
    scorerParameters(config.shape).map((one) => [one.name, Float32Array.from(weights[one.name]!)]),
  );
  return {
    shape: config.shape,
    weights: copies,
    config: {
      format: SCORER_FORMAT,
      version: SCORER_VERSION,
      denseFeatures: [...names.dense],
      stopFeatures: [...names.stop],
      training: {},
      ...config,
      language: { name, version },
      checksum: sha256(encodeWeights({ shape: config.shape, weights: copies })),
    },
  };
}

function encodeWeights({ shape, weights }: ScorerNetwork): Uint8Array {
  const tensors = scorerParameters(shape).map(
    ({ name, shape: size }) => [name, { shape: size, values: weights[name]! }] as const,
  );
  return encodeSafetensors(tensors, { format: SCORER_FORMAT });
}

/** Writes the directory; the config last, so that a half-written one does not load. */
export async function saveScorer(directory: string, scorer: LoadedScorer): Promise<void> {
  await mkdir(directory, { recursive: true });
  if (scorer.sketch) await writeFileAtomic(path.join(directory, SKETCH), `${JSON.stringify(scorer.sketch.data)}\n`);
  if (scorer.proposals) await writeFileAtomic(path.join(directory, PROPOSALS), proposalLines(scorer.proposals.rows()));
  await writeFileAtomic(path.join(directory, WEIGHTS), encodeWeights(scorer));
  await writeFileAtomic(path.join(directory, CONFIG), `${canonicalJson(scorer.config)}\n`);
}

interface LoadScorerOptions {
  /** What its questions will be taken apart by. Default English as it ships. */
  language?: LanguageVersion;
}

/**
 * Throws ScorerDirectoryError for a directory that is missing, damaged, or made by another version, and ScorerLanguageError for
 * one that was trained with another language or version of it.
 */
export async function loadScorer(
  directory: string,
  { language = ENGLISH }: LoadScorerOptions = {},
): Promise<LoadedScorer> {
  const fail = (problem: string, cause?: unknown): never => {
    throw new ScorerDirectoryError(directory, problem, cause);
  };
  const read = (name: string): Promise<Buffer> =>
    readFile(path.join(directory, name)).catch((cause) => fail(`${name} cannot be read: ${messageOf(cause)}`, cause));
  const text = (await read(CONFIG)).toString('utf8');
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    fail(`${CONFIG} is not JSON`, cause);
  }
  const parsed = ScorerConfigSchema.safeParse(migrated(raw));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return fail(`${CONFIG}: ${issue?.path.join('.')}: ${issue?.message}; train it again with this version`);
  }
  const config = parsed.data;
  checkLanguage(config, language);
  const names = featureNames(config.shape);
  for (const [name, mine, theirs] of [
    ['denseFeatures', names.dense, config.denseFeatures],
    ['stopFeatures', names.stop, config.stopFeatures],
  ] as const) {
    if (mine.join() !== theirs.join()) fail(`${CONFIG}: ${name} are those of another version; train it again`);
  }
  const bytes = await read(WEIGHTS);
  if (sha256(bytes) !== config.checksum) fail(`${WEIGHTS} does not have the checksum of ${CONFIG}; it is damaged`);
  const { tensors } = decodeSafetensors(bytes, path.join(directory, WEIGHTS));
  const weights = Object.fromEntries(
    scorerParameters(config.shape).map(({ name, shape }) => {
      const tensor = tensors.get(name);
      if (tensor?.shape.join() !== shape.join()) return fail(`${WEIGHTS}: ${name} is missing or has another shape`);
      return [name, tensor.values];
    }),
  );
  return { shape: config.shape, weights, config };
}

/**
 * The language that a policy brings with it: that of people's own files, with its sketch. Undefined where it was trained with another, and where
 * the directory cannot be read, which `loadScorer` says better.
 */
export async function languageOf(directory: string): Promise<FilesLanguage | undefined> {
  const text = await readFile(path.join(directory, CONFIG), 'utf8').catch(() => '');
  if (!text.includes(`"name":"${FILES_LANGUAGE.name}"`)) return undefined;
  const file = path.join(directory, SKETCH);
  const sketch = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ScorerDirectoryError(directory, `${SKETCH} cannot be read: ${messageOf(cause)}`, cause);
  });
  const rows = await readProposals(path.join(directory, PROPOSALS));
  return filesLanguage(readSketch(sketch, file), rows && new Proposals(rows));
}

function migrated(raw: unknown): unknown {
  const first = z.looseObject({ format: z.literal(SCORER_FORMAT), version: z.literal(1) }).safeParse(raw);
  return first.success ? { ...first.data, version: SCORER_VERSION, language: FIRST_LANGUAGE } : raw;
}
