/**
 * Whether a sub-question is one that a reference work answers: a known relation, asked of a name. What a sentence of an unfamiliar build
 * is cut into seldom is (`What is the capital of Uruguay home?`), so that one can tell a reading from a guess.
 */
import { COUNTRY_WORDINGS } from './wordings-countries.ts';
import { PROPERTY_WORDINGS } from './wordings-properties.ts';
import { THING_WORDINGS } from './wordings-things.ts';

/** Plain questions that no wording leads to, since people ask them like this. */
const MORE = [
  "Which country's capital is N",
  'Which country has N as its capital',
  'Which country is N the capital of',
  'What is the N1 of N',
  "What is N's N1",
  'In which country is N',
  'In which country is N located',
  'When was N born',
  'In which year was N born',
  'When did N die',
  'In which year did N die',
  'When did N become independent',
  'In which year did N become independent',
  'What year did N become independent',
  'Who was the N',
  'Which N1 is described as N',
  'Which living thing has the scientific name N',
  'What is the scientific name of N',
  'To which N1 does N belong',
  'In which N1 of the periodic table is N',
  'Which element has the atomic number N',
  'Which element has the symbol N',
  'Which country has the N1 N',
  'Which family of languages does N belong to',
  'Which country of N has the largest area',
  'What is another name for N',
  'What smaller unit is N divided into',
  'How many countries border N',
  "Which country's flag is this",
  "Which country's flag is shown in the image",
  'Which N1 is shown in the image',
  'What is shown in the image',
  'What is shown in the picture',
];

/**
 * A name, a code, a number, a quotation or a phrase still to be looked up; or a thing in one or two common words. Words of a name part
 * at spaces only, so that there is one way to read it.
 */
const WORD = String.raw`[\p{Lu}\d.+“"][^\s]*`;
const NAME = String.raw`(?:the )?${WORD}(?: (?:(?:of|the|and|de|la|du|da|von|van|el|al|y) (?=[\p{Lu}\d]))?${WORD})*(?: \p{Ll}{4,}){0,2}`;
const QUOTED = '[“"][^”"]+[”"]';
const THING = String.raw`(?:the |an? )?\p{Ll}[\p{L}’'-]+(?: \p{Ll}[\p{L}-]+)?`;
const PHRASE = '(?:the|this) .+ (?:of|that|which|whose|where|in|with|from|by|for|shown) .+';
const ATTRIBUTE = String.raw`[\p{L}-]+(?: [\p{L}-]+){0,2}`;
const SLOTS: Readonly<Record<string, string>> = {
  N: `(?:${QUOTED}|${NAME}|${THING}|${PHRASE})`,
  N1: ATTRIBUTE,
};

const PLAIN = [
  ...new Set([...COUNTRY_WORDINGS, ...PROPERTY_WORDINGS, ...THING_WORDINGS].map(([, plain]) => plain)),
  ...MORE,
].map(
  (plain) =>
    new RegExp(
      `^${plain.replace(/(?<![A-Za-z])(N1|[NPKDSL])(?![A-Za-z])/g, (slot) => SLOTS[slot] ?? SLOTS.N!)}\\?*$`,
      'u',
    ),
);

/** Words that end no name: the rest of a clause that was cut through. */
const CUT_OFF =
  /[\p{Lu}⟧]\p{L}* (?:home|there|here|called|named|known|located|found|lies|shares?|borders?|become|became|have|has|stop|from|with|as|in|of|to)\?*$/u;
/** ... but for the last word of a question that ends with it. */
const ENDS_SO = /\b(?:located|the (?:image|picture))\?*$|^In which country is /;

/** Nothing longer is a plain question. */
const LONGEST = 300;

export function isPlainQuestion(question: string): boolean {
  return (
    question.length <= LONGEST &&
    (!CUT_OFF.test(question) || ENDS_SO.test(question)) &&
    PLAIN.some((plain) => plain.test(question))
  );
}
