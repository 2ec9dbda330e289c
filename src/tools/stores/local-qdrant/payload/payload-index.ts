/** The settings of a payload index. */
import type { PayloadIndex } from '../collection-config.ts';
import { badRequest } from '../errors.ts';
import { checkTextIndex } from '../filter/tokenize.ts';

const INDEX_TYPES = ['keyword', 'integer', 'float', 'geo', 'text', 'bool', 'datetime', 'uuid'];

export function readPayloadIndex(schema: unknown): PayloadIndex {
  const params = typeof schema === 'string' ? { type: schema } : (schema as Record<string, unknown> | null | undefined);
  const type = params?.type;
  if (!params || typeof type !== 'string' || !INDEX_TYPES.includes(type)) {
    throw badRequest(`field_schema must be one of ${INDEX_TYPES.join(', ')} or an object with such a type`);
  }
  if (type === 'text') checkTextIndex(params);
  return { type, params };
}
