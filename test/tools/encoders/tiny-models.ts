/**
 * Models of a few bytes in the layout of real exports, served over HTTP by the tests: words are one-hot in a table, so that what
 * comes out can be said in advance.
 */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeOnnxModel, type OnnxNode } from '../../../src/engine/onnx-model.ts';

export const VOCABULARY = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'red', 'blue', 'green'];

export const TOKENIZER = JSON.stringify({
  version: '1.0',
  added_tokens: VOCABULARY.slice(0, 4).map((content, id) => ({
    id,
    content,
    special: true,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
  })),
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [special('[CLS]', 0), sequence('A', 0), special('[SEP]', 0)],
    pair: [special('[CLS]', 0), sequence('A', 0), special('[SEP]', 0), sequence('B', 1), special('[SEP]', 1)],
    special_tokens: Object.fromEntries(
      ['[CLS]', '[SEP]'].map((token) => [token, { id: token, ids: [VOCABULARY.indexOf(token)], tokens: [token] }]),
    ),
  },
  decoder: null,
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(VOCABULARY.map((word, id) => [word, id])),
  },
});

function special(id: string, type: number) {
  return { SpecialToken: { id, type_id: type } };
}
function sequence(id: string, type: number) {
  return { Sequence: { id, type_id: type } };
}

const float = (values: readonly number[]) => new Uint8Array(Float32Array.from(values).buffer);
const int64 = (values: readonly number[]) => new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
const node = (
  operator: string,
  inputs: string[],
  output: string,
  attributes: OnnxNode['attributes'] = {},
): OnnxNode => ({
  operator,
  domain: '',
  inputs,
  outputs: [output],
  attributes,
});

/** Looks every token up in a table of `width` columns, and reduces over the tokens if asked to. */
function lookup(table: number[][], output: string, reduce?: 'ReduceMax' | 'ReduceSum'): Uint8Array {
  const width = table[0]!.length;
  return encodeOnnxModel({
    name: 'lookup',
    nodes: [
      node('Gather', ['table', 'input_ids'], reduce ? 'tokens' : output),
      ...(reduce ? [node(reduce, ['tokens', 'axis'], output, { keepdims: 0 })] : []),
    ],
    inputs: [{ name: 'input_ids', type: 'int64', shape: [-1, -1] }],
    outputs: [{ name: output, type: 'float32', shape: reduce ? [-1, width] : [-1, -1, width] }],
    initializers: [
      { name: 'table', type: 'float32', shape: [table.length, width], data: float(table.flat()) },
      { name: 'axis', type: 'int64', shape: [1], data: int64([1]) },
    ],
  });
}

const oneHot = (words: readonly string[]) => VOCABULARY.map((word) => words.map((other) => (word === other ? 1 : 0)));

/** Columns: red, blue, green, [CLS], [PAD]. */
export const textModel = () => lookup(oneHot(['red', 'blue', 'green', '[CLS]', '[PAD]']), 'last_hidden_state');
/** The logit is 1 with a red token, else 0. */
export const rerankerModel = () => lookup(oneHot(['red']), 'logits', 'ReduceMax');
export const clipTextModel = () => lookup(oneHot(['red', 'green', 'blue']), 'text_embeds', 'ReduceSum');
/** The mean of each colour channel. */
export const clipVisionModel = () =>
  encodeOnnxModel({
    name: 'vision',
    nodes: [node('ReduceMean', ['pixel_values', 'axes'], 'image_embeds', { keepdims: 0 })],
    inputs: [{ name: 'pixel_values', type: 'float32', shape: [-1, 3, -1, -1] }],
    outputs: [{ name: 'image_embeds', type: 'float32', shape: [-1, 3] }],
    initializers: [{ name: 'axes', type: 'int64', shape: [2], data: int64([2, 3]) }],
  });

export interface ModelServer {
  url: string;
  /** `METHOD path range` of every request. */
  requests: string[];
  /** How the next responses misbehave; shifted off one by one. */
  faults: ('cut' | 'damage' | 'error')[];
  close(): Promise<void>;
}

/** Serves files by their path in the repository, ranges included, like the hub: ETag is the SHA-256. */
export async function serveModels(files: Record<string, Uint8Array | string>): Promise<ModelServer> {
  const requests: string[] = [];
  const faults: ModelServer['faults'] = [];
  const server: Server = createServer((request, response) => {
    const range = request.headers.range;
    requests.push(`${request.url}${range ? ` ${range}` : ''}`);
    const body = files[decodeURIComponent(request.url ?? '')];
    const fault = faults.shift();
    if (fault === 'error') return void response.writeHead(503).end();
    if (body === undefined) return void response.writeHead(404).end();
    const whole = Buffer.from(body as Uint8Array);
    const start = range ? Number(/bytes=(\d+)-/.exec(range)![1]) : 0;
    if (start >= whole.length && start > 0) return void response.writeHead(416).end();
    const part = Buffer.from(whole.subarray(start));
    response.writeHead(range ? 206 : 200, {
      'content-length': part.length,
      etag: `"${createHash('sha256').update(whole).digest('hex')}"`,
    });
    if (fault === 'damage') part[part.length - 1]! ^= 1;
    if (fault === 'cut') {
      // Late enough for the first half to be written down by a slow client.
      response.write(part.subarray(0, Math.ceil(part.length / 2)), () => setTimeout(() => response.destroy(), 300));
      return;
    }
    response.end(part);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    faults,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
