/**
 * The chemical elements from the chemical-elements package: number, symbol, atomic mass and natural isotopes. Period, group
 * and block follow from the atomic number alone and are worked out here.
 */
import { createRequire } from 'node:module';
import { z } from 'zod';

const ElementSchema = z.object({
  number: z.number(),
  symbol: z.string(),
  name: z.string(),
  mass: z.number().nullable(),
  isotopes: z.array(z.object({ nominal: z.number(), mass: z.number(), abundance: z.number().optional() })),
});

export interface ChemicalElement {
  number: number;
  symbol: string;
  name: string;
  /** Standard atomic mass in daltons; undefined for elements without a stable isotope. */
  mass: number | undefined;
  period: number;
  /** 1-18; undefined for the lanthanides and actinides. */
  group: number | undefined;
  block: 's' | 'p' | 'd' | 'f';
  series: string;
  /** Isotopes found in nature with their share in per cent, the most abundant first. */
  isotopes: { nominal: number; mass: number; percent: number }[];
}

const NOBLE_GASES = [2, 10, 18, 36, 54, 86, 118];
const METALLOIDS = new Set([5, 14, 32, 33, 51, 52]);
const NONMETALS = new Set([1, 6, 7, 8, 15, 16, 34]);

function positionOf(number: number): Pick<ChemicalElement, 'period' | 'group' | 'block'> {
  const index = NOBLE_GASES.findIndex((last) => number <= last);
  const period = index + 1;
  const first = index === 0 ? 1 : NOBLE_GASES[index - 1]! + 1;
  const last = NOBLE_GASES[index]!;
  if (number === 2) return { period, group: 18, block: 's' };
  const fromStart = number - first;
  if (fromStart < 2) return { period, group: fromStart + 1, block: 's' };
  const group = 18 - (last - number);
  if (group >= 13) return { period, group, block: 'p' };
  if (group >= 3) return { period, group, block: 'd' };
  return { period, group: undefined, block: 'f' };
}

function seriesOf(number: number, group: number | undefined, block: string): string {
  if (number >= 57 && number <= 71) return 'lanthanide';
  if (number >= 89 && number <= 103) return 'actinide';
  if (number === 1 || NONMETALS.has(number)) return 'nonmetal';
  if (METALLOIDS.has(number)) return 'metalloid';
  if (group === 1) return 'alkali metal';
  if (group === 2) return 'alkaline earth metal';
  if (group === 17) return 'halogen';
  if (group === 18) return 'noble gas';
  return block === 'd' ? 'transition metal' : 'post-transition metal';
}

export function readElements(): ChemicalElement[] {
  const raw: unknown = createRequire(import.meta.url)('chemical-elements');
  const { elementsAndIsotopes } = z.object({ elementsAndIsotopes: z.array(ElementSchema) }).parse(raw);
  return elementsAndIsotopes.map((element) => {
    const position = positionOf(element.number);
    return {
      number: element.number,
      symbol: element.symbol,
      name: element.name,
      mass: element.mass ?? undefined,
      ...position,
      series: seriesOf(element.number, position.group, position.block),
      isotopes: element.isotopes
        .filter((isotope) => isotope.abundance !== undefined && isotope.abundance > 0)
        .map(({ nominal, mass, abundance }) => ({ nominal, mass, percent: (abundance ?? 0) * 100 }))
        .sort((a, b) => b.percent - a.percent),
    };
  });
}
