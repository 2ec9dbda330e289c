/**
 * Which knowledge bases the settings mean: `--kb` and `--store`, else what the configuration file declares, else the atlas. Here
 * they become places, each opened through the one door (`tools/open.ts`).
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { userError } from '../common/errors.ts';
import type { EncoderNames } from '../tools/encoders/by-name.ts';
import type { OpenKnowledgeBases, OpenKnowledgeBasesOptions } from '../tools/open.ts';
import type { IndexConfig } from '../tools/planner/config.ts';
import type { LoadedConfig } from './load.ts';
import { suggestion } from './suggest.ts';

/** What the flags of a command say of knowledge bases; each wins over the configuration file. */
export interface KnowledgeBaseSettings {
  /** Names of knowledge bases. */
  knowledgeBases?: readonly string[];
  /** Directory or URL. */
  store?: string;
  /** Model of the text encoder; `none` searches by words. */
  encoder?: string;
}

export interface StorePlace {
  /** Directory or URL; without one, the atlas. */
  location?: string;
  apiKey?: string;
  retrySeconds?: number;
}

/** Where the knowledge bases of a named store live. */
export function storePlace(name: string | undefined, { config, directory }: LoadedConfig): StorePlace {
  if (name === undefined) return {};
  const store = config.stores?.[name];
  if (store === undefined) {
    throw userError('unknown-store', `no store "${name}"; ${suggestion(name, Object.keys(config.stores ?? {}))}`);
  }
  if ('directory' in store) return { location: resolve(directory, store.directory) };
  const variable = store.apiKeyVariable;
  const apiKey = variable === undefined ? undefined : process.env[variable];
  if (variable !== undefined && !apiKey) {
    throw userError(
      'api-key-missing',
      `store "${name}": the environment variable ${variable} is not set; set it to the key`,
    );
  }
  const { retrySeconds } = store;
  return { location: store.url, apiKey, ...(retrySeconds !== undefined && { retrySeconds }) };
}

/** Several places opened together. */
type ConfiguredKnowledgeBases = Omit<OpenKnowledgeBases, 'location'>;

/** `--kb` and `--store` where given, else what the configuration declares, else every knowledge base of the atlas. */
export async function openConfiguredKnowledgeBases(
  settings: KnowledgeBaseSettings,
  loaded: LoadedConfig,
  { onBuild }: Pick<OpenKnowledgeBasesOptions, 'onBuild'> = {},
): Promise<ConfiguredKnowledgeBases> {
  const [{ openKnowledgeBases }, { encodersByName }] = await Promise.all([
    import('../tools/open.ts'),
    import('../tools/planner/encoders-by-name.ts'),
  ]);
  const encoders = (index: IndexConfig) => encodersByName(index, encoderNames(settings, loaded));
  const { fusion } = loaded.config;
  const groups = groupByStore(settings, loaded);
  const opened: OpenKnowledgeBases[] = [];
  const close = async () => {
    await Promise.all(opened.map((store) => store.close()));
  };
  try {
    for (const { place, names } of groups) {
      const { location: store, apiKey, retrySeconds } = place;
      opened.push(
        await openKnowledgeBases({
          store,
          names,
          encoders,
          settings: { fusion },
          onBuild,
          ...(apiKey && { apiKey }),
          ...(retrySeconds !== undefined && { retrySeconds }),
        }),
      );
    }
    const knowledgeBases = opened.flatMap((store) => store.knowledgeBases);
    if (knowledgeBases.length === 0) {
      throw userError(
        'no-knowledge-bases',
        `store ${settings.store ?? ''}: it is empty; fill it with r1-router ingest`,
      );
    }
    return { knowledgeBases, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Directories of the configuration are relative to its file. */
function encoderNames({ encoder }: KnowledgeBaseSettings, { config, directory }: LoadedConfig): EncoderNames {
  const placed = Object.entries(config.encoders ?? {}).map(([kind, name]) => {
    const path = resolve(directory, name);
    return [kind, existsSync(path) ? path : name];
  });
  return { ...Object.fromEntries(placed), ...(encoder !== undefined && { text: encoder }) };
}

interface StoreGroup {
  place: StorePlace;
  /** Undefined: all that the store has. */
  names?: string[];
}

function groupByStore({ knowledgeBases, store }: KnowledgeBaseSettings, loaded: LoadedConfig): StoreGroup[] {
  const names = knowledgeBases && [...new Set(knowledgeBases)];
  if (store !== undefined) return [{ place: { location: store }, names }];
  const { config } = loaded;
  const declared = config.knowledgeBases ?? [];
  const wanted = names?.map((name) => declared.find((entry) => entry.name === name) ?? { name }) ?? declared;
  if (wanted.length === 0) return [{ place: storePlace(config.store, loaded) }];
  const groups = new Map<string | undefined, string[]>();
  for (const { name, store: own = config.store } of wanted as { name: string; store?: string }[]) {
    groups.set(own, [...(groups.get(own) ?? []), name]);
  }
  return [...groups].map(([own, members]) => ({ place: storePlace(own, loaded), names: members }));
}

/** Whether only the atlas that ships is asked: its questions are what the demonstration's policy and reader were made for. */
export function isAtlas(settings: KnowledgeBaseSettings, loaded: LoadedConfig): boolean {
  return groupByStore(settings, loaded).every(({ place }) => place.location === undefined);
}
