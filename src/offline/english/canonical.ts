/**
 * The plain wording of a single-hop question, under which it is searched: `How large is X in square miles?` -> `What is the area
 * of X?`, `How many people live in X?` -> `What is the population of X?`. The wording of a table's header finds the table.
 */
import { plainWording } from './everyday.ts';
import { gradableAdjective } from './quantities.ts';
import { parseSentence, spanText } from './sentence.ts';

const FINDING =
  /^((?:In (?:what|which) [a-z ]{3,40}|Where)) (?:can|could|would|do|might|should) (?:you|one|I|we|someone|people) (?:find|see|visit|locate) (.{2,200}?)\?*$/i;

export function canonical(asked: string): string {
  const question = plainPhrases(asked);
  return plainWording(question) ?? reworded(question);
}

/** Everyday phrases and the word a reference work is likelier to use; whole words, outside of quotations. */
const PHRASES: readonly [phrase: RegExp, plain: string][] = [
  [
    /\b(?:legal tender|monetary unit|unit of currency|money)\b(?= (?:of|in|used in|is used in|circulates) )/i,
    'currency',
  ],
  [/\batomic weight\b/i, 'atomic mass'],
  [/\bTLD\b/, 'internet domain'],
  [/\b(?:top-level|web|internet) (?:domain|suffix|ending|extension)\b/i, 'internet domain'],
  [/\b(?:[Dd]iall?ing|[Pp]hone|[Tt]elephone|country) (?:code|prefix)\b(?! (?:is )?[A-Z]{2,3}\b)/, 'calling code'],
  [/\b(?:the )?element (?:number|no\.?) (?=\d)/i, 'the element with atomic number '],
  [/\b(?:Latin|binomial|Linnaean|taxonomic) name\b/, 'scientific name'],
  [/^Which nation\b/, 'Which country'],
  [/\bcame into the world\b/, 'was born'],
  [/\b(?:size|number|extent) of the population\b/i, 'population'],
  [/\bnumber of (?:inhabitants|residents|people|citizens)(?: living| who live)?(?= (?:of|in)\b)/i, 'population'],
  [/\brow of the periodic table\b/i, 'period of the periodic table'],
  [/\bcolumn of the periodic table\b/i, 'group of the periodic table'],
  [/\bseat of (?:the )?government\b/i, 'capital'],
  [/\btongue\b(?= (?:of|in|spoken) )/i, 'language'],
];

