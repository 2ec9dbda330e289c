/**
 * The victim of the durability test: writes to a store without end, each operation a function of its number, and prints the number
 * once the store has acknowledged it. Run by durability.test.ts, which kills it.
 */
import { openLocalQdrant } from '../../../src/tools/stores/local-qdrant/index.ts';
import { applyOperation, COLLECTION, CONFIG } from './durability-operations.ts';

const [location, first] = process.argv.slice(2) as [string, string];
const store = await openLocalQdrant({ location });
if (!(await store.collectionExists(COLLECTION)).exists) await store.createCollection(COLLECTION, CONFIG);
process.stdout.write('ready\n');
for (let number = Number(first); ; number++) {
  await applyOperation(store, number);
  process.stdout.write(`${number}\n`);
}
