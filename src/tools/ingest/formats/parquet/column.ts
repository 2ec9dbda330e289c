/**
 * A column of a row group, read some rows at a time: one page of it is unpacked at any moment. A flat column has a value or a null a row;
 * of a nested one, rows are put together from the levels of whole pages (hyparquet).
 */
import type { DecodedArray, ParquetParsers, SchemaTree } from 'hyparquet';
import { assembleLists } from 'hyparquet/src/assemble.js';
import { convert } from 'hyparquet/src/convert.js';
import { getMaxDefinitionLevel, getMaxRepetitionLevel, isFlatColumn } from 'hyparquet/src/schema.js';
import type { Budget, FileBytes } from './file-bytes.ts';
import { type NextValues, pageValues, plainValues } from './page-values.ts';
import { type ByteRange, type Page, pagesOf, valuesIn } from './pages.ts';
import { RunLengths } from './run-lengths.ts';
import { unpack } from './unpack.ts';

type Decoder = Parameters<typeof convert>[1];

export interface Column {
  range: ByteRange;
  codec: string;
  type: Decoder['type'];
  /** From the root of the schema to the column. */
  path: SchemaTree[];
  parsers: ParquetParsers;
}

/** What a value of a nested page takes with its levels and the lists it stands in. */
const NESTED_VALUE_BYTES = 64;
const DICTIONARY_VALUE_BYTES = 16;
/** Rows passed over at a time. */
const PASSED = 2_000;

interface OpenPage {
  /** Values and nulls that are left. */
  left: number;
  definitions?: RunLengths;
  repetitions?: RunLengths;
  values: NextValues;
}

const bitsFor = (level: number): number => 32 - Math.clz32(level);

export class ColumnRows {
  readonly #column: Column;
  readonly #budget: Budget;
  readonly #pages: Iterator<Page>;
  readonly #decoder: Decoder;
  readonly #flat: boolean;
  readonly #definition: number;
  readonly #repetition: number;
  #dictionary: DecodedArray | undefined;
  #page: OpenPage | undefined;
  /** Of the budget, for the page. */
  #held = 0;
  /** Of a nested column: rows put together, the last of which the next page may go on with. */
  #rows: unknown[] = [];

  constructor(file: FileBytes, column: Column, budget: Budget) {
    this.#column = column;
    this.#budget = budget;
    this.#pages = pagesOf(file, column.range);
    this.#flat = isFlatColumn(column.path);
    this.#definition = getMaxDefinitionLevel(column.path);
    this.#repetition = getMaxRepetitionLevel(column.path);
    const { path, type, parsers } = column;
    const element = path.at(-1)!.element;
    this.#decoder = { element, schemaPath: path, type, parsers, utf8: false } as unknown as Decoder;
  }

  /** The next `count` rows. Throws where there are fewer. */
  take(count: number): unknown[] {
    try {
      return this.#flat ? this.#takeFlat(count) : this.#takeNested(count);
    } catch (error) {
      // A view tells an offset that is beyond it, which says nothing of the file.
      if (!(error instanceof RangeError)) throw error;
      throw new Error('the values of a page break off', { cause: error });
    }
  }

  skip(count: number): void {
    for (let left = count; left > 0; left -= PASSED) this.take(Math.min(left, PASSED));
  }

  /** Whether all rows are taken. */
  atEnd(): boolean {
    return this.#rows.length === 0 && (this.#page?.left ?? 0) === 0 && !this.#nextPage();
  }

  #takeFlat(count: number): unknown[] {
    const rows: unknown[] = [];
    while (rows.length < count) {
      if (!this.#page?.left && !this.#nextPage()) throw this.#tooFew();
      const page = this.#page!;
      const part = Math.min(page.left, count - rows.length);
      page.left -= part;
      const levels = this.#levels(page.definitions, part, this.#definition);
      const present = levels ? levels.reduce((sum, level) => sum + level, 0) : part;
      const values = page.values(present);
      let at = 0;
      if (!levels) for (const value of values) rows.push(value);
      else for (const level of levels) rows.push(level === 1 ? values[at++] : null);
    }
    return rows;
  }

