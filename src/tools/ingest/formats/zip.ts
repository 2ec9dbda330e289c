/** The files of a ZIP archive, each as large as it says at most, and all of them bounded: an archive of a few bytes may unpack to any size. */
import { unzipSync } from 'fflate';
import { userError } from '../../../common/errors.ts';

/** Of text, as pictures are left out: more than a library of books, and what a reader of it can hold in memory. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_FILES = 20_000;

/** Throws `source-too-large`, or a plain error for what is no archive. `wanted` chooses by name before anything is unpacked. */
export function unzip(bytes: Uint8Array, wanted: (name: string) => boolean = () => true): Map<string, Uint8Array> {
  let total = 0;
  let count = 0;
  const files = unzipSync(bytes, {
    filter({ name, originalSize }) {
      if (!wanted(name)) return false;
      total += originalSize;
      count++;
      if (total > MOST_BYTES || count > MOST_FILES) {
        throw userError('source-too-large', 'the archive unpacks to more than 64 MB of text or 20,000 files');
      }
      return true;
    },
  });
  return new Map(Object.entries(files));
}