function plainPhrases(question: string): string {
  if (question.length > 500 || /["“”]/.test(question)) return question;
  return PHRASES.reduce((text, [phrase, plain]) => text.replace(phrase, plain), question);
}

const NATIVES =
  /^(?:What|How) (?:is|are) (?:an? |the |some)?(?:one|body|person|people|native|natives|inhabitants?|citizens?|residents?)(?: who (?:is|are|comes?))? (?:from|of) (.{2,160}?) (?:called|known(?: as)?|named|referred to(?: as)?)\?*$/i;
const QUANTITY =
  /^How (?:large|big|great|high|small) (?:is|was) ((?:the (?:total )?(?:population|area|territory|size|surface)\b.*?|.{2,80}?['’]s (?:population|area|territory|size|surface)))\?*$/i;

/** `What area does X have?`, `Which motto belongs to X?`: a property of X. */
const HAS =
  /^(?:What|Which) ((?!kind|sort|type|other|one)[a-z][a-z -]{2,40}?) (?:does|do|did) (.{2,200}?) (?:have|possess|bear|carry)\?*$/;
/** Words that make it a choice among things rather than a property. */
const QUESTIONED = /\b(?:of|in|with|countries|cities|people|neighbou?rs)\b/;

function reworded(question: string): string {
  const sentence = parseSentence(question);
  const { tokens, length, asked } = sentence;
  const found = FINDING.exec(question);
  if (found) return `${found[1]} is ${found[2]} located?`;
  const scientists = plainNoun(question);
  if (scientists) return scientists;
  const had = HAS.exec(question);
  if (had && !QUESTIONED.test(had[1]!)) return `What is the ${had[1]} of ${had[2]}?`;
  const called = /^What (?:do|would|does|should) (?:you|we|people|one) call (.{3,200}?)\?*$/i.exec(question);
  if (called) return reworded(`What is ${called[1]} called?`);
  const natives = NATIVES.exec(question);
  if (natives) return `What is the demonym of ${natives[1]}?`;
  const quantity = QUANTITY.exec(question);
  if (quantity) return `What is ${quantity[1]}?`;
  const home =
    /^How many people call (.{2,160}?) (?:their )?home\?*$/i.exec(question) ??
    /^By how many people (?:is|are) (.{2,160}?) (?:inhabited|populated)\?*$/i.exec(question);
  if (home) return `What is the population of ${home[1]}?`;
  const extreme = /\bthe ([a-z]+est) of (.{2,80}?)['’]s ([a-z]+?)s\b/i.exec(question);
  if (extreme) return question.replace(extreme[0], `${extreme[2]}'s ${extreme[1]} ${extreme[3]}`);
  if (sentence.questionWord !== 'how' || asked.start !== 0) return question;
  const second = tokens[1]?.lower ?? '';
  const adjective = gradableAdjective(second);
  const aux = tokens[2]?.lower;
  if (adjective && adjective.attributes[0] !== 'date' && (aux === 'is' || aux === 'was') && length > 3) {
    return `What is the ${adjective.attributes[0]} of ${spanText(sentence, 3, length)}?`;
  }
  if (second === 'many' && tokens[2]?.lower === 'square' && tokens[4]?.lower === 'does' && length > 6) {
    return `What is the area of ${spanText(sentence, 5, Math.min(sentence.verb, length))}?`;
  }
  if (
    (second === 'many' || second === 'much') &&
    ['people', 'inhabitants', 'residents', 'persons', 'citizens'].includes(tokens[2]?.lower ?? '')
  ) {
    const at = tokens.findIndex(
      (token, index) => index > 2 && index < length && ['in', 'inhabit', 'populate', 'inside'].includes(token.lower),
    );
    if (at > 0 && at + 1 < length) return `What is the population of ${spanText(sentence, at + 1, length)}?`;
    const does = tokens.findIndex((token, index) => index > 2 && (token.lower === 'does' || token.lower === 'did'));
    const have = tokens.findLastIndex((token, index) => index > does && index < length && token.lower === 'have');
    if (does > 0 && have > does + 1) return `What is the population of ${spanText(sentence, does + 1, have)}?`;
  }
  return question;
}

/** Everyday words for a property, and the word a table is likelier to be headed by. */
const PLAIN: readonly [everyday: RegExp, plain: string][] = [
  [/^What do (?:scientists|biologists|zoologists|botanists|taxonomists) call /i, 'What is the scientific name of '],
  [
    /^What name do (?:scientists|biologists|zoologists|botanists) (?:give|use for|give to) (?:to )?/i,
    'What is the scientific name of ',
  ],
  [/^How far (?:north|south) (?:is|does|lies) /i, 'What is the latitude of '],
  [/^How far (?:east|west) (?:is|does|lies) /i, 'What is the longitude of '],
  [/^What (?:is|are) the money (?=(?:of|in|used in) )/i, 'What is the currency '],
  [
    /^What (?:is|was) the (?:total )?number of (?:people|inhabitants|residents|citizens)(?: living| who live)? (?:of|in) /i,
    'What is the population of ',
  ],
  [/^What (?:is|was) the (?:surface|size|land) of /i, 'What is the area of '],
];

function plainNoun(question: string): string | undefined {
  for (const [everyday, plain] of PLAIN) {
    const match = everyday.exec(question);
    if (match) return plain + question.slice(match[0].length);
  }
  return undefined;
}
