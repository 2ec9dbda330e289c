/** What `doctor` looks at, a section each. Whatever one of them throws is a finding, and the others are looked at all the same. */
import { isR1RouterError, messageOf } from '../../common/errors.ts';
import { type LoadedConfig, loadConfig } from '../../config/load.ts';
import type { Finding } from '../../tools/stores/qdrant/check.ts';
import type { StoreFlags } from '../run-options.ts';
import { cacheFindings } from './caches.ts';
import { modelFindings } from './models.ts';
import { nodeFindings } from './node.ts';
import { serverFindings } from './server.ts';
import { configuredStoreFindings } from './store.ts';

interface Section {
  title: string;
  findings: Finding[];
}

export async function examine(flags: StoreFlags): Promise<Section[]> {
  const configuration = await configurationOf(flags);
  const loaded = configuration.loaded ?? { config: {}, directory: process.cwd() };
  return [
    { title: 'node', findings: await guarded(() => nodeFindings()) },
    { title: 'configuration', findings: configuration.findings },
    { title: 'store', findings: await guarded(() => configuredStoreFindings(flags, loaded)) },
    { title: 'models', findings: await guarded(() => modelFindings(loaded)) },
    { title: 'server', findings: await guarded(() => serverFindings(loaded)) },
    { title: 'caches', findings: await guarded(() => cacheFindings()) },
  ];
}

async function configurationOf({ config: file }: StoreFlags): Promise<{ loaded?: LoadedConfig; findings: Finding[] }> {
  try {
    const loaded = await loadConfig({ file });
    const message =
      loaded.file === undefined ? 'no configuration file; flags and defaults hold' : `${loaded.file} is valid`;
    const fix = loaded.file === undefined ? { fix: 'r1-router init writes one' } : {};
    return { loaded, findings: [{ level: 'ok', code: 'configuration', message, ...fix }] };
  } catch (error) {
    return { findings: [asFinding(error)] };
  }
}

async function guarded(look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    return [asFinding(error)];
  }
}

const asFinding = (error: unknown): Finding => ({
  level: 'error',
  code: isR1RouterError(error) ? error.code : 'failed',
  message: messageOf(error),
});
