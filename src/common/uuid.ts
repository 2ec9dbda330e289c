/** Ids that follow from other ids: UUIDv5 (RFC 9562), by the hash function of the platform. */
import { hash } from 'node:crypto';

/** The UUIDv5 of a name in a namespace, which is a UUID itself. */
export function uuidv5(name: string, namespace: string): string {
  const given = Buffer.from(namespace.replaceAll('-', ''), 'hex');
  if (given.length !== 16) throw new TypeError(`uuidv5: the namespace "${namespace}" is no UUID`);
  const digest = hash('sha1', Buffer.concat([given, Buffer.from(name)]), 'buffer');
  digest[6] = (digest[6]! & 0x0f) | 0x50;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  const hex = digest.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
