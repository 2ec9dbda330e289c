/**
 * Small vocabularies that wordings share, as parts of regular expressions, and the type of a table of wordings. In a wording a
 * single capital N, P, K, S, L or D stands for what is asked about; `everyday.ts` says what each may be.
 */

/** An everyday wording (anchored at both ends) and the plain question that a reference work answers. */
export type Wording = readonly [wording: string, plain: string];

export const COUNTRY = '(?:country|nation|state|land|republic|kingdom|realm)';
export const PEOPLE =
  '(?:people|they|you|one|we|locals|residents|inhabitants|citizens|the locals|the people|I|somebody|someone)';
export const MONEY = '(?:money|currency|cash|legal tender|monetary unit|means of payment)';
export const NEIGHBOURS =
  '(?:(?:land )?neighbou?rs|neighbou?ring (?:countries|states|nations)|bordering (?:countries|states|nations)|adjacent (?:countries|states))';
export const STATES = '(?:other )?(?:countries|states|nations)';
export const SCIENTISTS = '(?:scientists|biologists|zoologists|botanists|taxonomists|science|biology)';
