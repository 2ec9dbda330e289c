/**
 * A row of named values as documents, whatever file it stood in: the native fields, and the names that published data sets use
 * (`_id`; `contents`, `passage`; M-BEIR's `did`, `txt`, `img_path`; Open-WikiTable's `page_title`, `section_title`).
 */
import { z } from 'zod';
import { userError } from '../../../common/errors.ts';
import type { KnowledgeDocument } from '../../document.ts';
import type { Modality } from '../../knowledge-base.ts';
import { tableDocument } from '../documents.ts';

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.bigint()]);
/** MongoDB's exports say the type beside the value: `{"$oid": "507f1f77bcf86cd799439011"}`. */
const Typed = z.record(z.string().startsWith('$'), Scalar).transform((value, { issues }) => {
  const [only, ...others] = Object.values(value);
  if (only !== undefined && others.length === 0) return only;
  issues.push({ code: 'custom', message: 'Invalid input', input: value });
  return z.NEVER;
});
/** A value that may be left out, or be null beside another name of the same field. */
const Maybe = z
  .union([Scalar, Typed])
  .nullish()
  .transform((value) => (value === null || value === undefined ? undefined : String(value)));
const Identity = { id: Maybe, _id: Maybe, title: Maybe };

const TextRow = z.looseObject({
  ...Identity,
  text: Maybe,
  contents: Maybe,
  passage: Maybe,
  content: Maybe,
  body: Maybe,
});

const TableRow = z.looseObject({
  ...Identity,
  original_table_id: Maybe,
  page_title: Maybe,
  section: Maybe,
  section_title: Maybe,
  caption: Maybe,
  header: z.array(Scalar.nullable()).min(1),
  rows: z.array(z.array(Scalar.nullable())),
});

const ImageRow = z.looseObject({
  ...Identity,
  did: Maybe,
  text: Maybe,
  caption: Maybe,
  txt: Maybe,
  file: Maybe,
  img_path: Maybe,
  url: Maybe,
  bytes: z.instanceof(Uint8Array).nullish(),
});

/** The first that says something; what is blank counts only where nothing else is there. */
function firstOf(...values: (string | undefined)[]): string | undefined {
  return (
    values.find((value) => value !== undefined && value.trim() !== '') ?? values.find((value) => value !== undefined)
  );
}

function parse<T>(schema: z.ZodType<T>, row: unknown): T {
  const result = schema.safeParse(row);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw userError('invalid-row', issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message);
}

export interface RowDocuments {
  documents: KnowledgeDocument[];
  /** The id stands in the row. */
  ownIds: boolean;
}

/** The documents of one parsed row; throws a user error that names the field. `fallbackId` serves rows without an id. */
export function documentsOfRow(
  row: unknown,
  { modality, fallbackId }: { modality: Modality; fallbackId: string },
): RowDocuments {
  const identified = (own: string | undefined) => ({ id: own || fallbackId, ownIds: Boolean(own) });
  switch (modality) {
    case 'text': {
      // A list of texts has no more than them.
      const named = typeof row === 'string' ? { text: row } : row;
      const { id: given, _id, title, text, contents, passage, content, body } = parse(TextRow, named);
      const words = firstOf(text, contents, passage, content, body);
      if (!words?.trim()) throw userError('invalid-row', 'text: text is missing or blank');
      const { id, ownIds } = identified(firstOf(given, _id));
      return { documents: [{ id, ...(title ? { title } : {}), text: words }], ownIds };
    }
    case 'table': {
      const table = parse(TableRow, row);
      const { id, ownIds } = identified(firstOf(table.id, table._id, table.original_table_id));
      const document = tableDocument({
        id,
        title: firstOf(table.title, table.page_title),
        section: firstOf(table.section, table.section_title),
        caption: table.caption,
        header: table.header,
        rows: table.rows,
      });
      if (!document) throw userError('invalid-row', 'rows: the table has no cell with text');
      return { documents: [document], ownIds };
    }
    case 'text-image': {
      const image = parse(ImageRow, row);
      const text = firstOf(image.text, image.caption, image.txt);
      if (!text?.trim()) throw userError('invalid-row', 'text: a text-image row needs a caption');
      const { id, ownIds } = identified(firstOf(image.id, image._id, image.did));
      const file = firstOf(image.file, image.img_path);
      const { title, url, bytes } = image;
      const fields = {
        ...(title ? { title } : {}),
        ...(file ? { file } : {}),
        ...(url ? { url } : {}),
        ...(bytes ? { bytes } : {}),
      };
      return { documents: [{ id, text, ...fields }], ownIds };
    }
    default:
      return modality satisfies never;
  }
}
