/** The body of a question: a JSON object, or a form whose field `image` is a picture file. */
import type { Request, RequestHandler } from 'express';
import { userError } from '../../common/errors.ts';
import { type BodyLimits, checkCharset, parseJson, readBody } from '../admission/body.ts';
import { HttpError } from '../error-reply.ts';
import { contextOf } from '../request-context.ts';

/** Middleware: what `AskRequestSchema` is to check, in `request.body`. */
export function readAskBody(limits: BodyLimits): RequestHandler {
  return async (request, response, next) => {
    const isForm = request.is('multipart/form-data');
    if (!isForm && !request.is('application/json')) {
      const message = 'Content-Type: send the body as application/json, or as multipart/form-data with a picture';
      throw new HttpError({ status: 415, code: 'unsupported-media-type', message });
    }
    if (!isForm) checkCharset(request);
    const context = contextOf(response);
    const { bytes, release } = await readBody(request, limits, context.signal);
    context.releaseBody = release;
    request.body = isForm ? await readForm(request, bytes) : parseJson(bytes);
    next();
  };
}

const PARTS_AT_MOST = 20;
/** Fields of a form are texts; these stand for something else. */
const READ_AS: Readonly<Record<string, (text: string) => unknown>> = {
  maxSteps: numberOf,
  seed: numberOf,
  includeTrace: truthOf,
  resumable: truthOf,
};

async function readForm(request: Request, bytes: Buffer): Promise<Record<string, unknown>> {
  const type = request.get('content-type') ?? '';
  const [, quoted, plain] = /boundary=(?:"([^"]{1,70})"|([^\s;]{1,70}))/i.exec(type) ?? [];
  const boundary = quoted ?? plain;
  const malformed = {
    status: 400,
    code: 'malformed-body',
    message: 'body: not valid multipart/form-data; send it again',
  };
  if (boundary === undefined) throw new HttpError(malformed);
  let parts = 0;
  for (let at = bytes.indexOf(`--${boundary}`); at >= 0; at = bytes.indexOf(`--${boundary}`, at + 2)) {
    if (++parts > PARTS_AT_MOST + 1)
      throw new HttpError({ ...malformed, message: `body: more than ${PARTS_AT_MOST} parts; send fewer` });
  }
  const form = await new Response(new Uint8Array(bytes), { headers: { 'Content-Type': type } }).formData().catch(() => {
    throw new HttpError(malformed);
  });
  const fields: Record<string, unknown> = Object.create(null);
  for (const [name, value] of form) {
    if (name in fields) throw userError('invalid-request', `${name.slice(0, 100)}: given twice; send one`);
    fields[name] =
      typeof value === 'string'
        ? Object.hasOwn(READ_AS, name)
          ? READ_AS[name]!(value)
          : value
        : await dataUrlOf(name, value);
  }
  return { ...fields };
}

async function dataUrlOf(name: string, file: Blob): Promise<string> {
  if (name !== 'image') throw userError('invalid-request', `${name.slice(0, 100)}: a file; only image may be one`);
  const bytes = Buffer.from(await file.arrayBuffer());
  // What it is is told from its bytes later on, never from what the client calls it.
  return `data:image/png;base64,${bytes.toString('base64')}`;
}

function numberOf(text: string): unknown {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

function truthOf(text: string): unknown {
  return text === 'true' ? true : text === 'false' ? false : text;
}
