/**
 * Everyday wordings of common relations and the plain question that a reference work answers: `What do people pay with in X?`
 * asks for a currency, `Which country is governed from X?` for the one with X as its capital. Wordings of English, for single
 * questions that are about to be searched; X is kept as it stands.
 */
import { COUNTRY_WORDINGS } from './wordings-countries.ts';
import { PROPERTY_WORDINGS } from './wordings-properties.ts';
import { THING_WORDINGS } from './wordings-things.ts';

const WORDINGS = [...COUNTRY_WORDINGS, ...PROPERTY_WORDINGS, ...THING_WORDINGS];

/** What may stand for N (a phrase), P (a name), K (a code), S (a symbol of one or two letters), L (a scientific name) and D (an internet domain). */
const SLOTS: Readonly<Record<string, string>> = {
  N: '(.{1,200}?)',
  P: '((?:the )?[\\p{Lu}⟦“].{0,80}?)',
  K: '(⟦?[A-Z]{2,3}⟧?)',
  L: '(⟦?\\p{Lu}\\p{Ll}+(?: \\p{Ll}+){1,3}⟧?)',
  S: '(⟦?[A-Z][a-z]?⟧?)',
  D: '(⟦?\\.[a-z]{2,6}⟧?)',
};
const SLOT = /(?<![A-Za-z])([NPKDSL])(?![A-Za-z])/g;

/** Question words that a wording can begin with, so that most rules need not be tried. */
const OPENINGS = [
  'Since',
  'Is',
  'Over',
  'Across',
  'Within',
  'What',
  'Which',
  'How',
  'In',
  'To',
  'By',
  'With',
  'From',
  'Of',
  'On',
  'For',
  'Under',
  'Where',
  'When',
];

const RULES = WORDINGS.map(([wording, plain]) => {
  const pattern = wording.replace(SLOT, (letter) => SLOTS[letter]!);
  return { wording: new RegExp(`^${pattern}\\?*$`, 'u'), plain, openings: openingsOf(wording) };
});

/** The first words a wording allows; empty where it begins with what it asks about. */
function openingsOf(wording: string): ReadonlySet<string> {
  const lead = /^(?:\(\?:[^()]*\)|[A-Z][a-z]+)/.exec(wording)?.[0] ?? '';
  return new Set(OPENINGS.filter((word) => new RegExp(`\\b${word}\\b`).test(lead)));
}

/** A phrase with a clause or another phrase in it. */
const CLAUSE = /^(?:the|this|that) (?:\p{Ll}+ )+(?:that|which|whose|who|where|in|with|\p{Lu})/u;

/** The plain question of an everyday one; undefined where it is none of these. */
export function plainWording(question: string): string | undefined {
  if (question.length > 400) return undefined;
  const first = question.slice(0, 12).split(/[ ']/, 1)[0]!;
  for (const { wording, plain, openings } of RULES) {
    if (openings.size > 0 && !openings.has(first)) continue;
    const match = wording.exec(question);
    const named = match?.slice(1).find((text) => text !== undefined);
    // A phrase that is yet to be looked up stands last, where its end is plain.
    if (named !== undefined && !/N$/.test(plain) && /N/.test(plain) && CLAUSE.test(named)) continue;
    if (named !== undefined) return `${plain.replace(SLOT, () => named)}?`;
  }
  return undefined;
}
