/** The formats by name: what writes a question's rows, and what reads rows back into questions. */
import type { z } from 'zod';
import { questionOfReferenceRow, ReferenceRowSchema, referenceRow } from './reference-rows.ts';
import type { ExportedQuestion } from './turn.ts';
import {
  EasyR1RowSchema,
  easyR1Row,
  type ReadTurn,
  SftRowSchema,
  sftRow,
  TrlRowSchema,
  type TurnRowOptions,
  trlRow,
  turnOfEasyR1Row,
  turnOfSftRow,
  turnOfTrlRow,
  turnOfVerlRow,
  VerlRowSchema,
  verlRow,
} from './turn-rows.ts';

/** `reference` is the fork that the paper's authors train with; `easyr1` is EasyR1 itself. `sft` are chat rows, for any trainer. */
export const EXPORT_FORMATS = ['reference', 'easyr1', 'verl', 'trl', 'sft'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** verl tells formats by the ending, and knows no `.jsonl`. */
export const rowsEnding = (format: ExportFormat): string => (format === 'verl' ? 'json' : 'jsonl');

/** `first`: the index of the question's first row. */
export function rowsOf(
  format: ExportFormat,
  exported: ExportedQuestion,
  { first, ...options }: TurnRowOptions & { first: number },
): object[] {
  if (format === 'reference') return exported.turns.length === 0 ? [] : [referenceRow(exported)];
  return exported.turns.map((turn, offset) => {
    const one = { exported, turn };
    switch (format) {
      case 'easyr1':
        return easyR1Row(one, options);
      case 'verl':
        return verlRow(one, { ...options, index: first + offset });
      case 'trl':
        return trlRow(one, options);
      case 'sft':
        return sftRow(one, options);
      default:
        return format satisfies never;
    }
  });
}

const TurnRow: Record<Exclude<ExportFormat, 'reference'>, z.ZodType<ReadTurn>> = {
  easyr1: EasyR1RowSchema.transform(turnOfEasyR1Row),
  verl: VerlRowSchema.transform(turnOfVerlRow),
  trl: TrlRowSchema.transform(turnOfTrlRow),
  sft: SftRowSchema.transform(turnOfSftRow),
};

/** What a row of the format is read as: a whole question, or a turn of one. */
export function rowSchema(format: ExportFormat): z.ZodType<z.infer<typeof ReferenceRowSchema> | ReadTurn> {
  return format === 'reference' ? ReferenceRowSchema : TurnRow[format];
}

/**
 * Questions from rows, in their order; rows of one question must follow each other, as they are exported. Rows of the reference have
 * no ids, and are called by their number.
 */
export async function* questionsOfRows(
  rows: AsyncIterable<z.infer<typeof ReferenceRowSchema> | ReadTurn>,
): AsyncGenerator<ExportedQuestion> {
  let open: ExportedQuestion | undefined;
  let count = 0;
  for await (const row of rows) {
    count++;
    if ('steps' in row) {
      yield questionOfReferenceRow(row, `reference-${count}`);
      continue;
    }
    const { question: id, split, file, ...turn } = row;
    if (open && (open.question.id !== id || open.turns.at(-1)!.index >= turn.index)) {
      yield open;
      open = undefined;
    }
    open ??= { question: { id }, split, turns: [] };
    if (file !== undefined) open.question.image = file;
    open.turns.push(turn);
  }
  if (open) yield open;
}
