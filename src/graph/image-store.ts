/**
 * Where the images of questions wait while a run goes on. Graph state, records and traces hold only the hash; whoever needs
 * the pixels (an image search, a chat model that sees) asks the store for them.
 */
import { sha256 } from '../common/content-hash.ts';
import { userError } from '../common/errors.ts';
import type { QueryImage } from '../tools/knowledge-base.ts';

export interface ImageStore {
  /** Keeps the bytes of an encoded image file and returns their lower-case hex SHA-256. */
  put(bytes: Uint8Array): Promise<string>;
  get(hash: string): Promise<QueryImage | undefined>;
}

/**
 * Images in memory. Beyond `maximumBytes` (default 256 MB) the longest unused are forgotten; a question whose image was
 * forgotten before its run began fails with `unknown-image`.
 */
export function memoryImageStore({ maximumBytes = 256 * 1024 * 1024 }: { maximumBytes?: number } = {}): ImageStore {
  const images = new Map<string, Uint8Array>(); // in order of last use
  let total = 0;
  return {
    async put(bytes) {
      if (bytes.length > maximumBytes) {
        throw userError(
          'image-too-large',
          `image: ${bytes.length} bytes are more than the store keeps (${maximumBytes}); send a smaller image`,
        );
      }
      const hash = sha256(bytes);
      // The bytes that are held stay: what was worked out for them, such as the views of a search, is known by them.
      const held = images.get(hash) ?? bytes;
      if (!images.has(hash)) total += bytes.length;
      images.delete(hash);
      images.set(hash, held);
      for (const [oldest, { length }] of images) {
        if (total <= maximumBytes) break;
        images.delete(oldest);
        total -= length;
      }
      return hash;
    },
    async get(hash) {
      const bytes = images.get(hash);
      if (!bytes) return undefined;
      images.delete(hash);
      images.set(hash, bytes);
      return { hash, bytes };
    },
  };
}
