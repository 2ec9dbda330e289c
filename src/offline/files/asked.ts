/**
 * What kind of answer a question asks for, by its question words: a number of something, a length of time, a person. Only kinds that
 * can be told apart in a text by their form; of every other question the sentence is shown, and no short answer given.
 */
import { allStems } from './words.ts';

export type AskedKind =
  | 'count'
  | 'money'
  | 'time-span'
  | 'measure'
  | 'frequency'
  | 'clock'
  | 'date'
  | 'person'
  | 'place'
  | 'number'
  | 'phone'
  | 'email'
  | 'website'
  | 'colour'
  | 'meaning'
  | 'reason'
  | 'value'
  | 'other';

export interface Asked {
  kind: AskedKind;
  /** Stems of the words that say what is asked and need not stand in the answer's sentence: `how long`, `which colour`. */
  frame: ReadonlySet<string>;
  /** What is counted: `days` of `how many days`. */
  counted?: string;
  /** Of a span of time, the side that is asked for. */
  end?: 'first' | 'last';
  /** `last` of `last year`, `ago` of `ten years ago`: what holds today is no answer. */
  otherTime?: string;
  /** `Which products`: several answers are wanted. */
  plural: boolean;
}

interface Form {
  pattern: RegExp;
  kind: AskedKind;
}

