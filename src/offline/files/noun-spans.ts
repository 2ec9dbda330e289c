/**
 * What a sentence says beside a noun that the question asks for: `which lab` is the `laboratory Zirkon`, `what sort of roof` a `flat
 * roof`. One noun, one answer; else nothing.
 */
import { alternatives } from './alternatives.ts';
import { allStems, stem } from './words.ts';

const WHICH = /\b(?:which|what) (?<noun>\p{Ll}{3,})\b(?! of\b)/u;
const SORT = /\b(?:what|which) (?:sort|kind|type|make|brand) of (?<noun>\p{Ll}{3,})\b/u;
const NAMES = String.raw`\p{Lu}[\p{L}\p{N}'’&-]*(?: (?:& )?\p{Lu}[\p{L}\p{N}'’&-]*)*`;
/** `What time`, `which one`: they ask, and name nothing. */
const NO_NOUN =
  /^(?:time|year|date|day|month|colou?r|number|sort|kind|type|make|brand|thing|one|else|can|do|does|did|is|are|was|were|should|must|would|will|has|have|happens?|about)$/;

const COMPARES = /\b(?:most|least|fewest|best|worst|\p{L}{3,}est)\b/iu;

/** A name right behind the noun, or right before it. */
export function namedNoun(text: string, question: string): string | undefined {
  const noun = WHICH.exec(question)?.groups?.noun;
  if (noun === undefined || NO_NOUN.test(noun) || COMPARES.test(question)) return undefined;
  const own = saidAs(text, noun);
  if (own.length === 0) return undefined;
  const said = new Set(allStems(question));
  const pattern = new RegExp(
    `\\b(?:${own.join('|')}) (?<behind>${NAMES})|(?<before>${NAMES}) (?:${own.join('|')})\\b`,
    'gu',
  );
  const names = [...text.matchAll(pattern)]
    .map(({ groups }) => (groups!.behind ?? groups!.before!).replace(/^(?:The|Our|A|An) /, ''))
    .filter((name) => !ARTICLE.test(name) && allStems(name).some((item) => !said.has(item)));
  return new Set(names).size === 1 ? names[0] : undefined;
}

/** The one or two words of description before the noun, with it. */
export function sortOfNoun(text: string, question: string): string | undefined {
  const noun = SORT.exec(question)?.groups?.noun;
  if (noun === undefined) return undefined;
  const own = saidAs(text, noun);
  if (own.length === 0) return undefined;
  const pattern = new RegExp(
    `\\b(?:an?|the|its|their|with|of|has|have) (?<what>(?:[\\p{Ll}-]+ ){1,2}(?:${own.join('|')}))\\b`,
    'gu',
  );
  const found = [...text.matchAll(pattern)].map(({ groups }) => groups!.what!.replace(/^(?:an?|the|its) /, ''));
  const told = found.filter((what) => what.includes(' '));
  return new Set(told).size === 1 ? told[0] : undefined;
}

const ARTICLE = /^(?:The|Our|A|An|This|That|In|On|At)$/;

/** The words of the text that say the noun: itself, or of one meaning. */
function saidAs(text: string, noun: string): string[] {
  const words = [...new Set(text.match(/\p{L}+/gu) ?? [])];
  const like = alternatives(stem(noun), new Set(allStems(text)));
  return words.filter((word) => {
    const own = stem(word.toLowerCase());
    return own === stem(noun) || (like.get(own) ?? 0) >= 0.6;
  });
}
