/**
 * JSONL, the native row format, and the published ones that are JSON by line: M-BEIR candidates (`did`, `txt`, `img_path`) and
 * texts that name their body `contents` or `passage`. Also a JSON file that is one array of rows, and Open-WikiTable's tables,
 * by row or by column (as pandas writes a frame: `{"header": {"0": [...]}, ...}`).
 */
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf, userError } from '../../../common/errors.ts';
import { ImageDocumentSchema, type KnowledgeDocument } from '../../document.ts';
import type { Modality } from '../../knowledge-base.ts';
import { stemOf, tableDocument } from '../documents.ts';
import { linesOf } from '../lines.ts';
import type { Format, ReadOptions, SourceItem } from '../source.ts';

const Identity = { id: z.union([z.string().min(1), z.number()]).optional(), title: z.string().nullish() };

const TextRow = z
  .looseObject({
    ...Identity,
    text: z.string().optional(),
    contents: z.string().optional(),
    passage: z.string().optional(),
  })
  .transform(({ id, title, text, contents, passage }, context) => {
    const body = text ?? contents ?? passage;
    if (body === undefined || body.trim() === '') {
      context.addIssue({ code: 'custom', message: 'text is missing or blank', path: ['text'] });
      return z.NEVER;
    }
    return { id, title: title ?? undefined, text: body };
  });

const Cells = z.array(z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])));
const TableRow = z.looseObject({
  ...Identity,
  original_table_id: z.union([z.string(), z.number()]).optional(),
  page_title: z.string().nullish(),
  section: z.string().nullish(),
  section_title: z.string().nullish(),
  caption: z.string().nullish(),
  header: z.array(z.union([z.string(), z.number(), z.null()])).min(1),
  rows: Cells,
});

const MBeirRow = z.looseObject({ did: z.string(), txt: z.string().nullish(), img_path: z.string().nullish() });

/** `row` in words for an error: the first issue with its path. */
function issueOf(error: z.ZodError): string {
  const issue = error.issues[0]!;
  return issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message;
}

function parse<T>(schema: z.ZodType<T>, row: unknown): T {
  const result = schema.safeParse(row);
  if (!result.success) throw userError('invalid-row', issueOf(result.error));
  return result.data;
}

/** The documents of one parsed row; throws a user error that names the field. `fallbackId` serves rows without an id. */
export function documentsOfRow(
  row: unknown,
  { modality, fallbackId }: { modality: Modality; fallbackId: string },
): KnowledgeDocument[] {
  switch (modality) {
    case 'text': {
      const { id, title, text } = parse(TextRow, row);
      return [{ id: String(id ?? fallbackId), ...(title ? { title } : {}), text }];
    }
    case 'table': {
      const table = parse(TableRow, row);
      const document = tableDocument({
        id: String(table.id ?? table.original_table_id ?? fallbackId),
        title: table.title ?? table.page_title ?? undefined,
        section: table.section ?? table.section_title ?? undefined,
        caption: table.caption ?? undefined,
        header: table.header,
        rows: table.rows,
      });
      if (!document) throw userError('invalid-row', 'rows: the table has no cell with text');
      return [document];
    }
    case 'text-image': {
      if (typeof row === 'object' && row !== null && 'did' in row) {
        const { did, txt, img_path } = parse(MBeirRow, row);
        if (!txt?.trim()) throw userError('invalid-row', 'txt: a text-image row needs a caption');
        return [{ id: did, text: txt, ...(img_path ? { file: img_path } : {}) }];
      }
      const named = typeof row === 'object' && row !== null ? { id: fallbackId, ...row } : row;
      const { metadata: _unused, ...document } = parse(ImageDocumentSchema, named);
      return [document];
    }
    default:
      return modality satisfies never;
  }
}

async function* jsonl(path: string, options: ReadOptions): AsyncGenerator<SourceItem> {
  let index = 0;
  for await (const { number, text, bytes } of linesOf(path, options.signal)) {
    if (index++ < options.skip) continue;
    const item: SourceItem = { documents: [], errors: [], bytes };
    const where = `${path}:${number}`;
    if (text === undefined) item.errors.push({ where, message: 'the line is longer than 64 MB' });
    else if (text.trim() !== '') {
      try {
        item.documents = documentsOfRow(JSON.parse(text), { ...options, fallbackId: `${stemOf(path)}-${number}` });
      } catch (error) {
        item.errors.push({ where, message: messageOf(error) });
      }
    }
    yield item;
  }
}

/** A frame written by column, `{column: {rowKey: value}}`, as rows; undefined for anything else. */
function rowsOfColumns(value: unknown): Record<string, unknown>[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const columns = Object.entries(value);
  const header = (value as Record<string, unknown>).header;
  if (typeof header !== 'object' || header === null || Array.isArray(header)) return undefined;
  return Object.keys(header).map((key) =>
    Object.fromEntries(columns.map(([name, column]) => [name, (column as Record<string, unknown> | null)?.[key]])),
  );
}

/** A whole JSON file has to be parsed at once, so its size is bounded; JSONL is the format for more. */
const MAX_JSON_BYTES = 512 * 1024 * 1024;

async function* json(path: string, options: ReadOptions): AsyncGenerator<SourceItem> {
  const { size } = await stat(path);
  if (size > MAX_JSON_BYTES) {
    throw userError(
      'source-too-large',
      `${path}: a JSON file is read whole and may have 512 MB at most; convert it to JSONL, one row a line`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    yield { documents: [], errors: [{ where: path, message: messageOf(error) }], bytes: size };
    return;
  }
  const rows: unknown[] = Array.isArray(value) ? value : (rowsOfColumns(value) ?? [value]);
  for (const [index, row] of rows.entries()) {
    if (index < options.skip) continue;
    const item: SourceItem = { documents: [], errors: [], bytes: Math.round((size * (index + 1)) / rows.length) };
    try {
      item.documents = documentsOfRow(row, { ...options, fallbackId: `${stemOf(path)}-${index + 1}` });
    } catch (error) {
      item.errors.push({ where: `${path}[${index}]`, message: messageOf(error) });
    }
    yield item;
  }
}

const ALL: readonly Modality[] = ['text', 'table', 'text-image'];
export const jsonlFormat: Format = { name: 'jsonl', extensions: ['.jsonl', '.ndjson'], modalities: ALL, items: jsonl };
export const jsonFormat: Format = { name: 'json', extensions: ['.json'], modalities: ALL, items: json };
