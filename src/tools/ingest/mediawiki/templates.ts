/**
 * Templates that stand for words in a sentence or a cell, beside those that wtf_wikipedia knows: numbers, languages, measures, markup.
 * Unknown templates give no text.
 */
import { wtf } from './parser.ts';

interface Parameters {
  list?: string[];
  [name: string]: string | string[] | undefined;
}
type ParseTemplate = (template: string) => Parameters;
type Rule = (template: string, data: unknown[], parse: ParseTemplate) => string;

const positional = ({ list = [] }: Parameters): string[] => list.map((value) => value.trim());
const named = (parameters: Parameters, ...names: string[]): string => {
  const value = names.map((name) => parameters[name]).find((one) => typeof one === 'string');
  return typeof value === 'string' ? value.trim() : '';
};

/** The parameter at a place, from 0; negative from the end. */
const parameter =
  (place: number): Rule =>
  (template, _data, parse) => {
    const parameters = parse(template);
    return positional(parameters).at(place) ?? named(parameters, String(place + 1), 'text', 'content');
  };

const joined =
  (separator: string): Rule =>
  (template, _data, parse) =>
    positional(parse(template)).join(separator);

const CONNECTORS: Record<string, string> = {
  to: ' to ',
  and: ' and ',
  or: ' or ',
  by: ' by ',
  x: ' by ',
  '×': ' by ',
  '-': '–',
  '–': '–',
  'to(-)': ' to ',
  '+/-': ' ± ',
  '±': ' ± ',
  '+': ' + ',
};
const NUMBER = /^[+-−]?[\d.,\s]+(?:[+-]?\d+\/\d+|\/\/?\d+)?(?:e[+-]?\d+)?$/i;

/** What `{{convert}}` shows before the brackets: values with connectors, and units that make up one measure (6 ft 2 in). */
export function convertText(parameters: readonly string[]): string {
  let text = '';
  let at = 0;
  let unit = false;
  for (; at < parameters.length && !unit; at++) {
    const value = parameters[at]!;
    const connector = CONNECTORS[value.toLowerCase()];
    if (connector !== undefined) text += connector;
    else if (NUMBER.test(value) || text === '') text += value;
    else {
      text += ` ${value}`;
      unit = true;
    }
  }
  // After the unit come more of the same measure, a number and a unit each; then what to convert to.
  for (; at + 1 < parameters.length; at += 2) {
    const [value, unit] = [parameters[at]!, parameters[at + 1]!];
    if (!NUMBER.test(value) || NUMBER.test(unit)) break;
    text += ` ${value} ${unit}`;
  }
  return text;
}

function ordinal(number: string): string {
  const [last] = /1?\d$/.exec(number) ?? [];
  if (last === undefined) return number;
  return `${number}${{ 1: 'st', 2: 'nd', 3: 'rd' }[last] ?? 'th'}`;
}

/** `{{percentage|part|whole|decimals}}` */
const percent: Rule = (template, _data, parse) => {
  const [part, whole, decimals] = positional(parse(template)).map((value) => Number(value.replaceAll(',', '')));
  if (part === undefined || whole === undefined || !(whole > 0)) return '';
  return `${((100 * part) / whole).toFixed(Math.min(Math.max(decimals || 0, 0), 9))}%`;
};

const FIRST = `math nts num number num2 ntsr em strong strongbad code code2 tt bold b i italic u visible_anchor anchored nobreak unicode polytonic
translation interlanguage_link iw link-interwiki proper_name keypress key button nowrap_begin fakenobold normal nbsp-text noexcerpt-text
title-text sc as_written centre wikt hebrew hebr arabic larger bigger huge smallcaps sc2 caps allcaps title_case not_translated nonspecific italics italic_correction pslink`;
const SECOND = 'langx wikt-lang script lang-x dab-text font_color2 hover_title rtl-lang ltr-lang audio';

