/** The knowledge base that `ingest` fills: opened where it exists, made where it is new, each wish checked against it. */
import { isR1RouterError, userError } from '../common/errors.ts';
import { openImageEncoder, openTextEncoder } from '../tools/encoders/by-name.ts';
import { LanguageSchema } from '../tools/encoders/language.ts';
import type { KnowledgeBaseCard, Modality } from '../tools/knowledge-base.ts';
import { type OpenStore, openKnowledgeBase, openStore } from '../tools/open.ts';
import type { IndexOptions } from '../tools/planner/config.ts';
import { hasOlderTerms } from '../tools/planner/config.ts';
import { encodersByName, NO_ENCODER } from '../tools/planner/encoders-by-name.ts';
import { parseCard } from '../tools/planner/registry.ts';
import {
  createKnowledgeBase,
  describeKnowledgeBase,
  type Encoders,
  listKnowledgeBases,
  type StoreKnowledgeBase,
} from '../tools/store-knowledge-base.ts';
import type { StorePort } from '../tools/stores/port.ts';
import { downloadProgress } from './terminal/download-progress.ts';

export interface TargetOptions {
  kb: string;
  modality: Modality;
  description?: string;
  cost?: number;
  store: string;
  chunk?: 'sentences' | 'windows' | 'none';
  words?: number;
  stride?: number;
  language?: string;
  encoder?: string;
  imageEncoder?: string;
}

/** The card of a knowledge base, or undefined where the store or the knowledge base is not there yet. */
export async function findKnowledgeBase(location: string, name: string): Promise<KnowledgeBaseCard | undefined> {
  let opened: OpenStore;
  try {
    opened = await openStore(location);
  } catch (error) {
    // Also an empty directory, and what a kill leaves before a store is made.
    if (isR1RouterError(error) && error.code === 'local-qdrant-missing') return undefined;
    throw error;
  }
  try {
    return (await listKnowledgeBases(opened.store)).find((card) => card.name === name);
  } finally {
    await opened.close();
  }
}

export function indexOptions({
  chunk,
  words,
  stride,
  language,
}: Pick<TargetOptions, 'chunk' | 'words' | 'stride' | 'language'>): IndexOptions {
  const index: IndexOptions = {};
  if (chunk === 'none') index.chunking = { by: 'none' };
  else if (chunk === 'windows' || (chunk === undefined && stride !== undefined)) {
    index.chunking = { by: 'windows', ...(words ? { words } : {}), ...(stride ? { stride } : {}) };
  } else if (chunk !== undefined || words !== undefined) {
    if (stride !== undefined) throw userError('invalid-option', '--stride: it goes with --chunk windows');
    index.chunking = { by: 'sentences', ...(words ? { words } : {}) };
  }
  if (language !== undefined) {
    const parsed = LanguageSchema.safeParse(language);
    if (!parsed.success) {
      throw userError(
        'invalid-option',
        `--language: unknown "${language}"; choose one of ${LanguageSchema.options.join(', ')}`,
      );
    }
    index.sparse = { language: parsed.data };
  }
  return index;
}

export async function openTarget(
  open: () => Promise<OpenStore>,
  options: TargetOptions,
): Promise<{ knowledgeBase: StoreKnowledgeBase; close(): Promise<void> }> {
  const { kb: name, modality, description, cost } = options;
  const index = indexOptions(options);
  const existing = await findKnowledgeBase(options.store, name);
  if (existing && existing.modality !== modality) {
    throw userError(
      'modality-mismatch',
      `--modality: "${name}" holds ${existing.modality}, not ${modality}; leave the option out or choose another --kb`,
    );
  }
  if (existing && Object.keys(index).length > 0) {
    throw userError(
      'invalid-option',
      `"${name}" exists and keeps how it was indexed; leave --chunk, --words, --stride and --language out`,
    );
  }
  if (!existing && !description) {
    throw userError(
      'missing-description',
      `--description: "${name}" is new in ${options.store}; say in a sentence what it knows, policies choose by it`,
    );
  }
  const card = { name, modality, description: description ?? '', ...(cost === undefined ? {} : { cost }) };
  // Before the store is opened for writing, which would make one.
  if (!existing) parseCard(card);
  // And a misspelt model leaves nothing behind either.
  const encoders = existing ? {} : await newEncoders(options);
  const { store, close } = await open();
  try {
    if (!existing) {
      return { knowledgeBase: await createKnowledgeBase({ store, card, encoders, index }), close };
    }
    if (description !== undefined || cost !== undefined) {
      await describeKnowledgeBase(store, name, {
        ...(description ? { description } : {}),
        ...(cost === undefined ? {} : { cost }),
      });
    }
    return { knowledgeBase: await openExisting(store, options), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opened at once: an index is told the model's id and dimension when it is made. */
async function newEncoders({ modality, encoder, imageEncoder }: TargetOptions): Promise<Encoders> {
  if (imageEncoder !== undefined && modality !== 'text-image') {
    throw userError('invalid-option', `--image-encoder: it goes with --modality text-image, not ${modality}`);
  }
  const options = { onProgress: downloadProgress() };
  const encoders: Encoders = {};
  if (encoder !== undefined && encoder !== NO_ENCODER) encoders.dense = await openTextEncoder(encoder, options);
  if (imageEncoder !== undefined) encoders.image = await openImageEncoder(imageEncoder, options);
  return encoders;
}

/** A knowledge base goes on with the encoders that filled it. */
async function openExisting(
  store: StorePort,
  { kb, encoder, imageEncoder }: TargetOptions,
): Promise<StoreKnowledgeBase> {
  const { index } = await openKnowledgeBase({ store, name: kb });
  if (hasOlderTerms(index)) {
    const rebuild = `r1-router kb reindex ${JSON.stringify(kb)}`;
    process.stderr.write(
      `r1-router: "${kb}" was indexed with older rules for words and goes on with them; ${rebuild} brings the new ones\n`,
    );
  }
  if (encoder !== undefined && index.dense === undefined && encoder !== NO_ENCODER) {
    throw userError(
      'encoder-mismatch',
      `--encoder: "${kb}" is searched by words; r1-router kb reindex gives it an encoder`,
    );
  }
  const names = { text: encoder === NO_ENCODER ? undefined : encoder, image: imageEncoder };
  const encoders = encodersByName(index, names, { onProgress: downloadProgress() });
  return openKnowledgeBase({ store, name: kb, encoders });
}
