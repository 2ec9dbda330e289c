/**
 * Real vectors for `bench.ts --vectors` and `python.ts --vectors`: the glosses of WordNet through a dense text encoder, as
 * little-endian float32. 100,060 of them take about ten minutes of two cores with a model of 22 million parameters.
 *
 *   node bench/stores/embed.ts --model DIRECTORY_OR_NAME --out FILE.f32 [--count 100060] [--threads 2]
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { modelChoice } from '../../src/tools/encoders/by-name.ts';
import { openDenseTextEncoder } from '../../src/tools/encoders/dense/text-encoder.ts';
import { glosses } from './glosses.ts';

const BATCH = 2048;
const { values: flags } = parseArgs({
  options: {
    model: { type: 'string' },
    out: { type: 'string' },
    count: { type: 'string', default: '100060' },
    threads: { type: 'string', default: '2' },
  },
});
if (!flags.model || !flags.out) throw new Error('embed: name the model with --model and the file with --out');

const encoder = await openDenseTextEncoder({ ...modelChoice(flags.model), threads: Number(flags.threads) });
const texts = glosses().slice(0, Number(flags.count));
const file = openSync(flags.out, 'w');
for (let from = 0; from < texts.length; from += BATCH) {
  const vectors = await encoder.encodeDocuments(texts.slice(from, from + BATCH));
  for (const { buffer, byteOffset, byteLength } of vectors)
    writeSync(file, new Uint8Array(buffer, byteOffset, byteLength));
  process.stderr.write(`${Math.min(texts.length, from + BATCH)} of ${texts.length}\n`);
}
closeSync(file);
console.log(`${texts.length} vectors of ${encoder.dimension} from ${encoder.id} in ${flags.out}`);
