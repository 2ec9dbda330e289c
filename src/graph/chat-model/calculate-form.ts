/** A calculation that was asked for by filling a form: the table is put together, and completed where only a part of it was found. */
import { isR1RouterError } from '../../common/errors.ts';
import type { Passage } from '../../tools/passage.ts';
import {
  calculateTable,
  numberIn,
  type TableQuery,
  TableQuerySchema,
  type TableResult,
} from '../../tools/table-calculator.ts';
import type { StepContext } from '../policy.ts';
import { citedParts, type WholeTable, wholeTable } from './calculate.ts';
import type { Calculation } from './grounding.ts';
import { countedRows, isNamed, rowsElsewhere } from './lookup-rows.ts';
import { oneLine } from './prompts/lines.ts';
import { type FormCalculation, FormCalculationSchema } from './protocols/form.ts';
import type { LabelledPassage } from './protocols/naming.ts';
import type { WrittenCall } from './protocols/written-calls.ts';

/** Cells given back at most. */
const MOST_VALUES = 50;
const OTHERWISE = 'Other columns or values may have one.';

/** What the model is told, and the result where there is one. */
export async function calculateForm(
  { args }: WrittenCall,
  labelled: readonly LabelledPassage[],
  context: Pick<StepContext, 'search'>,
): Promise<{ content: string; calculation?: Calculation }> {
  const parsed = FormCalculationSchema.safeParse(args);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { content: `Not calculated: ${issue?.path.join('.')}: ${issue?.message}.` };
  }
  const asked = parsed.data;
  const found = labelled.find(({ label }) => label === asked.table.trim())?.passage;
  if (!found?.table) return { content: `Not calculated: ${oneLine(asked.table)} is no table.` };
  const table = await completed(found, labelled, context);
  try {
    const where = conditions(asked);
    const { rows, values } = run(table, asked, where);
    const said = describe(asked, where);
    const over = `${table.rows.length} rows${table.partial ? ', which are not all rows of the table' : ''}`;
    if (values.length === 0 || (rows.length === 0 && where.some(isNamed))) {
      const elsewhere = rowsElsewhere(where, labelled);
      const hint = elsewhere.length > 0 ? `These have it: ${elsewhere.join(' | ')}` : OTHERWISE;
      return { content: oneLine(`Calculated over ${over}: ${said}: no row. ${hint}`) };
    }
    const more = values.length > MOST_VALUES ? ` and ${values.length - MOST_VALUES} more` : '';
    const counted = asked.find === 'count' ? countedRows(table, rows, where) : '';
    const text = oneLine(
      `calculated over ${over}: ${said}: ${values.slice(0, MOST_VALUES).join('; ')}${more}${counted}`,
    );
    return { content: text, calculation: { text, passages: citedParts(table, rows, labelled) } };
  } catch (error) {
    if (!isR1RouterError(error)) throw error;
    return { content: `Not calculated: ${oneLine(error.message)}` };
  }
}

/** With the rest of its rows, where it was found in part: a search for its own header finds them. */
async function completed(
  found: Passage,
  labelled: readonly LabelledPassage[],
  context: Pick<StepContext, 'search'>,
): Promise<WholeTable> {
  const table = wholeTable(found, labelled);
  if (!table.partial) return table;
  const words = [found.table?.title, ...table.header].filter(Boolean).join(' ');
  const { passages } = await context.search(found.knowledgeBase, words);
  const known = new Set(labelled.map(({ passage }) => passage.id));
  const others = passages.filter(({ id }) => !known.has(id));
  return wholeTable(found, [...labelled, ...others.map((passage) => ({ label: '', passage }))]);
}

function run(table: WholeTable, asked: FormCalculation, where: Conditions): TableResult {
  const { find, give } = asked;
  const query: TableQuery = { where, ...(give && { column: give }) };
  const of = asked.of ?? undefined;
  switch (find) {
    case 'list':
      return calculateTable(table, query);
    case 'count':
      return calculateTable(table, { ...query, give: 'count' });
    case 'sum':
    case 'mean':
      return calculateTable(table, { ...query, give: find, column: of ?? give ?? undefined });
    case 'highest':
    case 'lowest':
      return extreme(table, query, {
        column: of ?? give ?? '',
        direction: find === 'highest' ? 'descending' : 'ascending',
      });
    default:
      return find satisfies never;
  }
}

/** Every row that has the extreme value, with the value beside what was asked for; of a column of names the rows are listed. */
function extreme(table: WholeTable, query: TableQuery, sort: NonNullable<TableQuery['sort']>): TableResult {
  const ranked = calculateTable(table, { ...query, sort, column: sort.column });
  if (ranked.rows.length === 0 && query.where?.length) return calculateTable(table, query);
  const best = ranked.values[0];
  const rows = ranked.rows.filter((_, place) => ranked.values[place] === best);
  const given = calculateTable(table, { ...query, sort });
  const values = rows.map((_, place) => {
    const cell = given.values[place] ?? '';
    return cell === best ? cell : `${cell} (${sort.column}: ${best})`;
  });
  return { rows, values };
}

const OPERATORS = TableQuerySchema.shape.where.unwrap().element.shape.is;
type Conditions = NonNullable<TableQuery['where']>;

/** A name is not more or less than another: such a comparison was meant as the name itself. */
function conditions({ where }: FormCalculation): Conditions {
  return where.flatMap(({ column, is, value }) => {
    const parsed = OPERATORS.safeParse(is);
    if (!parsed.success || isEmpty(value)) return [];
    const isOfSize = !['equal', 'not-equal', 'contains'].includes(parsed.data);
    const isName = typeof value === 'string' && numberIn(value) === undefined;
    return [{ column, is: isOfSize && isName ? 'equal' : parsed.data, value }];
  });
}

/** A condition that was filled in for want of one. */
const isEmpty = (value: string | number): boolean =>
  ['', 'null', 'none', 'any'].includes(String(value).trim().toLowerCase());

function describe({ find, of, give }: FormCalculation, where: Conditions): string {
  const rows = where.map(({ column, is, value }) => `${column} ${is} ${value}`).join(' and ');
  const what =
    find === 'list'
      ? `${give ?? 'rows'}`
      : find === 'count'
        ? 'number of rows'
        : `${find} ${of ?? give ?? ''}, ${give ?? ''}`;
  return `${what}${rows === '' ? '' : ` where ${rows}`}`;
}
