/**
 * Turns of phrase inside a longer question, brought to the one wording that the parser of phrases takes apart: `the biggest
 * country sharing a border with X` is the largest neighbour of X, `the city from which X is governed` its capital. They come
 * first, while the phrase that X stands for is still whole.
 */

const STATE = '(?:country|nation|state)';
const STATES = '(?:countries|nations|states)';
const LARGEST = '(?:largest|biggest)';
/** A phrase of which something is said right after: as short as possible, and never across another mark. */
const X = '((?:the |[\\p{Lu}⟦“.])[^,;:?]{0,160}?)';
const LIVING = '(?:animal|creature|living thing|organism|species|plant|bird|fish|insect|mammal|tree|flower)';
const LATIN = '(\\p{Lu}\\p{Ll}+(?: \\p{Ll}+){1,2})';
const SCIENTISTS = '(?:scientists|biologists|zoologists|botanists|taxonomists|science)';
const FAMILY = '(?:(?:language )?(?:family|group|branch)(?: of languages)?)';

/** In order; each applies to what the one before has left. */
const TURNS: readonly [turn: string, plain: string][] = [
  // What people use.
  [
    `\\bthe (?:currency|money) (?:(?:that |which )?(?:people|you|they|locals|one) (?:use|pay with|spend)|(?:that is |which is )?(?:used|in use|spent|circulating|in circulation)) in `,
    'the currency of ',
  ],
  [
    `\\bthe (?:language (?:(?:that is |which is )?(?:officially (?:spoken|used)|(?:spoken|used) officially|official))|language with official status) in `,
    'the official language of ',
  ],
  // The largest neighbour.
  [
    `\\bthe ${LARGEST} (?:of|among|amongst) the ${STATES} (?:that |which )?(?:border|bordering|adjoin|adjoining|surround|surrounding|share a border with|sharing a border with|adjacent to|next to) `,
    'the largest neighbour of ',
  ],
  [
    `\\bthe ${LARGEST} ${STATE} (?:(?:that |which )?(?:shares|sharing|has|having) a (?:land )?border with|(?:that|which) (?:borders|adjoins|touches)(?: on)?|bordering(?: on)?|adjoining|adjacent to|next to) `,
    'the largest neighbour of ',
  ],
  [
    `\\bthe ${LARGEST} (?:adjoining|adjacent|bordering|neighbou?ring|surrounding) ${STATE} (?:of|to) `,
    'the largest neighbour of ',
  ],
  [
    `\\bthe ${LARGEST} ${STATE} (?:with which|which|that) ${X} (?:shares a (?:land )?border|has a (?:land )?border|borders)(?: with| on)?(?= |\\?|$)`,
    'the largest neighbour of $1',
  ],
  // The capital.
  [
    `\\bthe (?:city|town|place) (?:from which|where|in which) ${X} is (?:governed|ruled|run|administered)\\b`,
    'the capital of $1',
  ],
  [
    `\\bwith (\\p{Lu}[^,;:?]{1,40}?) (?:as|for) (?:a |the )?(capital(?: city)?|seat of government)\\b`,
    'with $1 as its $2',
  ],
  // Families of languages.
  [
    `^(?:Of|To|In) (?:which|what) ${FAMILY} (?:is|does) (.*\\blanguage\\b.*?) (?:a member|a part|part|belong|fall)\\?*$`,
    'Which language family includes $1?',
  ],
  [
    `^(.*\\blanguage\\b.*?) (?:belongs to|is part of|is a member of) (?:which|what) ${FAMILY}\\?*$`,
    'Which language family includes $1?',
  ],
  [
    `^(?:What|Which) (?:kind|type|sort) of language is (.*\\blanguage\\b.*?)\\?*$`,
    'Which language family includes $1?',
  ],
  [`^(?:Of|From|In) (?:which|what) ${FAMILY} is (.*\\blanguage\\b.*?)\\?*$`, 'Which language family includes $1?'],
  // Years.
  [
    `^(?:What|Which) (?:was|is) the year (?:in which|when|that) (.+) (?:became independent|gained (?:its )?independence|got (?:its )?independence)\\?*$`,
    'In which year did $1 become independent?',
  ],
  [
    `^(?:What|Which) (?:was|is) the year (?:in which|when|that) (.+) was (born|founded|established)\\?*$`,
    'In which year was $1 $2?',
  ],
  [`^(?:What|Which) (?:was|is) the year (?:in which|when|that) (.+) died\\?*$`, 'In which year did $1 die?'],
  // Scientific names.
  [
    `\\b${LIVING} (?:(?:that|which) is |is )?(?:scientifically |taxonomically )(?:known|called|named|referred to|designated)(?: as)? ${LATIN}`,
    'living thing whose scientific name is $1',
  ],
  [
    `\\b${LIVING} (?:(?:that|which) is |is )?(?:known|called|named|referred to)(?: as| to science as)? ${LATIN} (?:by ${SCIENTISTS}|in Latin|scientifically)`,
    'living thing whose scientific name is $1',
  ],
  [
    `\\b${LIVING} (?:(?:that|which) )?${SCIENTISTS} (?:call|name|know as|refer to as) ${LATIN}`,
    'living thing whose scientific name is $1',
  ],
  // An element by its letters.
  [`\\bthe (?:chemical )?element ([A-Z][a-z]?)(?= |\\?|,|$)(?! [A-Z])`, 'the element with the symbol $1'],
  // By which figure a comparison goes is said by its adjective.
  [`,? \\(?(?:going|judging) by [^?()]*\\)?(?=\\?|$)`, ''],
  // A region of the world.
  [`^In (?:which|what) region is (the ${STATE}\\b.*?)\\?*$`, 'In which part of the world is $1?'],
];

const RULES = TURNS.map(([turn, plain]) => ({ turn: new RegExp(turn, 'gu'), plain }));
const LONGEST = 400;

/** The question with its turns of phrase made plain. */
export function plainTurns(question: string): string {
  if (question.length > LONGEST || /["“”]/.test(question)) return question;
  const plain = RULES.reduce((text, { turn, plain }) => text.replace(turn, plain), question);
  return plain.replace(/\bincludes (?:The|This|That) /, (words) => words.toLowerCase());
}
