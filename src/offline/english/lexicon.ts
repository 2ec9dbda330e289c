/**
 * The closed classes of English that the grammar leans on (question words, auxiliaries, prepositions, ...), the verbs that
 * can end a question, and the words by which a question points at its picture. No names, no facts, nothing of any data set.
 */

const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/).filter(Boolean));

export const QUESTION_WORDS = set('what which who whom whose where when why how');
export const BE = set('is are was were be been being am');
export const DO = set('do does did');
export const HAVE = set('has have had');
export const MODALS = set('can could will would shall should may might must');
export const AUXILIARIES: ReadonlySet<string> = new Set([...BE, ...DO, ...HAVE, ...MODALS]);
export const DEFINITE = set('the this that these those');
export const INDEFINITE = set('a an any some each every another no');
export const POSSESSIVE_PRONOUNS = set('its their his her');
const PRONOUNS = set('it they them he she him there one ones both those that');
export const RELATIVES = set('that which who whom whose where when');
export const CONJUNCTIONS = set('and or but nor than as if then while because');
export const PREPOSITIONS = set(
  `of in on at with without by from for to into onto through between among near under over above below during after before
  against within across around about along behind inside outside since until till upon beside besides beyond like per via
  toward towards off`,
);

/** Nouns that stand for the picture itself. */
export const PICTURE_NOUNS = set(
  `image picture photo photograph pic drawing illustration icon graphic snapshot screenshot emoji pictogram visual figure attachment
  sketch cartoon thumbnail clipart`,
);
/** Words that say a thing is in the picture. */
export const SHOWN = set(
  'shown pictured depicted displayed illustrated photographed seen visible portrayed drawn imaged featured represented attached presented',
);

/** Head nouns whose `of` names the thing itself: `the city of Paris`, `the year of 1990`. */
export const APPOSITIVE_NOUNS = set(
  `city town village municipality state country nation island province republic kingdom county region district territory
  commonwealth sultanate emirate principality element month year word name term letter number subject state university battle
  school isle canton department`,
);
/** Heads that add nothing: `the name of the capital` is the capital. */
export const TRANSPARENT_NOUNS = set('name names identity value title');

const REGULAR_VERBS = `border contain produce release direct publish locate found establish create design play use belong live die
 work paint compose develop invent discover mean refer eat inhabit originate derive consist cover join lead start end
 happen occur appear feature perform serve represent name call receive attend graduate study host issue launch invade
 flow empty rise drain border measure weigh cost include involve depict show picture situate populate capture occupy rank
 score finish debut premiere star record sign marry govern rule reign head form occur belong cause treat kill attack
 orbit border share adopt abolish manufacture distribute own operate open close complete construct connect cross separate
 surround speak inspire base record sell teach train coach manage employ hunt feed consume grow
 harvest bark fly swim lay hatch resemble taste smell act function help enable allow cover protect carry transport hold
 keep store provide supply supply describe define classify categorize denote symbolize symbolise signify indicate
 express convey imply stand look border host house display present illustrate photograph portray feature explore gain earn achieve obtain declare secure reach need want change turn adopt cover span exceed
 divide split make abbreviate denote circulate dial recognise recognize symbolise govern comprise visit occupy exceed surpass
 identify designate assign encircle enclose encompass adjoin accommodate pay buy subdivide
 inscribe inaugurate erect conquer colonise colonize liberate settle reside dwell conduct edit narrate fund
 discuss mention dedicate devote award nominate elect appoint succeed precede replace rename translate adapt derive flank fly hoist
 raise lower stem descend breed reproduce migrate nest belong dissolve melt boil freeze burn emit absorb contain
 form list label extend stretch break accept quote adopt reckon fit match suit apply satisfy talk write chat greet worship celebrate commemorate honour honor depict administer supervise oversee weigh number total amount earn possess own lack boast retain offer sport wear drink`;
const IRREGULAR_VERBS = `be is are was were been born bore have has had do does did done go goes went gone lie lies lay lain
 win wins won lose loses lost run runs ran hold holds held make makes made build builds built write writes wrote written
 sing sings sang sung take takes took taken give gives gave given get gets got come comes came become becomes became
 begin begins began begun grow grows grew grown fly flies flew flown speak speaks spoke spoken know knows knew known
 draw draws drew drawn see sees saw seen find finds found eat eats ate eaten fall falls fell fallen lead leads led meet meets met
 sit sits sat stand stands stood sell sells sold send sends sent spend spends spent teach teaches taught think thinks thought
 wear wears wore worn fight fights fought feed feeds fed keep keeps kept swim swims swam swum mean means meant hunt
 say says said show shows shown leave leaves left choose chooses chose chosen`;

/** Every form of the regular verbs: base, -s, -ed, -ing. */
function inflect(base: string): string[] {
  const drop = base.endsWith('e') ? base.slice(0, -1) : base;
  const y = base.endsWith('y') && !/[aeiou]y$/.test(base) ? base.slice(0, -1) : undefined;
  return y ? [base, `${y}ies`, `${y}ied`, `${base}ing`] : [base, `${base}s`, `${base}es`, `${drop}ed`, `${drop}ing`];
}

/** Seen as a noun much more often: the metal. */
const RATHER_NOUNS = set('lead');

export const VERBS: ReadonlySet<string> = new Set([
  ...[
    ...REGULAR_VERBS.split(/\s+/).filter(Boolean).flatMap(inflect),
    ...IRREGULAR_VERBS.split(/\s+/).filter(Boolean),
  ].filter((form) => !RATHER_NOUNS.has(form)),
  'died',
  'dying',
  'planned',
  'stopped',
  'controlled',
  'referred',
  'occurred',
  'having',
  'starring',
  'starred',
  'compare',
  'compared',
  'comparing',
]);

/** Participles that may follow a noun and describe it: `the animal pictured`, `the film directed by X`, `the river flowing through`. */
export function isParticiple(word: string): boolean {
  if (SHOWN.has(word)) return true;
  // Any `-ed` after a noun reads as one, listed or not: `the country abbreviated X`.
  if (word.length > 4 && word.endsWith('ed') && !NOT_PARTICIPLES.has(word) && !word.endsWith('eed')) return true;
  if (!VERBS.has(word)) return false;
  return word.endsWith('ed') || word.endsWith('ing') || IRREGULAR_PARTICIPLES.has(word);
}
const NOT_PARTICIPLES = set('hundred sacred kindred hatred naked united wicked rugged ragged crooked beloved');
const IRREGULAR_PARTICIPLES = set(
  'born made built written sung taken given grown flown spoken known drawn seen found eaten led held won lost sold sent taught worn shown chosen run kept',
);

/** Words that carry no content of their own, for coverage and matching. */
export const FUNCTION_WORDS: ReadonlySet<string> = new Set([
  ...QUESTION_WORDS,
  ...AUXILIARIES,
  ...DEFINITE,
  ...INDEFINITE,
  ...POSSESSIVE_PRONOUNS,
  ...PRONOUNS,
  ...CONJUNCTIONS,
  ...PREPOSITIONS,
  ...set(`i me my you your we our us please tell give name find state say also very much many more most less least few not so such
  only just same other than too all there here else what's who's out up down whether`),
]);
