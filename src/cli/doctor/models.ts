/** The language models of the configuration: is each there? And those that could be had without any. */

import { isR1RouterError, messageOf } from '../../common/errors.ts';
import { importOptional } from '../../common/import-optional.ts';
import type { LoadedConfig } from '../../config/load.ts';
import { createChatModel, packageOf } from '../../config/models.ts';
import type { ModelConfig } from '../../config/schema.ts';
import { isGgufName } from '../../graph/chat-model/local/engine.ts';
import type { Finding } from '../../tools/stores/qdrant/check.ts';
import { findModels } from '../init/find-models.ts';

export async function modelFindings({ config: { models = {} }, directory }: LoadedConfig): Promise<Finding[]> {
  const given = Object.entries(models).filter((entry): entry is [string, ModelConfig] => entry[1] !== undefined);
  const findings = await Promise.all(given.map(([role, model]) => modelFinding(role, model, directory)));
  const found = await findModels();
  const names = found.map(({ model }) => model);
  const shown = names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
  findings.push(
    names.length > 0
      ? { level: 'ok', code: 'models-found', message: `models on this machine: ${shown}` }
      : {
          level: 'ok',
          code: 'models-found',
          message: 'no Ollama, no server of OpenAI’s API and no GGUF file found here; none is needed',
          fix: 'to have answers in sentences, start one and name it with --model',
        },
  );
  return findings;
}

async function modelFinding(role: string, config: ModelConfig, directory: string): Promise<Finding> {
  const name = typeof config === 'string' ? config : config.model;
  const code = `model-${role}`;
  const needed = packageOf(name);
  if (needed !== undefined && (await importOptional(needed)) === undefined) {
    const message = `${role}: ${name}, but the package ${needed} is not installed`;
    return { level: 'error', code, message, fix: `npm install ${needed}` };
  }
  // A file of gigabytes is not loaded to look at it.
  if (isGgufName(name)) return { level: 'ok', code, message: `${role}: ${name}` };
  try {
    await createChatModel(config, { directory });
    return { level: 'ok', code, message: `${role}: ${name} can be asked` };
  } catch (error) {
    return {
      level: 'error',
      code: isR1RouterError(error) ? error.code : code,
      message: `${role}: ${messageOf(error)}`,
    };
  }
}
