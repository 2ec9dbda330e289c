/** Malformed requests over every route and face, each from its number alone. */

import type { Agent } from 'node:http';
import { type IncomingHttpHeaders, request as send } from 'node:http';
import { gzipSync } from 'node:zlib';
import { keyedRandom, type Random } from '../../src/common/random.ts';

export interface FuzzedRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

const RUN_ID = '01890a5d-ac96-774b-bcce-b302099a8057';
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const BOMB = 'UklGRh4AAABXRUJQVlA4TBEAAAAvV9vVBgdQmkrUqv+BiOh/AAA=';

/** Paths with bodies that are right, to be spoilt. */
const BODIES: readonly [string, unknown][] = [
  ['/v1/ask', { question: 'How many?', seed: 7, maxSteps: 2, runId: RUN_ID, includeTrace: true, resumable: false }],
  ['/v1/ask', { question: 'What is this?', image: `data:image/png;base64,${PNG}`, threadId: 'a', policy: 'none' }],
  ['/v1/search', { knowledgeBase: 'Texts', text: 'first', limit: 3 }],
  [`/v1/runs/${RUN_ID}/feedback`, { score: 1, comment: 'right' }],
  [
    '/v1/chat/completions',
    {
      model: 'r1-router',
      messages: [
        { role: 'system', content: 'x' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'How many?' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } },
          ],
        },
      ],
      stream: true,
      stream_options: { include_usage: true },
    },
  ],
  [
    '/mcp',
    {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'ask', arguments: { question: 'How many?' }, _meta: { progressToken: 1 } },
    },
  ],
  [
    '/mcp',
    {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
    },
  ],
];
const PATHS = [
  '/',
  '/healthz',
  '/readyz',
  '/metrics',
  '/openapi.json',
  '/docs',
  '/v1',
  '/v1/runs',
  `/v1/runs/${RUN_ID}`,
  `/v1/runs/${RUN_ID}/events`,
  '/v1/knowledge-bases',
  '/v1/knowledge-bases/Texts/images/a.png',
  '/v1/models',
  '/v1/models/r1-router',
  '/v1/images/00',
  '/v1/documents?knowledgeBase=Texts',
  '/nothing',
  '/mcp',
];
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'];
const TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'application/json; charset=utf-16',
  'text/plain',
  'multipart/form-data',
  'multipart/form-data; boundary=x',
  'multipart/form-data; boundary=',
  'application/x-www-form-urlencoded',
  '',
  'a/b/c; =;',
  'image/png',
];
const ACCEPTS = [
  '*/*',
  'application/json',
  'text/event-stream',
  'application/json, text/event-stream',
  'text/html',
  '',
  ';;;',
  'q=1',
];
const NASTY: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  -0,
  1.5,
  2 ** 53,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\u202e',
  'a'.repeat(9_000),
  '../../etc/passwd',
  '__proto__',
  'constructor',
  '%00',
  '{{7*7}}',
  "'; DROP TABLE x; --",
  '<script>',
  [],
  {},
  [[]],
  [null],
  { a: 1 },
  { toString: 1 },
  { length: -1 },
  '😀'.repeat(50),
  `data:image/webp;base64,${BOMB}`,
  'data:image/png;base64,',
  'data:image/svg+xml;base64,PHN2Zy8+',
  'http://169.254.169.254/',
  '\r\nX: y',
  RUN_ID,
];

export function fuzzedRequest(number: number): FuzzedRequest {
  const random = keyedRandom('fuzz', number);
  const headers: Record<string, string> = {};
  const hasBody = random.next() < 0.7;
  const [path, right] = hasBody ? random.pick(BODIES) : [random.pick(PATHS), undefined];
  const method = random.next() < 0.9 ? (hasBody ? 'POST' : 'GET') : random.pick(METHODS);
  if (random.next() < 0.9) headers['content-type'] = random.next() < 0.8 ? 'application/json' : random.pick(TYPES);
  if (random.next() < 0.8) headers.accept = path === '/mcp' && random.next() < 0.8 ? ACCEPTS[3]! : random.pick(ACCEPTS);
  if (random.next() < 0.1)
    headers['last-event-id'] = random.pick([RUN_ID, 'x', '', 'é'.repeat(100), '0'.repeat(2_000)]);
  if (random.next() < 0.1) headers['x-request-id'] = random.pick(['ok-1', 'a b', '<x>', 'x'.repeat(500)]);
  if (random.next() < 0.05)
    headers.authorization = random.pick(['Bearer', 'Bearer x', 'Basic eDp5', 'Bearer  a  b', 'é']);
  if (random.next() < 0.05)
    headers['mcp-protocol-version'] = random.pick(['1999-01-01', '2025-06-18', '', 'x'.repeat(200)]);
  if (random.next() < 0.03) headers.origin = random.pick(['null', 'http://evil.example', 'http://', 'x']);
  if (random.next() < 0.02) headers.host = random.pick(['evil.example', 'localhost:1', '[::1]', '127.0.0.1', '']);
  let body = bodyOf(right, random);
  if (random.next() < 0.08) {
    headers['content-encoding'] = random.pick(['gzip', 'deflate', 'br', 'identity', 'zip', 'gzip, gzip']);
    if (random.next() < 0.6) body = gzipSync(body);
  }
  return { method, path: spoiltPath(path, random), headers: latin(headers), body };
}

