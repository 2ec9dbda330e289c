/** The pages of a column in a row group, one after the other: their headers, checked, and their bytes when they are asked for. */
import type { PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import type { FileBytes } from './file-bytes.ts';
import { BrokenOff, structEnd } from './thrift.ts';

export interface Page {
  header: PageHeader;
  /** As they stand in the file. */
  bytes(): Uint8Array;
}

export interface ByteRange {
  start: number;
  end: number;
}

const FIRST_LOOK = 8 * 1024;

function headerAt(file: FileBytes, { start, end }: ByteRange): { header: PageHeader; end: number } {
  // Headers are small, except where they tell the least and greatest of long values.
  for (let length = FIRST_LOOK; ; length *= 8) {
    const most = Math.min(length, end - start);
    const bytes = file.read(start, most);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    try {
      const headerEnd = structEnd(view, 0);
      return { header: parquetHeader({ view, offset: 0 }), end: start + headerEnd };
    } catch (error) {
      if (!(error instanceof BrokenOff) || most === end - start) throw error;
    }
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function checked(header: PageHeader): PageHeader {
  const { data_page_header: v1, data_page_header_v2: v2, dictionary_page_header: dictionary } = header;
  const counts: unknown[] = [header.compressed_page_size, header.uncompressed_page_size];
  if (header.type === 'DATA_PAGE') counts.push(v1?.num_values);
  else if (header.type === 'DICTIONARY_PAGE') counts.push(dictionary?.num_values);
  else if (header.type === 'DATA_PAGE_V2') {
    const levels = (v2?.repetition_levels_byte_length ?? 0) + (v2?.definition_levels_byte_length ?? 0);
    counts.push(v2?.num_values, v2?.num_rows, v2?.repetition_levels_byte_length, v2?.definition_levels_byte_length);
    counts.push(header.compressed_page_size - levels, header.uncompressed_page_size - levels);
  } else if (header.type !== 'INDEX_PAGE') throw new Error('it has a page of a kind that is not known');
  if (!counts.every(isCount)) throw new Error('the header of a page is damaged');
  return header;
}

export function* pagesOf(file: FileBytes, { start, end }: ByteRange): Generator<Page> {
  // Older writers count a byte too much.
  for (let at = start; at < end - 1; ) {
    const head = headerAt(file, { start: at, end });
    const header = checked(head.header);
    const length = header.compressed_page_size;
    if (length > end - head.end) throw new Error('a page is longer than its column');
    at = head.end + length;
    if (header.type !== 'INDEX_PAGE') yield { header, bytes: () => file.read(head.end, length) };
  }
}

/** Values of a page of data, nulls and empty lists included. */
export function valuesIn({ header }: Page): number {
  return header.data_page_header?.num_values ?? header.data_page_header_v2?.num_values ?? 0;
}
