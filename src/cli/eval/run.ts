/** `r1-router eval run`: questions, methods and a folder, then the runner and the report. */
import { join } from 'node:path';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { userError } from '../../common/errors.ts';
import { openConfiguredKnowledgeBases } from '../../config/knowledge-bases.ts';
import { runContext } from '../../config/open-router.ts';
import type { ModelSettings } from '../../config/router-parts.ts';
import { routerParts } from '../../config/router-parts.ts';
import { startProgress } from '../../eval/runner/progress.ts';
import { ResponseCache } from '../../eval/runner/response-cache.ts';
import { describeEvaluation, type RunEvaluationOptions, runEvaluation } from '../../eval/runner/run-evaluation.ts';
import { selectQuestions } from '../../eval/runner/sample.ts';
import { memoryImageStore } from '../../graph/image-store.ts';
import { atlasDirectory } from '../../tools/open/atlas.ts';
import { tellBuild } from '../ask.ts';
import { readSettings, type StoreFlags } from '../run-options.ts';
import { type DatasetFlags, namedDataset } from './dataset.ts';
import { documentLookup } from './documents.ts';
import { type ReportFlags, showReport } from './show.ts';

export interface EvalRunFlags extends DatasetFlags, StoreFlags, ReportFlags, ModelSettings {
  method?: string[];
  compare?: string[];
  seed?: number[];
  limit?: number;
  sample?: number;
  concurrency: number;
  maxSteps?: number;
  regret: boolean;
  cache?: string;
  out?: string;
  /** Name of a dataset of LangSmith. */
  langsmith?: string;
}

const DEFAULT_FOLDER = join('runs', 'eval');

export async function evalRun(flags: EvalRunFlags, signal: AbortSignal): Promise<void> {
  const names = [...(flags.method ?? []), ...(flags.compare ?? [])];
  if (names.includes('list')) {
    const { listMethods } = await import('./methods.ts');
    process.stdout.write(listMethods());
    return;
  }
  if (flags.compare?.length === 1)
    throw userError('invalid-option', '--compare: name at least two methods, e.g. --compare probe all-once');
  const { seed: seeds = [0], maxSteps, concurrency } = flags;
  if (flags.cache !== undefined && seeds.length > 1) {
    throw userError('invalid-option', '--cache: would give every seed the same replies; use one --seed with it');
  }
  const full = await namedDataset(flags);
  const questions = selectQuestions(full.questions, { limit: flags.limit, sample: flags.sample, seed: seeds[0] });
  const imagesMissing = questions.filter(({ id }) => full.imageless.has(id)).length;
  const dataset = { ...full, questions, imagesMissing };
  const { settings, loaded } = await readSettings({ ...flags, seed: undefined });
  const { cache } = flags;
  const prepare =
    cache === undefined
      ? undefined
      : (model: BaseChatModel) => {
          model.cache = new ResponseCache({ folder: cache });
        };
  const maker = routerParts(settings, loaded, { prepare });
  const { knowledgeBases, close } = await openConfiguredKnowledgeBases(settings, loaded, { onBuild: tellBuild });
  try {
    const { createEvaluationMethods } = await import('./methods.ts');
    const images = memoryImageStore();
    const methods = await createEvaluationMethods(names.length > 0 ? names : ['probe'], {
      knowledgeBases,
      images,
      maker,
      context: runContext({ maxSteps }, loaded.config),
    });
    if (flags.langsmith !== undefined) {
      const { evalOnLangsmith } = await import('./langsmith.ts');
      return await evalOnLangsmith(methods, { ...flags, langsmith: flags.langsmith, dataset, images, seeds, signal });
    }
    const options: Omit<RunEvaluationOptions, 'folder'> = {
      dataset,
      methods,
      seeds,
      concurrency,
      maxSteps,
      images,
      ...(flags.regret && { counterfactual: { knowledgeBases } }),
      signal,
      onStart: (total, already) => startProgress({ label: `eval ${dataset.name}`, total, already }),
    };
    const folder =
      flags.out ??
      join(
        DEFAULT_FOLDER,
        `${dataset.name.replace(/[^\w.-]+/g, '-')}-${(await describeEvaluation(options)).identity.slice(0, 8)}`,
      );
    await runEvaluation({ ...options, folder });
    const pictures =
      flags.store === undefined && loaded.config.store === undefined ? join(atlasDirectory(), 'image') : undefined;
    await showReport(folder, flags, documentLookup(knowledgeBases, pictures));
  } finally {
    await maker.close();
    await close();
  }
}