/** What a header may hold at all; the rest never leaves the client. */
function latin(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replace(/[^\t\x20-\x7e\x80-\xff]/g, '')]),
  );
}

function spoiltPath(path: string, random: Random): string {
  const roll = random.next();
  if (roll > 0.12) return path;
  const extra = random.pick([
    '/',
    '//',
    '/..',
    '/%2e%2e/%2e%2e/etc/passwd',
    '%',
    '%E0%A4%A',
    '?',
    '?a[]=1&a[b]=2',
    '%00',
    ';x=y',
    '/*',
    `/${'a'.repeat(3_000)}`,
    '?knowledgeBase[x]=1',
    '?__proto__[x]=1',
  ]);
  return `${path}${extra}`;
}

function bodyOf(right: unknown, random: Random): Buffer {
  if (right === undefined) return random.next() < 0.9 ? Buffer.alloc(0) : randomBytes(random);
  const roll = random.next();
  if (roll < 0.06) return randomBytes(random);
  if (roll < 0.09) return Buffer.from(random.pick(['[', '{"a":'] as const).repeat(random.below(50_000)));
  if (roll < 0.11) return Buffer.from(`{"question":[${'1,'.repeat(random.below(60_000))}1]}`);
  if (roll < 0.14) return Buffer.from(multipart(random));
  let spoilt: unknown = structuredClone(right);
  for (let times = random.below(3); times >= 0; times--) spoilt = spoil(spoilt, random);
  const text = JSON.stringify(spoilt) ?? '';
  if (roll < 0.25) return Buffer.from(text).subarray(0, random.below(text.length + 1));
  return Buffer.from(text);
}

function randomBytes(random: Random): Buffer {
  return Buffer.from(Array.from({ length: random.below(200) }, () => random.below(256)));
}

function multipart(random: Random): string {
  const part = () => {
    const name = random.pick(['question', 'image', 'seed', '__proto__', '', 'a"b']);
    const file = random.pick(['', '; filename="a.png"', '; filename="../../x"', '; filename=']);
    return `--x\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${JSON.stringify(random.pick(NASTY))}\r\n`;
  };
  return `${Array.from({ length: random.below(25) }, part).join('')}${random.next() < 0.8 ? '--x--\r\n' : ''}`;
}

/** One place of the value becomes another, goes, or is joined by one that does not belong there. */
function spoil(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.next() < 0.1) return random.pick(NASTY);
  if (Array.isArray(value)) {
    const at = random.below(value.length + 1);
    return value.toSpliced(at, 1, spoil(value[at], random));
  }
  const entries = Object.entries(value);
  if (random.next() < 0.15)
    return Object.fromEntries([
      ...entries,
      [random.pick(['x', '__proto__', 'sead', 'constructor', '']), random.pick(NASTY)],
    ]);
  if (entries.length === 0) return random.pick(NASTY);
  const [key, inner] = random.pick(entries);
  if (random.next() < 0.1) return Object.fromEntries(entries.filter(([name]) => name !== key));
  return { ...value, [key]: spoil(inner, random) };
}

export interface FuzzReply {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Rejects where the line breaks. */
export function sendRequest(
  url: string,
  { method, path, headers, body }: FuzzedRequest,
  agent: Agent,
): Promise<FuzzReply> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const length = body.length > 0 || method === 'POST' ? { 'content-length': String(body.length) } : {};
    const options = {
      hostname,
      port,
      method,
      path: encodeURI(path).replaceAll('%25', '%'),
      headers: { ...headers, ...length },
      agent,
    };
    const request = send(options, async (response) => {
      let text = '';
      response.setEncoding('utf8');
      try {
        for await (const chunk of response) text += chunk;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      } catch (error) {
        reject(error);
      }
    });
    request.on('error', reject);
    request.end(body);
  });
}
