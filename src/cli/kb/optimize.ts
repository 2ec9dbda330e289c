/**
 * `kb optimize`: candidate indexes for the vectors of large knowledge bases in an embedded store. Whoever opens the store from
 * then on searches through them; deleting the directory `ann` of the store undoes it.
 */
import { userError } from '../../common/errors.ts';
import { ANN_FROM, isServerLocation } from '../../tools/open/store.ts';
import { readRegistry } from '../../tools/planner/registry.ts';
import { loadUsearch } from '../../tools/stores/local-qdrant/ann/usearch.ts';
import { openLocalQdrant } from '../../tools/stores/local-qdrant/index.ts';
import type { StoreFlags } from '../run-options.ts';
import { plainLine } from '../terminal/plain-text.ts';
import { duration } from '../terminal/run-view.ts';
import { writableLocation } from './with-store.ts';

export async function optimize(flags: StoreFlags): Promise<void> {
  const location = await writableLocation(flags);
  if (isServerLocation(location)) {
    throw userError(
      'invalid-option',
      '--store: a Qdrant server optimises by itself; name the directory of an embedded store',
    );
  }
  if (!(await loadUsearch())) {
    throw userError(
      'usearch-missing',
      'the optional package usearch is not installed; npm install usearch, with Node 22 or newer',
    );
  }
  const store = await openLocalQdrant({ location, annFrom: ANN_FROM });
  try {
    for (const { card, alias, index } of await readRegistry(store)) {
      const { count } = await store.count(alias);
      const vectors = index.dense ?? index.image;
      if (vectors === undefined || count < ANN_FROM) {
        const why =
          vectors === undefined ? 'it has no dense vectors' : `${count} passages are searched exactly as fast`;
        process.stdout.write(`${plainLine(card.name)}: left as it is, ${why}\n`);
        continue;
      }
      const start = performance.now();
      await store.optimize(alias);
      const took = duration(performance.now() - start);
      process.stdout.write(`${plainLine(card.name)}: ${count.toLocaleString('en')} passages, ready in ${took}\n`);
    }
  } finally {
    await store.close();
  }
}
