/**
 * Replays recorded conversations with a Qdrant server on LocalQdrant: a line for each answer that differs, the count last.
 *
 *     node scripts/golden/replay.ts FILE.jsonl.gz [...]
 */
import { basename } from 'node:path';
import { readRecording, replayRecording } from './recording.ts';

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('usage: node scripts/golden/replay.ts FILE.jsonl.gz [...]');
  process.exit(2);
}
let same = 0;
let total = 0;
for (const file of files) {
  const exchanges = readRecording(file);
  const differences = await replayRecording(exchanges);
  for (const { exchange, difference } of differences) {
    console.log(`${basename(file)}:${exchange.seq} ${exchange.method} ${exchange.path} ${difference}`);
  }
  same += exchanges.length - differences.length;
  total += exchanges.length;
}
console.log(`${same} of ${total} the same`);
if (same < total) process.exitCode = 1;
