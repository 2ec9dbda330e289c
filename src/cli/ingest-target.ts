/** The knowledge base that `ingest` fills: opened where it exists, made where it is new, each wish checked against it. */
import { existsSync } from 'node:fs';
import { userError } from '../common/errors.ts';
import { createImageDescriptor } from '../tools/encoders/image/descriptor.ts';
import { LanguageSchema } from '../tools/encoders/language.ts';
import type { KnowledgeBaseCard, Modality } from '../tools/knowledge-base.ts';
import { isServerLocation, type OpenStore, openStore } from '../tools/open-store.ts';
import type { IndexOptions } from '../tools/planner/config.ts';
import { parseCard } from '../tools/planner/registry.ts';
import {
  createKnowledgeBase,
  describeKnowledgeBase,
  listKnowledgeBases,
  openKnowledgeBase,
  type StoreKnowledgeBase,
} from '../tools/store-knowledge-base.ts';

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
}

/** The card of a knowledge base, or undefined where the store or the knowledge base is not there yet. */
export async function findKnowledgeBase(location: string, name: string): Promise<KnowledgeBaseCard | undefined> {
  if (!isServerLocation(location) && !existsSync(location)) return undefined;
  const { store, close } = await openStore(location);
  try {
    return (await listKnowledgeBases(store)).find((card) => card.name === name);
  } finally {
    await close();
  }
}

function indexOptions({ chunk, words, stride, language }: TargetOptions): IndexOptions {
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
  const { store, close } = await open();
  try {
    const encoders = modality === 'text-image' ? { image: createImageDescriptor() } : {};
    if (!existing) {
      return { knowledgeBase: await createKnowledgeBase({ store, card, encoders, index }), close };
    }
    if (description !== undefined || cost !== undefined) {
      await describeKnowledgeBase(store, name, {
        ...(description ? { description } : {}),
        ...(cost === undefined ? {} : { cost }),
      });
    }
    return { knowledgeBase: await openKnowledgeBase({ store, name, encoders }), close };
  } catch (error) {
    await close();
    throw error;
  }
}
