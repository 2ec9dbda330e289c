/** The steps of `r1-router init`: what to read, what becomes of it, which model, the file. */
import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { writeFileAtomic } from '../../common/atomic-file.ts';
import { userError } from '../../common/errors.ts';
import { importOptional } from '../../common/import-optional.ts';
import { parseConfig } from '../../config/load.ts';
import { packageOf } from '../../config/models.ts';
import type { RouterConfig } from '../../config/schema.ts';
import { GGUF_PREFIX, isGgufName } from '../../graph/chat-model/local/engine.ts';
import { isServerLocation } from '../../tools/open.ts';
import { DEFAULT_WORKERS, ingest } from '../ingest.ts';
import { plainLine } from '../terminal/plain-text.ts';
import { type Asker, createAsker } from './asker.ts';
import { type FoundModel, findModels } from './find-models.ts';
import { describeTitles, type PlannedKnowledgeBase, planKnowledgeBases } from './plan.ts';

export interface InitFlags {
  store: string;
  kb?: string;
  description?: string;
  model?: string;
  baseUrl?: string;
  config: string;
  force?: boolean;
  yes?: boolean;
}

export async function init(given: readonly string[], flags: InitFlags): Promise<void> {
  checkFlags(flags);
  const asker = createAsker({ silent: flags.yes });
  try {
    const sources = given.length > 0 ? given : await askSources(asker);
    const planned = await planKnowledgeBases(sources, { name: flags.kb });
    if (planned.length > 1 && flags.description !== undefined) {
      throw userError(
        'invalid-option',
        `--description: ${planned.length} knowledge bases would be made; leave it out, and set each with r1-router kb set`,
      );
    }
    const chosen = await chooseModel(asker, flags);
    for (const knowledgeBase of planned) await fill(knowledgeBase, flags, asker);
    const config = configOf(flags, planned.length > 0, chosen);
    const text = `${JSON.stringify(config, null, 2)}\n`;
    parseConfig(text, flags.config);
    await writeFileAtomic(resolve(flags.config), text);
    tellEnd(flags, planned, chosen);
    if (chosen !== undefined) await tellMissingPackage(chosen.model);
  } finally {
    asker.close();
  }
}

/** Before anything is asked or made. */
function checkFlags({ store, config, force, model, baseUrl }: InitFlags): void {
  if (existsSync(config) && !force) {
    throw userError(
      'config-exists',
      `--config: ${config} is there already; --force writes over it, or choose another name`,
    );
  }
  if (isServerLocation(store)) {
    throw userError('invalid-option', '--store: init fills a directory; for a server write the configuration by hand');
  }
  if (model !== undefined && !['none', 'auto'].includes(model) && !/^[\w-]+:./.test(model)) {
    throw userError(
      'invalid-model',
      `model "${model}": write it as provider:name, e.g. openai:gpt-4o-mini, or gguf:FILE`,
    );
  }
  if (baseUrl !== undefined && !(URL.canParse(baseUrl) && /^https?:$/.test(new URL(baseUrl).protocol))) {
    throw userError('base-url', `--base-url: "${baseUrl}" is no address; write it as http://127.0.0.1:8080/v1`);
  }
}

async function askSources(asker: Asker): Promise<string[]> {
  const written = await asker.ask('Files or folders to answer from (empty: the atlas that ships)', '');
  return written.split(/\s+/).filter(Boolean);
}

async function chooseModel(asker: Asker, { model = 'auto', baseUrl }: InitFlags): Promise<FoundModel | undefined> {
  if (model === 'none') return undefined;
  if (model !== 'auto') return { model, ...(baseUrl !== undefined && { baseUrl }), place: 'as you said' };
  const found = await findModels({ baseUrl });
  if (found.length === 0) {
    if (baseUrl !== undefined) {
      throw userError(
        'base-url',
        `--base-url: no server at ${baseUrl} says which models it has; start it, or name one with --model`,
      );
    }
    tell('No language model was found: answers are looked up, and else the evidence is shown.\n');
    return undefined;
  }
  const names = found.map((entry) => entry.model);
  const answer = await asker.choose('Language model', [...names, 'none'], names[0]!);
  return found.find((entry) => entry.model === answer);
}

