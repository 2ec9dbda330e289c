/**
 * Creates and fills the collections of a server from an embedded store:
 *
 *   QDRANT_API_KEY=... npx node qdrant/fill.ts --from STORE_DIRECTORY --to http://localhost:6333
 *       [--shards 3] [--replicas 2] [--quantize] [--overwrite] [--collection NAME]...
 *
 * It looks at the server first, and can be run again (with --overwrite) after a failure.
 */
import { parseArgs } from 'node:util';
import { messageOf } from '../src/common/errors.ts';
import { copyStore } from '../src/tools/stores/copy-store.ts';
import { openLocalQdrant } from '../src/tools/stores/local-qdrant/index.ts';
import { checkQdrant, openQdrant } from '../src/tools/stores/qdrant/index.ts';

const USAGE =
  'usage: npx node qdrant/fill.ts --from DIRECTORY --to URL [--shards N] [--replicas N] [--quantize] [--overwrite] [--collection NAME]...';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      from: { type: 'string' },
      to: { type: 'string' },
      shards: { type: 'string' },
      replicas: { type: 'string' },
      quantize: { type: 'boolean', default: false },
      overwrite: { type: 'boolean', default: false },
      collection: { type: 'string', multiple: true },
    },
  });
  const { from, to } = values;
  if (!from || !to) throw new Error(USAGE);
  const apiKey = process.env.QDRANT_API_KEY;
  const report = await checkQdrant({ url: to, ...(apiKey ? { apiKey } : {}) });
  for (const { level, message, fix } of report.findings) {
    if (level !== 'ok') console.error(`${level}: ${message}${fix ? `; ${fix}` : ''}`);
  }
  if (!report.ok) return 2;
  const source = await openLocalQdrant({ location: from, readOnly: true });
  try {
    const copied = await copyStore(source, await openQdrant({ url: to, ...(apiKey ? { apiKey } : {}) }), {
      ...(values.shards ? { shards: wholeNumber('shards', values.shards) } : {}),
      ...(values.replicas ? { replicas: wholeNumber('replicas', values.replicas) } : {}),
      ...(values.collection ? { collections: values.collection } : {}),
      quantization: values.quantize,
      overwrite: values.overwrite,
      onProgress: ({ collection, written, total }) => console.error(`${collection}: ${written} of ${total}`),
    });
    console.log(`${copied} points copied to ${to}`);
    return 0;
  } finally {
    await source.close();
  }
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new Error(`--${name}: "${text}" is not a whole number of at least 1`);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(messageOf(error));
    process.exitCode = 2;
  },
);
