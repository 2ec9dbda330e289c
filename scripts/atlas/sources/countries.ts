/**
 * Countries: one short English name for each code (ours, over the list of the svg-country-flags package), and what the
 * world-countries data set says of them (ODbL).
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';

const require = createRequire(import.meta.url);

/** Where the flag package's name is formal or old. The rest are taken as they are. */
const SHORT_NAMES: Record<string, string> = {
  BN: 'Brunei',
  BO: 'Bolivia',
  CD: 'Democratic Republic of the Congo',
  CG: 'Republic of the Congo',
  CI: 'Ivory Coast',
  FK: 'Falkland Islands',
  FM: 'Micronesia',
  GS: 'South Georgia',
  IR: 'Iran',
  KP: 'North Korea',
  KR: 'South Korea',
  LA: 'Laos',
  MD: 'Moldova',
  MK: 'North Macedonia',
  MO: 'Macau',
  PN: 'Pitcairn Islands',
  RU: 'Russia',
  SJ: 'Svalbard and Jan Mayen',
  SX: 'Sint Maarten',
  SY: 'Syria',
  SZ: 'Eswatini',
  TZ: 'Tanzania',
  UM: 'United States Minor Outlying Islands',
  VA: 'Vatican City',
  VE: 'Venezuela',
  VG: 'British Virgin Islands',
  VI: 'United States Virgin Islands',
  VN: 'Vietnam',
  WF: 'Wallis and Futuna',
};

/** Other names a reader may give as an answer, or WordNet may use. */
const OTHER_NAMES: Record<string, string[]> = {
  CD: ['DR Congo', 'Congo-Kinshasa', 'DRC'],
  CG: ['Congo-Brazzaville', 'Congo'],
  CI: ["Cote d'Ivoire", "Côte d'Ivoire"],
  CV: ['Cabo Verde'],
  CZ: ['Czechia'],
  GB: ['UK', 'Great Britain', 'Britain'],
  KP: ["Democratic People's Republic of Korea"],
  KR: ['Republic of Korea'],
  MK: ['Macedonia'],
  MM: ['Burma'],
  NL: ['Holland'],
  ST: ['São Tomé and Príncipe'],
  SZ: ['Swaziland'],
  TL: ['East Timor'],
  TR: ['Türkiye'],
  US: ['USA', 'United States of America', 'America'],
  VA: ['Holy See', 'Vatican'],
};

const WITH_ARTICLE =
  /^(United |Netherlands|Philippines|Bahamas|Gambia|Maldives|Comoros|Seychelles|Marshall|Solomon|Cook|Falkland|Faroe|Cayman|Czech|Dominican Republic|Democratic|Republic|Central African|Pitcairn|British Virgin|British Indian|Turks|Northern Mariana|French Southern|Cocos|Vatican(?! City)|Isle)/;

/** The name as it stands in a sentence: "the Netherlands". */
export function inProse(country: string): string {
  return WITH_ARTICLE.test(country) ? `the ${country}` : country;
}

export interface CountryName {
  code: string;
  name: string;
  otherNames: string[];
}

const packageFolder = (name: string) => path.dirname(require.resolve(`${name}/package.json`));

export function readCountryNames(): CountryName[] {
  const file = path.join(packageFolder('svg-country-flags'), 'countries.json');
  const names = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, 'utf8')));
  return Object.entries(names)
    .map(([code, name]) => ({ code, name: SHORT_NAMES[code] ?? name, otherNames: OTHER_NAMES[code] ?? [] }))
    .sort((a, b) => (a.code < b.code ? -1 : 1));
}

export function flagFile(code: string): string {
  return path.join(packageFolder('svg-country-flags'), 'svg', `${code.toLowerCase()}.svg`);
}

const CountrySchema = z.object({
  cca2: z.string(),
  cca3: z.string(),
  ccn3: z.string(),
  tld: z.array(z.string()),
  independent: z.boolean().nullable(),
  unMember: z.boolean(),
  currencies: z.union([z.record(z.string(), z.object({ name: z.string(), symbol: z.string() })), z.array(z.never())]),
  idd: z.object({ root: z.string().optional(), suffixes: z.array(z.string()).optional() }),
  region: z.string(),
  subregion: z.string(),
  languages: z.union([z.record(z.string(), z.string()), z.array(z.never())]),
  borders: z.array(z.string()),
  area: z.number(),
  landlocked: z.boolean(),
  demonyms: z.object({ eng: z.object({ m: z.string() }).optional() }).optional(),
});

export interface Country {
  code: string;
  alpha3: string;
  member: boolean;
  domains: string[];
  currencies: { code: string; name: string }[];
  callingCodes: string[];
  region: string;
  subregion: string;
  languages: string[];
  /** ISO alpha-3 codes. */
  borders: string[];
  /** Square kilometres. */
  area: number;
  landlocked: boolean;
  demonym: string | undefined;
}

export function readCountries(): Country[] {
  const file = path.join(packageFolder('world-countries'), 'countries.json');
  return z
    .array(CountrySchema)
    .parse(JSON.parse(readFileSync(file, 'utf8')))
    .map((country) => ({
      code: country.cca2,
      alpha3: country.cca3,
      member: country.unMember,
      domains: country.tld.filter((domain) => /^\.[a-z]{2}$/.test(domain)),
      currencies: Array.isArray(country.currencies)
        ? []
        : Object.entries(country.currencies).map(([code, { name }]) => ({ code, name })),
      callingCodes: callingCodes(country.idd),
      region: country.region,
      subregion: country.subregion || country.region,
      languages: Array.isArray(country.languages) ? [] : Object.values(country.languages),
      borders: country.borders,
      area: country.area,
      landlocked: country.landlocked,
      demonym: country.demonyms?.eng?.m || undefined,
    }))
    .sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** `+4` and `4` make `+44`; where a root has many suffixes (area codes), the root is the code. */
function callingCodes({ root, suffixes = [] }: { root?: string; suffixes?: string[] }): string[] {
  if (root === undefined || root === '') return [];
  return suffixes.length > 1 ? [root] : [`${root}${suffixes[0] ?? ''}`];
}