async function fill(
  { name, modality, paths, files }: PlannedKnowledgeBase,
  flags: InitFlags,
  asker: Asker,
): Promise<void> {
  tell(`\n${plainLine(name)}: ${files.toLocaleString('en')} ${files === 1 ? 'file' : 'files'}\n`);
  const provisional = flags.description ?? describeTitles(modality, name, []);
  const isNew = !(await isThere(flags.store, name));
  const description = isNew ? { description: provisional } : {};
  const { store } = flags;
  await ingest(paths, { kb: name, modality, store, workers: DEFAULT_WORKERS, ...description });
  if (process.exitCode) {
    process.exitCode = undefined;
    throw userError('nothing-to-read', `${paths[0]}: nothing of it could be stored; see above`);
  }
  if (isNew && flags.description === undefined) await describe(flags.store, { name, modality }, asker);
}

async function isThere(store: string, name: string): Promise<boolean> {
  const { findKnowledgeBase } = await import('../ingest-target.ts');
  return (await findKnowledgeBase(store, name)) !== undefined;
}

const DOCUMENTS_LOOKED_AT = 50;

/** By its titles, as they are known now; on a terminal a person may say it better. */
async function describe(
  store: string,
  { name, modality }: Pick<PlannedKnowledgeBase, 'name' | 'modality'>,
  asker: Asker,
) {
  const [{ openStore, openKnowledgeBase }, { describeKnowledgeBase }] = await Promise.all([
    import('../../tools/open.ts'),
    import('../../tools/store-knowledge-base.ts'),
  ]);
  const opened = await openStore(store, { readOnly: false });
  try {
    const titles: string[] = [];
    const knowledgeBase = await openKnowledgeBase({ store: opened.store, name });
    for await (const { title = '' } of knowledgeBase.documents()) {
      titles.push(title);
      if (titles.length === DOCUMENTS_LOOKED_AT) break;
    }
    const proposed = describeTitles(modality, name, titles);
    const description = await asker.ask(`What does "${name}" know`, proposed);
    await describeKnowledgeBase(opened.store, name, { description: description.slice(0, 2000) });
    tell(`  ${plainLine(description)}\n`);
  } finally {
    await opened.close();
  }
}

function configOf({ store, config }: InitFlags, ownFiles: boolean, chosen: FoundModel | undefined): RouterConfig {
  const directory = relative(resolve(config, '..'), resolve(store)).replaceAll('\\', '/');
  const place = directory.startsWith('.') ? directory : `./${directory}`;
  const { model, baseUrl } = chosen === undefined ? {} : { ...chosen, model: modelBeside(config, chosen.model) };
  return {
    ...(ownFiles && { stores: { own: { directory: place } }, store: 'own' }),
    ...(model !== undefined && {
      models: { default: baseUrl === undefined ? { model } : { model, baseUrl } },
    }),
  };
}

/** A file is named from where the configuration lies. */
function modelBeside(config: string, model: string): string {
  if (!isGgufName(model)) return model;
  return `${GGUF_PREFIX}${relative(resolve(config, '..'), resolve(model.slice(GGUF_PREFIX.length))).replaceAll('\\', '/')}`;
}

function tellEnd(
  { config }: InitFlags,
  planned: readonly PlannedKnowledgeBase[],
  chosen: FoundModel | undefined,
): void {
  const names = planned.map(({ name }) => plainLine(name)).join(', ');
  const flag = config === 'r1-router.config.json' ? '' : ` --config ${config}`;
  process.stdout.write(
    [
      '',
      `knowledge bases  ${names || 'those of the atlas that ships'}`,
      `model            ${chosen === undefined ? 'none' : `${plainLine(chosen.model)} (${plainLine(chosen.place)})`}`,
      `configuration    ${config}`,
      '',
      `Next: r1-router chat${flag}`,
      `      r1-router ask "your question"${flag}`,
      `      r1-router serve --open${flag}`,
      '',
    ].join('\n'),
  );
}

/** The package through which the model is asked, where it is not installed yet. */
async function tellMissingPackage(model: string): Promise<void> {
  const name = packageOf(model);
  if (name === undefined || (await importOptional(name)) !== undefined) return;
  process.stdout.write(`\nBefore that: npm install ${name}\n`);
}

function tell(text: string): void {
  process.stderr.write(text);
}
