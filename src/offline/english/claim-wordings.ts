/**
 * Yes-or-no questions that say a property by a verb, brought to `Is V the property of X?`: `Does X use the V?`, `Can one pay with
 * the V in X?`, `Is X governed from V?`. What is claimed is V; X may be a phrase that has yet to be looked up.
 */

const SOMEONE = '(?:one|you|people|we|I|they|someone|somebody|tourists|locals|the locals)';
const MONEY = '(?:money|currency|cash|legal tender|means of payment)';

/** `V` is the claimed value, `X` what it is claimed of. */
const CLAIMS: readonly [wording: string, plain: string][] = [
  [`(?:Can|Could|Do|Does|May) ${SOMEONE} pay (?:with|in) (?:the )?V in X`, 'Is V the currency of X'],
  [
    `(?:Do|Does) (?:the )?(?:people|locals|inhabitants|citizens|residents) (?:in|of) X (?:pay with|pay in|use)(?: the)? V`,
    'Is V the currency of X',
  ],
  [
    `(?:Is|Are) (?:the )?V (?:used|accepted|valid|spent|legal tender|in use|in circulation)(?: as (?:the )?${MONEY})? in X`,
    'Is V the currency of X',
  ],
  [
    `(?:Is|Are) (?:the )?V (?:the )?(?:${MONEY}|what ${SOMEONE} (?:use to pay|pay with|pay in|use as ${MONEY})) (?:used in|of|in) X`,
    'Is V the currency of X',
  ],
  [`Does X use (?:the )?C(?: as (?:its|a) ${MONEY})?`, 'Is C the currency of X'],
  [`Do(?:es)? ${SOMEONE} use (?:the )?V in X`, 'Is V the currency of X'],
  [`Is V where the government of X (?:sits|is|resides|meets)`, 'Is V the capital of X'],
  [`Does V serve as (?:the )?capital(?: city)? of X`, 'Is V the capital of X'],
  [`Is X (?:governed|ruled|run|administered) from V`, 'Is V the capital of X'],
  [`Does the government of X (?:sit|reside|meet) in V`, 'Is V the capital of X'],
  [
    `Is V (?:the city (?:that|which) )?(?:serves? as |acts? as |is )?the seat of government (?:of|in) X`,
    'Is V the capital of X',
  ],
  [`Is V the city (?:that|which) (?:serves as|is|acts as) the capital(?: city)? of X`, 'Is V the capital of X'],
  [
    `Is V (?:officially spoken|spoken officially|used officially|an official language|the official language|official) in X`,
    'Is V the official language of X',
  ],
  [`Is V (?:an|one of the) official languages? of X`, 'Is V the official language of X'],
  [`Do (?:officials|people) in X (?:officially )?speak V`, 'Is V the language of X'],
];

const RULES = CLAIMS.map(([wording, plain]) => ({
  wording: new RegExp(
    `^${wording
      .replace(/\bV\b/, '(?<value>.{1,60}?)')
      .replace(
        /\bC\b/,
        '(?<value>(?:\\p{L}+ ){0,4}(?:dollar|pound|franc|euro|krone|krona|peso|rupee|dinar|lira|yen|yuan|rouble|ruble|real|rial|riyal|shilling|dirham|won|\\p{Ll}{3,12}))',
      )
      .replace(/\bX\b/, '(?<thing>.{1,200}?)')}\\?*$`,
    'u',
  ),
  plain,
}));

const COMPARES = / than | or | same | larger\b| bigger\b| smaller\b| older\b| younger\b/;

/** The claim in its plain form, or the text as it was. */
export function plainClaim(text: string): string {
  if (text.length > 400 || !/^(?:Is|Are|Can|Could|Do|Does|May) /.test(text)) return text;
  if (COMPARES.test(text)) return text;
  for (const { wording, plain } of RULES) {
    const groups = wording.exec(text)?.groups;
    if (!groups) continue;
    // `Oslo`, `the Danish krone`: only a name of capitals needs no article.
    const named = groups.value!.split(' ').every((word) => /^\p{Lu}/u.test(word)) || groups.value!.startsWith('the ');
    const value = named ? groups.value! : `the ${groups.value}`;
    return `${plain.replace(/\b[VC]\b/, () => value).replace(/\bX\b/, () => groups.thing!)}?`;
  }
  // `Is the capital of X called V?`
  return text.replace(/^Is (the .{3,200}?) (?:called|named) ([\p{Lu}⟦“].{0,60}?)\?*$/u, 'Is $2 $1?');
}
