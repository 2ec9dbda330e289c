/** A local receiver of OTLP over HTTP: takes POST /v1/traces as protobuf and decodes the spans, by the numbers of the fields. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PbfReader } from 'pbf';
import { readBody } from '../openai-server.ts';

export interface SunkSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  attributes: Record<string, unknown>;
  /** 0 unset, 1 fine, 2 failed. */
  status: number;
  resource: Record<string, unknown>;
}

export async function startOtlpSink({ status = 200 }: { status?: number } = {}) {
  const spans: SunkSpan[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const bodies: Buffer[] = [];
  const server = createServer(async (request, response) => {
    const body = await readBody(request);
    response.statusCode = request.method === 'POST' && request.url?.endsWith('/v1/traces') ? status : 404;
    if (response.statusCode === 200) {
      headers.push(request.headers);
      bodies.push(body);
      if (request.headers['content-type'] === 'application/x-protobuf') spans.push(...spansOf(body));
    }
    response.setHeader('content-type', 'application/x-protobuf').end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    headers,
    bodies,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

type Attributes = Record<string, unknown>;

/** ExportTraceServiceRequest > ResourceSpans (1: Resource, 2: ScopeSpans) > Span. */
function spansOf(body: Buffer): SunkSpan[] {
  const spans: SunkSpan[] = [];
  message(new PbfReader(body), {
    1: (resourceSpans) => {
      const resource: Attributes = {};
      message(resourceSpans, {
        1: (pbf) => message(pbf, { 1: (pair) => addPair(resource, pair) }),
        2: (scopeSpans) => message(scopeSpans, { 2: (pbf) => spans.push(spanOf(pbf, resource)) }),
      });
    },
  });
  return spans;
}

function spanOf(pbf: PbfReader, resource: Attributes): SunkSpan {
  const span = {
    traceId: '',
    spanId: '',
    parentSpanId: '',
    name: '',
    attributes: {} as Attributes,
    status: 0,
    resource,
  };
  message(pbf, {
    1: () => (span.traceId = hex(pbf)),
    2: () => (span.spanId = hex(pbf)),
    4: () => (span.parentSpanId = hex(pbf)),
    5: () => (span.name = pbf.readString()),
    9: () => addPair(span.attributes, pbf),
    15: () => message(pbf, { 3: () => (span.status = pbf.readVarint()) }),
  });
  return span;
}

const hex = (pbf: PbfReader) => Buffer.from(pbf.readBytes()).toString('hex');

/** The fields of an embedded message, or of the whole at the start. */
function message(pbf: PbfReader, fields: Record<number, (pbf: PbfReader) => unknown>): void {
  const read = (tag: number) => void fields[tag]?.(pbf);
  if (pbf.pos === 0) pbf.readFields(read, undefined);
  else pbf.readMessage(read, undefined);
}

/** KeyValue (1: key, 2: AnyValue). */
function addPair(attributes: Attributes, pbf: PbfReader): void {
  let key = '';
  let value: unknown;
  message(pbf, {
    1: () => (key = pbf.readString()),
    2: () => {
      value = anyValue(pbf);
    },
  });
  attributes[key] = value;
}

/** AnyValue (1: text, 2: truth, 3: whole number, 4: number, 5: list). */
function anyValue(pbf: PbfReader): unknown {
  let value: unknown;
  message(pbf, {
    1: () => (value = pbf.readString()),
    2: () => (value = pbf.readBoolean()),
    3: () => (value = pbf.readVarint(true)),
    4: () => (value = pbf.readDouble()),
    5: () => {
      const list: unknown[] = [];
      message(pbf, { 1: () => list.push(anyValue(pbf)) });
      value = list;
    },
  });
  return value;
}
