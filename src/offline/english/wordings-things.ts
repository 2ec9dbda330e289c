/** What is asked of living things, elements and people: names, kinds, taxa, symbols, the years of a life. */
import { PEOPLE, SCIENTISTS, type Wording } from './wording-parts.ts';

export const THING_WORDINGS: readonly Wording[] = [
  // Names of living and other things.
  [`By (?:what|which) other names? is N (?:also )?(?:known|called)`, 'What is another name for N'],
  [`What(?: is|'s|’s) another (?:word|term|name) (?:for|of) N`, 'What is another name for N'],
  [`What (?:other|alternative) names? does N (?:have|go by|bear)`, 'What is another name for N'],
  [`What else (?:is|are) N called`, 'What is another name for N'],
  [`How (?:is|are) N called scientifically`, 'What is the scientific name of N'],
  [
    `What (?:Latin |scientific )?name (?:have|do|did) ${SCIENTISTS} (?:given|give|use for|given to|give to) N`,
    'What is the scientific name of N',
  ],
  [
    `(?:By|Under) (?:what|which) (?:scientific|Latin|binomial) name is N (?:known|classified)`,
    'What is the scientific name of N',
  ],
  // Elements.
  [
    `Which (?:chemical )?element (?:is|do chemists) (?:written|abbreviated|denoted|symboli[sz]ed|represented|write|abbreviate|denote)(?: as| by| with)?(?: the (?:letters?|symbol))? S`,
    'Which element has the symbol S',
  ],
  [
    `(?:Which|What) (?:chemical )?element (?:does (?:the symbol )?S (?:stand for|denote|represent)|is S the symbol (?:of|for))`,
    'Which element has the symbol S',
  ],
  [`(?:Which|What) letters? stands? for N`, 'What is the symbol of N'],
  [
    `(?:By|With) (?:which|what) (?:chemical )?(?:symbol|letters?) is N (?:denoted|represented|known|written|abbreviated)`,
    'What is the symbol of N',
  ],
  [
    `(?:What|Which) (?:chemical )?symbol (?:do (?:chemists|scientists) (?:use|write) for|stands for|does) N(?: have)?`,
    'What is the symbol of N',
  ],
  [`How (?:do chemists (?:write|abbreviate)|is) N(?: abbreviated| written| denoted)`, 'What is the symbol of N'],
  [`(?:What|Which) (?:atomic )?number does N have(?: in the periodic table)?`, 'What is the atomic number of N'],
  [`How (?:heavy is|much does) an atom of N(?: weigh)?`, 'What is the atomic mass of N'],
  [`What is N (?:also|otherwise) (?:called|known as|named)`, 'What is another name for N'],
  [`(?:Is there|What is) another (?:name|word|term) for N`, 'What is another name for N'],
  [`How else is N called`, 'What is another name for N'],
  [`(?:How|What) do ${SCIENTISTS} call N`, 'What is the scientific name of N'],
  [`What do ${PEOPLE} call N in Latin`, 'What is the scientific name of N'],
  [`(?:Which|What) scientific name does N (?:bear|carry|have)`, 'What is the scientific name of N'],
  [`N is known to science (?:as what|by what name)`, 'What is the scientific name of N'],
  [`N is a (?:kind|type|sort) of what`, 'What is N a kind of'],
  [`(?:Which|What) (?:category|class|kind|type|group) of things (?:does N belong to|is N)`, 'What is N a kind of'],
  [
    `Which (?:animal|creature|living thing|organism|species|plant|thing) (?:do ${SCIENTISTS} call|is called by ${SCIENTISTS}|is (?:scientifically )?(?:known|named|called)(?: to science| scientifically| in Latin)?(?: as)?) L(?: in Latin)?`,
    'Which living thing has the scientific name L',
  ],
  ...['block', 'period'].flatMap((part): [string, string][] => [
    [`In (?:which|what) ${part} is (?!of )N`, `In which ${part} of the periodic table is N`],
    [`(?:Which|What) ${part} (?:does N belong to|is N in)`, `In which ${part} of the periodic table is N`],
  ]),
  [
    `Which (?:animal|creature|living thing|organism|species|plant|thing) is (?:called|named) L (?:by ${SCIENTISTS}|in Latin)`,
    'Which living thing has the scientific name L',
  ],
  [
    `(?:What|Which)(?: is the)? (?:animal|creature|living thing|organism|species|plant)(?: is it)? whose (?:scientific|Latin|binomial) name is L`,
    'Which living thing has the scientific name L',
  ],
  // Taxa.
  ...['genus', 'family', 'order', 'class', 'phylum'].flatMap((taxon): [string, string][] => [
    [`(?:Which|What) ${taxon} (?:includes|contains|comprises|covers|holds) N`, `To which ${taxon} does N belong`],
    [
      `(?:In|Under) (?:which|what) ${taxon} (?:is|are) N(?: classified| placed| found| grouped| put| listed)?`,
      `To which ${taxon} does N belong`,
    ],
    [
      `(?:What|Which) ${taxon} (?:is|are) N (?:in|part of|(?:classified|placed|grouped|put) (?:in|under))`,
      `To which ${taxon} does N belong`,
    ],
    [`(?:What|Which) ${taxon} does N (?:belong to|fall under|fall in|form part of)`, `To which ${taxon} does N belong`],
    [`Of (?:which|what) ${taxon} is N (?:a )?(?:member|part)`, `To which ${taxon} does N belong`],
    [
      `(?:In|Under) (?:which|what) ${taxon} (?:do|does|have) ${SCIENTISTS} (?:place|put|classify|classified|placed) N`,
      `To which ${taxon} does N belong`,
    ],
  ]),
  // Lives.
  [
    `(?:When|In (?:what|which) year) did N (?:pass away|lose (?:his|her|their) life|breathe (?:his|her) last)`,
    'In which year did N die',
  ],
  [`What (?:is|was) the (?:birth year|year of (?:the )?birth) of N`, 'In which year was N born'],
  [`What (?:is|was) the (?:death year|year of (?:the )?death) of N`, 'In which year did N die'],
  [`In (?:what|which) year was the birth of N`, 'In which year was N born'],
  [`N died (?:in (?:what|which) year|when)`, 'In which year did N die'],
  [`N was born (?:in (?:what|which) year|when)`, 'In which year was N born'],
  [`(?:What|Which) year saw the birth of N`, 'In which year was N born'],
  [`(?:What|Which) year saw the death of N`, 'In which year did N die'],
  [`When did N (?:come into the world|see the light of day)`, 'When was N born'],
  [`In (?:what|which) year did N (?:come into the world|see the light of day)`, 'In which year was N born'],
  [`(?:When|In (?:what|which) year) did (?:the )?life of N end`, 'When did N die'],
];
