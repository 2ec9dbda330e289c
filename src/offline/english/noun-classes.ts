/** Things that have a picture of their own rather than being what the question is after: the country, not its flag. */
export const REPRESENTATIONS = new Set(
  'flag banner colours colors emblem logo symbol coat seal badge crest ensign standard sign map outline'.split(' '),
);

/** Classes of things one can ask for by a picture: `the country of this flag`. */
export const CLASSES = new Set(
  'country nation state territory place city animal creature plant object thing item food fruit vegetable instrument vehicle person species building landmark monument bird fish insect island republic kingdom land region'.split(
    ' ',
  ),
);

const PERSONS = new Set(
  'father mother wife husband spouse son daughter brother sister child parent grandfather grandmother uncle aunt king queen president minister chancellor mayor governor chief monarch leader head person man woman artist musician star hero heir emperor empress pope captain coach chef'.split(
    ' ',
  ),
);

export function isPersonNoun(noun: string): boolean {
  if (PERSONS.has(noun)) return true;
  if (/(ist|ian|eer|man|woman)$/.test(noun)) return true;
  return (
    /(or|er)$/.test(noun) &&
    /^(direct|author|act|edit|compos|invent|writ|paint|sing|perform|play|produc|own|found|design|creat|discover|found|rul|win|lead|teach|speak|develop|build|play|rid|driv|buil|compet|conduct|illustrat|translat|research|explor|manag|publish|bishop|ambassad|senat|govern|profess|doct|sculpt|warri|fight|bank|lawy|photograph|philosoph|report|broadcast)/.test(
      noun,
    )
  );
}

/** `the birth of X`: an event of X, not a thing of its own. */
export const EVENTS = new Set(
  'birth death founding foundation establishment release creation discovery invention construction start beginning end publication independence premiere formation marriage coronation opening closure abolition'.split(
    ' ',
  ),
);