  #takeNested(count: number): unknown[] {
    // The last row may go on until another begins.
    while (this.#rows.length <= count && this.#nextPage()) this.#assemble(this.#page!);
    if (this.#rows.length < count) throw this.#tooFew();
    return this.#rows.splice(0, count);
  }

  /** All of a page at once, behind the rows that are there. */
  #assemble(page: OpenPage): void {
    this.#budget.take(page.left * NESTED_VALUE_BYTES);
    this.#held += page.left * NESTED_VALUE_BYTES;
    const definitions = this.#levels(page.definitions, page.left, this.#definition);
    const repetitions = this.#levels(page.repetitions, page.left, this.#repetition);
    if (repetitions?.[0] && this.#rows.length === 0) throw new Error('a list goes on that has not begun');
    const missing = definitions?.reduce((sum, level) => sum + (level < this.#definition ? 1 : 0), 0) ?? 0;
    const values = page.values(page.left - missing);
    const levels = [definitions, repetitions].map((given) => (given ? Array.from(given) : []));
    const rows = assembleLists(this.#rows, levels[0], levels[1]!, values, this.#column.path) as unknown[];
    // Where nothing can be missing or repeat, the values are the rows.
    if (rows !== this.#rows) for (const row of rows) this.#rows.push(row);
    page.left = 0;
  }

  #levels(of: RunLengths | undefined, count: number, most: number): Uint32Array | undefined {
    const levels = of?.read(count);
    if (levels?.some((level) => level > most)) throw new Error('a value is nested deeper than its column');
    return levels;
  }

  #tooFew(): Error {
    return new Error(`its column ${this.#name()} has fewer rows than are promised`);
  }

  #name = (): string =>
    this.#column.path
      .slice(1)
      .map(({ element }) => element.name)
      .join('.');

  /** The next page of any value; false behind the last. */
  #nextPage(): boolean {
    for (;;) {
      const next = this.#pages.next();
      if (next.done) return false;
      if (next.value.header.type === 'DICTIONARY_PAGE') this.#openDictionary(next.value);
      else if (valuesIn(next.value) > 0) {
        this.#budget.held -= this.#held;
        const before = this.#budget.held;
        this.#page = this.#open(next.value);
        this.#held = this.#budget.held - before;
        return true;
      }
    }
  }

  #openDictionary(page: Page): void {
    const { uncompressed_page_size: length, dictionary_page_header: head } = page.header;
    const count = head!.num_values;
    this.#budget.take(2 * length + count * DICTIONARY_VALUE_BYTES);
    const bytes = unpack(page.bytes(), { codec: this.#column.codec, length });
    const values = count === 0 ? [] : plainValues(this.#stored(bytes))(count);
    this.#dictionary = convert(values, this.#decoder);
  }

  #stored(bytes: Uint8Array) {
    return { bytes, type: this.#column.type, width: this.#decoder.element.type_length };
  }

  #open(page: Page): OpenPage {
    const { data_page_header: v1, data_page_header_v2: v2, uncompressed_page_size: size } = page.header;
    this.#budget.take(size);
    const most = valuesIn(page);
    const { bytes, repetitions, definitions } = v2 ? this.#levelsBefore(page) : this.#levelsWithin(page);
    const encoding = (v1 ?? v2)!.encoding;
    const next = pageValues(this.#stored(bytes), {
      encoding,
      dictionary: this.#dictionary,
      most,
      budget: this.#budget,
    });
    // Those of a dictionary are converted.
    const values: NextValues = encoding?.endsWith('_DICTIONARY')
      ? next
      : (count) => convert(next(count), this.#decoder);
    return { left: most, repetitions, definitions, values };
  }

  /** Version 1: levels with their length before them, then the values, all of it packed. */
  #levelsWithin(page: Page) {
    const { codec } = this.#column;
    const whole = unpack(page.bytes(), { codec, length: page.header.uncompressed_page_size });
    const view = new DataView(whole.buffer, whole.byteOffset, whole.length);
    let at = 0;
    const [repetitions, definitions] = [this.#repetition, this.#definition].map((level) => {
      if (level === 0) return undefined;
      if (at + 4 > whole.length) throw new Error('the levels of a page break off');
      const start = at + 4;
      at = start + view.getUint32(at, true);
      return new RunLengths(whole, { start, end: at, width: bitsFor(level) });
    });
    return { bytes: whole.subarray(at), repetitions, definitions };
  }

  /** Version 2: levels as they are, then the values, packed. */
  #levelsBefore(page: Page) {
    const head = page.header.data_page_header_v2!;
    const { repetition_levels_byte_length: first, definition_levels_byte_length: second, is_compressed } = head;
    const whole = page.bytes();
    const packed = whole.subarray(first + second);
    const length = page.header.uncompressed_page_size - first - second;
    const bytes = unpack(packed, { codec: is_compressed === false ? 'UNCOMPRESSED' : this.#column.codec, length });
    const levels = (level: number, start: number, end: number) =>
      level === 0 ? undefined : new RunLengths(whole, { start, end, width: bitsFor(level) });
    return {
      bytes,
      repetitions: levels(this.#repetition, 0, first),
      definitions: levels(this.#definition, first, first + second),
    };
  }
}
