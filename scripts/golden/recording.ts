/**
 * A recorded conversation with a Qdrant server, replayed in order against a LocalQdrant. Equal means: the same status and the same
 * result, with scores within 1e-5 and the order within equal scores left open. What a server says of its own machinery (versions,
 * operation numbers, segments, usage) and the words of its errors do not count.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parseExactly } from '../../src/common/exact-json.ts';
import { type LocalQdrant, openLocalQdrant } from '../../src/tools/stores/local-qdrant/index.ts';
import { differenceOfResults } from './compare-results.ts';
import { answerRequest } from './rest-routes.ts';

/** One request and what the server answered. */
export interface RecordedExchange {
  seq: number;
  method: string;
  path: string;
  body?: unknown;
  status: number;
  response: unknown;
}

/** Reads `.jsonl` or `.jsonl.gz`; whole numbers above 2^53 stay exact, as BigInt. */
export function readRecording(file: string): RecordedExchange[] {
  const bytes = readFileSync(file);
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => parseExactly(line) as RecordedExchange);
}

export interface Difference {
  exchange: RecordedExchange;
  difference: string;
}

/** Plays all requests in order on a fresh store, and tells which answers differ. */
export async function replayRecording(exchanges: readonly RecordedExchange[]): Promise<Difference[]> {
  const store = await openLocalQdrant({ location: ':memory:', unknownFields: 'ignore' });
  try {
    const differences: Difference[] = [];
    for (const exchange of exchanges) {
      const difference = await differenceOfExchange(store, exchange);
      if (difference !== undefined) differences.push({ exchange, difference });
    }
    return differences;
  } finally {
    await store.close();
  }
}

async function differenceOfExchange(store: LocalQdrant, exchange: RecordedExchange): Promise<string | undefined> {
  const answer = await answerRequest(store, exchange);
  if (answer.status !== exchange.status) {
    return `status ${answer.status}, the server's ${exchange.status}${answer.error ? ` (${answer.error})` : ''}`;
  }
  if (exchange.status !== 200 || answer.route === 'GET /') return undefined;
  const { response } = exchange;
  const expected =
    typeof response === 'object' && response !== null && 'result' in response ? response.result : response;
  return differenceOfResults(answer.route ?? '', exchange.body, answer.result, expected);
}