const FORMS: readonly Form[] = [
  {
    pattern: /^\s*(?:and |so |but )?why\b|\bhow come\b|\bfor what reason\b|\bwhat(?:'s| is) the reason\b/i,
    kind: 'reason',
  },
  { pattern: /\be-?mail address\b|\bwhat(?:['’]?s| is| are) .*\be-?mails?\b/i, kind: 'email' },
  { pattern: /\b(?:website|web site|web page|web address|url)\b/i, kind: 'website' },
  {
    pattern:
      /\b(?:phone|telephone|mobile|cell|fax|extension|hotline) number\b|\b(?:what|which) (?:number|extension) (?:do|can|should|must|shall) (?:i|we|you) (?:call|ring|dial|phone)\b|\bwhat(?:['’]?s| is) .*\b(?:phone|telephone|mobile|extension)(?: of\b|\W*$)/i,
    kind: 'phone',
  },
  { pattern: /\bhow (?:often|frequently|regularly|many times)\b/i, kind: 'frequency' },
  {
    pattern:
      /\bhow (?:long|much (?:time|notice|earlier|later|longer|sooner)|old)\b|\bwhat (?:is|are) the (?:duration|length)\b/i,
    kind: 'time-span',
  },
  {
    pattern:
      /\bhow much (?:money|for|does .+ cost|do .+ cost|is .+ cost|is|are|do i (?:have to )?pay|must i pay|would|will it cost)\b/i,
    kind: 'money',
  },
  {
    pattern: /\b(?:what|which|how much) .*\b(?:cost|price|fee|fees|rent|deposit|pay|charge|salary|fine)\b/i,
    kind: 'money',
  },
  { pattern: /\bhow many\b/i, kind: 'count' },
  { pattern: /\bhow (?:tall|high|deep|wide|far|heavy|big|large|fast|hot|cold|warm|thick|strong)\b/i, kind: 'measure' },
  {
    pattern:
      /\b(?:at )?(?:what|which) time\b|\buntil when\b|\bwhen .*\b(?:open|close|start|begin|end|shut)s?\b|\bhow (?:late|early)\b/i,
    kind: 'clock',
  },
  { pattern: /\bwhen\b|\b(?:what|which) (?:year|date|day|month)\b|\bsince when\b|\bby when\b/i, kind: 'date' },
  { pattern: /\b(?:what|which) colou?rs?\b|\bcolou?rs? of\b/i, kind: 'colour' },
  { pattern: /\b(?:what|which) (?:\p{L}+ )?number\b/iu, kind: 'number' },
  { pattern: /\b(?:who|whom|whose|whos)\b/i, kind: 'person' },
  { pattern: /\bwhere\b/i, kind: 'place' },
  {
    pattern:
      /\bwhat (?:does|do) .+ (?:mean|stand for|signify|(?:want to )?(?:tell|say))\b|\bwhat(?:'s| is) meant by\b|\bwhat is the meaning of\b/i,
    kind: 'meaning',
  },
  { pattern: /^\s*(?:and )?what(?:'s| is| are| was| were)\b/i, kind: 'value' },
];

const FRAME = new Set(
  allStems(
    'how long often many much what which who whom whose where when why do does did is are was were be been can could may must should shall will would have has had i we you he she they it my our your their me us get got need take takes taken time year date day number colour color mean means meant there the a an of for to in on at by from with if that this and or any tell know called name cost costs price offer have sell keep own s t m re ve ll d just really also still now lot lots guys folks bunch thing things stuff left someone somebody anyone anybody everyone everybody please whos whats wheres but list table into onto out up down off about around through',
  ),
);

/** Undefined where it is no question for a short answer: yes or no, why, how to. */
export function askedOf(question: string): Asked {
  const asking = withoutWhenClause(question);
  const form = FORMS.find(({ pattern }) => pattern.test(asking));
  const following = /\bhow many\s+((?:[\p{L}-]+\s*){1,3})/iu.exec(question)?.[1]?.toLowerCase().split(/\s+/) ?? [];
  const counted = following.find((word) => word.length > 3 && word.endsWith('s') && word !== 'does') ?? following[0];
  return {
    kind: form?.kind ?? 'other',
    frame: FRAME,
    ...endOf(question),
    ...otherTimeOf(question),
    ...(form?.kind === 'count' && counted !== undefined && { counted }),
    plural:
      /\b(?:which|what|who) of (?:the|our|your|my|these|those)\b/i.test(question) ||
      /^\s*(?:and )?what (?:do|does|is|are) .*\b(?:in|on|at)\b/i.test(question) ||
      (/\b(?:which|what)\s+(?:\p{L}+\s+){0,2}\p{L}+[^s\s]s\b(?!\s+(?:is|was|has|does)\b)/iu.test(question) &&
        !/\b(?:is|was|has|does)\b/i.test(question.split(/\s+/).slice(1, 4).join(' '))),
  };
}

/** What a question is about, without the words that only ask: no `long table` fits `how long`. */
export const withoutAsking = (question: string): string =>
  without(/\bhow (?:long|much|many|far|often|come)\b/gi, question);

/** And without small words that a stop list for searches keeps. */
export const topicOf = (question: string): string =>
  without(
    /\b(?:when|till|until|us|here|one|these days|today)\b|\b(?:can|don|won|isn|doesn)['’]t\b/gi,
    withoutAsking(question),
  );

function without(pattern: RegExp, question: string): string {
  const rest = question.replace(pattern, ' ').trim();
  return /\p{L}/u.test(rest) ? rest : question;
}

const OTHER_TIME =
  /\b(last|next|previous|past|following|coming) (?:year|month|week|weekend|season|term|spring|summer|autumn|fall|winter|time)\b|\b(?:years?|months?|weeks?|days?) (ago)\b|\b(formerly|previously)\b/i;

const ASKING_WORD = /\b(?:who|whom|whose|what|when|where|which|how)\b/i;

function otherTimeOf(question: string): Pick<Asked, 'otherTime'> {
  // `I joined two weeks ago, how long ...?` tells a time and asks of none.
  const asking = question.split(/[,.;!?]\s/).findLast((clause) => ASKING_WORD.test(clause)) ?? question;
  const [, ...said] = OTHER_TIME.exec(asking) ?? [];
  const word = said.find((one) => one !== undefined);
  return word === undefined ? {} : { otherTime: word.toLowerCase() };
}

function endOf(question: string): Pick<Asked, 'end'> {
  if (/\b(?:clos(?:e|es|ing)|shuts?|ends?|finish(?:es)?|until|till|late|latest|last)\b/i.test(question))
    return { end: 'last' };
  return /\b(?:opens?|opening|starts?|begins?|from when|early|earliest|first)\b/i.test(question)
    ? { end: 'first' }
    : {};
}

/** `Where do we meet when it burns?` asks where: a `when` behind another question word begins a clause. */
function withoutWhenClause(question: string): string {
  const other = /\b(?:who|whom|whose|where|which|what|how)\b/i.exec(question);
  const when = /\bwhen\b/i.exec(question);
  if (!other || !when) return question;
  return when.index > other.index ? question.slice(0, when.index) : question;
}