/** Languages of `{{IPA-fr|...}}` and its like. */
const IPA =
  'all ar bg ca cs cy da de el en es et eu fa fi fr ga he hi hu id is it ja ko la lt lv ms nl no pl pt ro ru sk sl sq sr sv th tr uk vi zh';

const RULES: Record<string, Rule> = {
  transliteration: parameter(-1),
  translit: parameter(-1),
  'post-nominals': joined(', '),
  bibleverse: joined(' '),
  'bible verse': joined(' '),
  gaps: joined(''),
  e: (template, _data, parse) => `×10^${positional(parse(template))[0] ?? ''}`,
  okina: () => 'ʻ',
  hamza: () => 'ʾ',
  ayin: () => 'ʿ',
  bull: () => '•',
  bullet: () => '•',
  "'s": () => "'s",
  floruit: (template, _data, parse) => `fl. ${positional(parse(template)).join('–')}`,
  'fl.': (template, _data, parse) => `fl. ${positional(parse(template)).join('–')}`,
  ordinal: (template, _data, parse) => ordinal(positional(parse(template))[0] ?? ''),
  xlit: parameter(-1),
  ipa: parameter(-1),
  linktext: joined(' '),
  chem: joined(''),
  chem2: joined(''),
  respell: joined('-'),
  convert: (template, _data, parse) => convertText(positional(parse(template))),
  ruby: (template, _data, parse) => {
    const [base = '', reading = ''] = positional(parse(template));
    return reading === '' ? base : `${base} (${reading})`;
  },
  percentage: percent,
  percent,
  pct: percent,
  zh: (template, _data, parse) => {
    const values = parse(template);
    return ['c', 's', 't', 'p', 'first'].map((name) => named(values, name)).find((value) => value !== '') ?? '';
  },
};
for (const name of FIRST.split(/\s+/)) RULES[name.replaceAll('_', ' ')] = parameter(0);
for (const language of IPA.split(/\s+/)) RULES[`ipa-${language}`] = parameter(0);
for (const name of SECOND.split(/\s+/)) RULES[name.replaceAll('_', ' ')] = parameter(1);

/** By name: every rule, the parser's and those above. Data (an array) gives no text. */
let rules: Record<string, unknown> = {};
wtf.extend((_: unknown, templates: Record<string, unknown>) => {
  Object.assign(templates, RULES);
  rules = templates;
});

/**
 * Templates of the parser's own that collect data and show nothing: sources, notes, boxes, brackets of cups. Each stands for all names that
 * share its rule, so that a misspelt `citation needed` is one too.
 */
const SILENT = `citation_needed citation cite cite_book cite_web cite_journal cite_gnis source sfn sfnref harvnb r main main_article redirect redir
ipac-en taxobox weather_box climate_chart historical_populations medical_cases_chart election_box_begin election_box_candidate 4teambracket
portal reflist sister_project_links sisterlinks subject_bar spoken_wikipedia persondata gallery graph medalcount`;

export const silentNames = (): string[] => SILENT.split(/\s+/).map((name) => name.replaceAll('_', ' '));

let silentRules: ReadonlySet<unknown> | undefined;

function isSilent(name: string): boolean {
  const rule = rules[name];
  if (Array.isArray(rule)) return true;
  silentRules ??= new Set(silentNames().map((silent) => rules[silent]));
  return silentRules.has(rule);
}

const TEMPLATE_NAME = /^\{\{([^|{}\n:]+?)\s*[|}\n]/;
/** Of an unknown template; others may be functions of the wiki. */
const PLAIN_NAME = /^[\p{L}\p{N}_ .,'’()/&–-]+$/u;

export function saysNothing(template: string): boolean {
  const [, name] = TEMPLATE_NAME.exec(template) ?? [];
  if (name === undefined) return false;
  const known = name.trim().toLowerCase().replaceAll('_', ' ');
  return Object.hasOwn(rules, known) ? isSilent(known) : PLAIN_NAME.test(known);
}
