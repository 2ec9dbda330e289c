/** Which country is meant: by its capital, by what lies in it, by a code. */
import { COUNTRY, PEOPLE, type Wording } from './wording-parts.ts';

export const COUNTRY_WORDINGS: readonly Wording[] = [
  // Countries by their capital.
  [
    `Which ${COUNTRY} (?:is|was) (?:governed|ruled|administered|run) (?:from|out of) N`,
    'Which country has N as its capital',
  ],
  [
    `Which ${COUNTRY}'s (?:government|parliament) (?:sits|resides|is based|is seated|is located|meets) in N`,
    'Which country has N as its capital',
  ],
  [
    `Which ${COUNTRY} (?:has|uses) (?:the )?N (?:for|as) (?:a |its |the )?capital(?: city)?`,
    'Which country has N as its capital',
  ],
  [
    `Which ${COUNTRY}'s (?:leaders|rulers|president|king|queen|rulers) (?:govern|rule|reside|sit|live|resides|rules|governs) (?:from|in) N`,
    'Which country has N as its capital',
  ],
  [
    `Which ${COUNTRY}'s (?:capital(?: city)?|seat of government|main city of government) is (?:called|named) N`,
    'Which country has N as its capital',
  ],
  [`Which ${COUNTRY} does N serve as (?:the )?capital(?: city)?(?: of)?`, 'Which country has N as its capital'],
  [`For which ${COUNTRY} does N serve as (?:the )?capital(?: city)?`, 'Which country has N as its capital'],
  [`Of which ${COUNTRY} does N serve as (?:the )?capital(?: city)?`, 'Which country has N as its capital'],
  [`In which ${COUNTRY} is N the capital(?: city)?`, 'Which country has N as its capital'],
  [`Which ${COUNTRY} has (?:the )?its capital (?:in|at) N`, 'Which country has N as its capital'],
  [`Which ${COUNTRY} calls N its capital(?: city)?`, 'Which country has N as its capital'],
  [
    `(?:Which ${COUNTRY}|What) (?:is|has) N (?:as )?(?:the )?(?:capital(?: city)?|seat of government) of`,
    'Which country has N as its capital',
  ],
  [
    `(?:Of|In) which ${COUNTRY} is N the (?:capital(?: city)?|seat of government)`,
    'Which country has N as its capital',
  ],
  // Countries by what lies in them.
  [
    `Which ${COUNTRY} (?:contains|includes|encompasses|surrounds|encloses|is home to|is the home (?:of|to)|is (?:containing|surrounding|including)) P`,
    'In which country is P located',
  ],
  [
    `Which ${COUNTRY} (?:can claim|is boasting|boasts|houses|owns|possesses|hosts|encloses|holds) P`,
    'In which country is P located',
  ],
  [`Which ${COUNTRY} does P form (?:a )?part of`, 'In which country is P located'],
  [
    `(?:Within|In) which ${COUNTRY} (?:does|is) P (?:lie|located|situated|found|to be found)`,
    'In which country is P located',
  ],
  [`In which ${COUNTRY}'s territory (?:does|is) P (?:lie|located)`, 'In which country is P located'],
  [`Which ${COUNTRY} (?:has|is having) P (?:within|inside) its (?:borders|territory)`, 'In which country is P located'],
  [`Which ${COUNTRY} is P (?:in|part of|a part of|located in|situated in|found in)`, 'In which country is P located'],
  [`Which ${COUNTRY} does P (?:belong to|lie in|sit in)`, 'In which country is P located'],
  [`To which ${COUNTRY} does P belong`, 'In which country is P located'],
  [
    `Which ${COUNTRY} (?:does|do|would|must|should) ${PEOPLE} visit to (?:see|find|reach) P`,
    'In which country is P located',
  ],
  // Countries by a code.
  [
    `Which ${COUNTRY} (?:is|does ISO) (?:(?:known|designated|identified|abbreviated|coded|listed|referred to|abbreviate)(?: as| by)? )?(?:the )?(?:code )?K(?: (?:by|in|under) (?:the )?ISO(?: codes?| standard)?)?(?: as)?`,
    'Which country has the ISO code K',
  ],
  [
    `Which ${COUNTRY} is (?:identified|denoted|marked) by the (?:three-letter )?(?:ISO )?code K`,
    'Which country has the ISO code K',
  ],
  [
    `(?:Which ${COUNTRY} does|For which ${COUNTRY} does) the (?:three-letter )?ISO code K stand(?: for)?`,
    'Which country has the ISO code K',
  ],
  [
    `Which ${COUNTRY} (?:has|bears|is bearing|goes by|carries) the (?:three-letter |ISO |country )*code K`,
    'Which country has the ISO code K',
  ],
  [
    `Which ${COUNTRY} does ISO (?:abbreviate|call|list|code|designate|denote|label|know) (?:as )?K(?: as)?`,
    'Which country has the ISO code K',
  ],
  [`Which ${COUNTRY}'s (?:three-letter |ISO )*code is K`, 'Which country has the ISO code K'],
  [
    `Which ${COUNTRY}'s (?:websites|web sites|web addresses|internet addresses|domains|sites) end (?:in|with) D`,
    'Which country has the internet domain D',
  ],
  [
    `Which ${COUNTRY} (?:has|uses|is using|is having) D as (?:its|the) internet domain`,
    'Which country has the internet domain D',
  ],
  [`Which ${COUNTRY}'s internet domain (?:is|ends in) D`, 'Which country has the internet domain D'],
  [`Which ${COUNTRY} (?:owns|uses|has) the domain D`, 'Which country has the internet domain D'],
  [`For which ${COUNTRY} is D the internet domain`, 'Which country has the internet domain D'],
  [`Which ${COUNTRY} is (?:assigned|given|allotted) the internet domain D`, 'Which country has the internet domain D'],
  [
    `(?:To which ${COUNTRY} does|Which ${COUNTRY} does) the (?:internet domain|web ending|internet ending) D belong(?: to)?`,
    'Which country has the internet domain D',
  ],
  [`(?:Which ${COUNTRY}|What) is D the internet domain of`, 'Which country has the internet domain D'],
];
