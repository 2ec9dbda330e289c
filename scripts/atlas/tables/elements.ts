/** Tables of the chemical elements by letter, period, block and series, and of the natural isotopes of each. */
import type { TableDocument } from '../../../src/tools/document.ts';
import { type Entity, type FactStore, slug, withArticle } from '../facts.ts';
import type { ChemicalElement } from '../sources/elements.ts';
import { groupBy, table } from './table.ts';

const BLOCKS = ['s', 'p', 'd', 'f'] as const;

const plural = (series: string) => (series.endsWith('s') ? `${series}es` : `${series}s`);

const massOf = (element: ChemicalElement) => (element.mass === undefined ? '-' : element.mass.toFixed(2));

export function elementTables(elements: readonly ChemicalElement[], facts: FactStore): TableDocument[] {
  const tables: TableDocument[] = [];
  const documents: Documents = {
    position: new Map(),
    mass: new Map(),
    series: new Map(),
    symbol: new Map(),
  };
  const note = (map: Map<string, string[]>, items: readonly ChemicalElement[], id: string) => {
    for (const { symbol } of items) map.set(symbol, [...(map.get(symbol) ?? []), id]);
  };
  const symbols = {
    Element: (element: ChemicalElement) => element.name,
    Symbol: (element: ChemicalElement) => element.symbol,
    'Atomic number': (element: ChemicalElement) => String(element.number),
  };
  const add = (
    id: string,
    title: string,
    caption: string,
    items: readonly ChemicalElement[],
    columns: Record<string, (element: ChemicalElement) => string>,
  ) => tables.push(table({ id, title, caption, items, columns }));

  for (const [letter, items] of groupBy(elements, (element) => element.name[0])) {
    const id = `elements/letter-${letter.toLowerCase()}`;
    add(
      id,
      `Chemical elements: ${letter}`,
      `Symbol and atomic number of the elements whose name starts with ${letter}.`,
      items,
      symbols,
    );
    note(documents.symbol, items, id);
  }
  for (let period = 1; period <= 7; period++) {
    const items = elements.filter((element) => element.period === period);
    const id = `elements/period-${period}`;
    add(
      id,
      `Elements of period ${period}`,
      `The elements of period ${period} of the periodic table, with their group and block.`,
      items,
      {
        Element: symbols.Element,
        Period: (element) => String(element.period),
        Group: (element) => (element.group === undefined ? '-' : String(element.group)),
        Block: (element) => `${element.block}-block`,
      },
    );
    note(documents.position, items, id);
  }
  for (const block of BLOCKS) {
    const items = elements.filter((element) => element.block === block);
    const id = `elements/${block}-block`;
    add(
      id,
      `Atomic masses of the ${block}-block`,
      `Atomic mass of the elements of the ${block}-block, in daltons.`,
      items,
      {
        Element: symbols.Element,
        'Atomic mass (Da)': massOf,
      },
    );
    note(documents.mass, items, id);
  }
  for (const [series, items] of groupBy(elements, (element) => element.series)) {
    const id = `elements/${slug(series)}`;
    add(
      id,
      `${series[0]!.toUpperCase()}${plural(series).slice(1)}`,
      `The ${plural(series)} with their atomic mass in daltons.`,
      items,
      {
        Element: symbols.Element,
        Series: () => series,
        'Atomic mass (Da)': massOf,
      },
    );
    note(documents.series, items, id);
    note(documents.mass, items, id);
  }
  for (const element of elements) {
    addFacts(element, documents, facts);
    if (element.isotopes.length >= 2) tables.push(isotopeTable(element, facts));
  }
  return tables;
}

/** Ids of the tables that tell an element's property, by symbol. */
type Documents = Record<'position' | 'mass' | 'series' | 'symbol', Map<string, string[]>>;

/** What the rows of an element say, as facts that questions are made of. */
function addFacts(element: ChemicalElement, documents: Documents, facts: FactStore): void {
  const common = { subject: elementEntity(element), knowledgeBase: 'table', source: 'chemical-elements' } as const;
  const of = (map: Map<string, string[]>) => map.get(element.symbol) ?? [];
  facts.add({ relation: 'symbol', answers: [element.symbol], documents: of(documents.symbol), ...common });
  facts.add({
    relation: 'atomic-number',
    answers: [String(element.number)],
    value: element.number,
    documents: of(documents.symbol),
    ...common,
  });
  facts.add({
    relation: 'period',
    answers: [String(element.period), `period ${element.period}`],
    documents: of(documents.position),
    ...common,
  });
  facts.add({
    relation: 'block',
    answers: [`${element.block}-block`, element.block],
    documents: of(documents.position),
    ...common,
  });
  if (element.group !== undefined) {
    facts.add({
      relation: 'group',
      answers: [String(element.group), `group ${element.group}`],
      documents: of(documents.position),
      ...common,
    });
  }
  if (element.mass !== undefined) {
    const mass = massOf(element);
    facts.add({
      relation: 'atomic-mass',
      answers: [mass, `${mass} Da`, `${mass} daltons`],
      value: element.mass,
      documents: of(documents.mass),
      ...common,
    });
  }
  facts.add({
    relation: 'series',
    answers: [element.series, plural(element.series), withArticle(element.series)],
    documents: of(documents.series),
    ...common,
  });
}

function isotopeTable(element: ChemicalElement, facts: FactStore): TableDocument {
  const id = `isotopes/${slug(element.name)}`;
  const named = (nominal: number) => `${element.name}-${nominal}`;
  const isotopes = table({
    id,
    title: `Natural isotopes of ${element.name.toLowerCase()}`,
    caption: `The isotopes of ${element.name.toLowerCase()} found in nature and their shares.`,
    items: element.isotopes,
    columns: {
      Isotope: ({ nominal }) => named(nominal),
      'Mass (Da)': ({ mass }) => mass.toFixed(4),
      'Abundance (%)': ({ percent }) => percent.toFixed(3),
    },
  });
  const best = element.isotopes[0]!;
  const common = { subject: elementEntity(element), knowledgeBase: 'table', source: 'chemical-elements' } as const;
  facts.add({
    relation: 'most-abundant-isotope',
    answers: [named(best.nominal), `${element.symbol}-${best.nominal}`, String(best.nominal)],
    documents: [id],
    ...common,
  });
  return isotopes;
}

export function elementEntity(element: ChemicalElement): Entity {
  const name = element.name.toLowerCase();
  return { key: `element:${element.symbol}`, name, prose: name, otherNames: [], cluster: `element:${element.symbol}` };
}
