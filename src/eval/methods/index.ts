/** All methods by name. */
import { userError } from '../../common/errors.ts';
import { chainOfThought, direct } from './direct.ts';
import { ircot } from './ircot.ts';
import { iterRetGen } from './iter-retgen.ts';
import type { Method, MethodParts, MethodSettings } from './method.ts';
import { omniSearch } from './omnisearch.ts';
import { captionThenRag, ragAll, ragOne } from './rag.ts';
import {
  all,
  allOnce,
  embeddingRouting,
  fixedRouting,
  modalityClassifier,
  probe,
  r1Router,
  r1RouterScorer,
  randomRouting,
} from './routing.ts';
import { searchO1 } from './search-o1.ts';

export { embeddingRoutingPolicy } from './embedding-routing.ts';
export type { Method, MethodParts, MethodSettings } from './method.ts';

export const methods: Readonly<Record<string, Method>> = Object.fromEntries(
  [
    direct,
    chainOfThought,
    captionThenRag,
    ragOne,
    ragAll,
    iterRetGen,
    ircot,
    searchO1,
    omniSearch,
    randomRouting,
    fixedRouting,
    all,
    allOnce,
    embeddingRouting,
    modalityClassifier,
    probe,
    r1Router,
    r1RouterScorer,
  ].map((method) => [method.name, method]),
);

/**
 * `createRouterGraph({ knowledgeBases, ...buildMethod('ircot', { model }) })`. Throws `unknown-method`, or `missing-setting`
 * naming what the method cannot do without.
 */
export function buildMethod(name: string, settings: MethodSettings): MethodParts {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (!method) {
    throw userError(
      'unknown-method',
      `method "${name}" does not exist; choose one of ${Object.keys(methods).join(', ')}`,
    );
  }
  return method.build(settings);
}
