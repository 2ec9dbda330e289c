/**
 * Many ways to ask for a comparison, brought to the few that the parser of comparisons knows: `When X and Y are compared, which is
 * larger?`, `X or Y: which is larger?` -> `Which is larger, X or Y?`; `Do more people live in X than in Y?` -> `Does X have more
 * people than Y?`
 */
import { AUXILIARIES, QUESTION_WORDS } from './lexicon.ts';
import { fills, jointOf } from './pair.ts';
import { comparativeAt, gradableAdjective, superlativeAt } from './quantities.ts';
import { type Token, textBetween, tokenize } from './tokens.ts';

const COMPARED =
  /^(?:when|if|once) (?:(?:you |we |one )?(?:compare|comparing) )?(?=\S)|^(?:comparing|compare|in a comparison (?:of|between)|compared with each other,?|set side by side,?|out of|of|among|between) (?=\S)/i;

/** The plain comparison, or the text as it was. */
export function plainComparison(text: string): string {
  if (text.length > 600) return text;
  return measured(text) ?? pairFirst(text) ?? amount(text) ?? people(text) ?? shared(text) ?? text;
}

const ends = (tokens: readonly Token[]): number => {
  let length = tokens.length;
  while (length > 0 && ['?', '.', '!'].includes(tokens[length - 1]!.text)) length--;
  return length;
};

/** The pair stands before the question that lets choose from it. */
function pairFirst(text: string): string | undefined {
  const lead = COMPARED.exec(text)?.[0] ?? '';
  const rest = text.slice(lead.length);
  const tokens = tokenize(rest);
  const length = ends(tokens);
  for (let mark = 2; mark < length - 1; mark++) {
    const token = tokens[mark]!;
    if (token.quoted || token.kind !== 'punctuation' || !',:;–—-'.includes(token.text)) continue;
    const next = tokens[mark + 1]!.lower;
    if (next !== 'which' && next !== 'who' && next !== 'what' && next !== 'whose') continue;
    if (!compares(tokens, mark + 1, length)) return undefined;
    let end = mark;
    // `are compared`, `are set side by side`
    const verb = tokens.findLastIndex((word, index) => index < mark && ['are', 'were'].includes(word.lower));
    if (/^(?:when|if|once)/i.test(lead) && verb > 0 && mark - verb <= 5) end = verb;
    const joint = jointOf(
      tokens,
      0,
      end,
      lead ? ['and', 'with', 'to', 'or'] : ['or', 'and', 'versus', 'vs', 'against'],
    );
    if (joint === undefined) return undefined;
    const left = textBetween(rest, tokens, 0, tokens[joint - 1]!.text === ',' ? joint - 1 : joint);
    const right = textBetween(rest, tokens, joint + 1, end);
    const question = textBetween(rest, tokens, mark + 1, length).replace(
      /^(which|who)( one)?( of (?:the two|them|these|both))?\b/i,
      '$1',
    );
    return `${question.charAt(0).toUpperCase()}${question.slice(1)}, ${lead ? left : small(left)} or ${right}?`;
  }
  return undefined;
}

/** `The French composer who ...` begins with an article, `The Silent House` with its name. */
const small = (text: string): string =>
  text.replace(/^(The|A|An|This|That)(?= \p{Ll}| (?:\p{Lu}[\p{L}.]* )+\p{Ll}{3,})/u, (word) => word.toLowerCase());

const compares = (tokens: readonly Token[], from: number, to: number): boolean => {
  for (let index = from; index < to; index++) {
    const { lower } = tokens[index]!;
    const next = tokens[index + 1]?.lower;
    if (comparativeAt(lower, next) || superlativeAt(lower, next) || lower === 'first' || lower === 'last') return true;
  }
  return false;
};

/** `Is X not as large as Y?`, `Compared with Y, is X larger?`, `Does X weigh more than Y?` */
function measured(text: string): string | undefined {
  const as = /^(Is|Are|Was) (.+?)( not)? as ([a-z]+) as (.+?)\?*$/i.exec(text);
  if (as && gradableAdjective(as[4]!)) return `${as[1]} ${as[2]} ${as[3] ? 'less' : 'more'} ${as[4]} than ${as[5]}?`;
  const compared =
    /^(?:compared (?:with|to)|in comparison (?:with|to)|next to) (.+?), (is|are|does|has|was) (.+?)\?*$/i.exec(text);
  if (compared && !/ than /.test(compared[3]!))
    return `${compared[2]!.charAt(0).toUpperCase()}${compared[2]!.slice(1)} ${compared[3]} than ${compared[1]}?`;
  const world = /^Did (.+?) come into the world (before|after|earlier than|later than) (.+?)\?*$/i.exec(text);
  if (world) return `Was ${world[1]} born ${world[2]} ${world[3]}?`;
  const weigh = /^(?:Does|Do) (.+?) weigh (more|less) than (?:one of )?(.+?)\?*$/i.exec(text);
  if (weigh) return `Is ${weigh[1]} ${weigh[2] === 'more' ? 'heavier' : 'lighter'} than ${weigh[3]}?`;
  return undefined;
}

/** `By how many square kilometres is X larger than Y?`, `Does X exceed Y in area?` */
function amount(text: string): string | undefined {
  const by =
    /^By how (?:much|many [a-z ]{3,30}?) (is|was|are) (.+?) ((?:more )?[a-z]+(?:er)?(?: in [a-z]+)?) than (.+?)\?*$/i.exec(
      text,
    );
  if (by) {
    const tokens = tokenize(by[3]!);
    if (comparativeAt(tokens.at(0)!.lower, tokens[1]?.lower))
      return `How much ${by[3]} ${by[1]} ${by[2]} than ${by[4]}?`;
  }
  const exceed =
    /^(?:Does|Do|Did) (.+?) (?:exceed|surpass|outdo|top|beat) (.+) in (?:terms of )?([a-z]+(?: [a-z]+)?)\?*$/i.exec(
      text,
    );
  if (exceed) return `Is the ${exceed[3]} of ${exceed[1]} greater than the ${exceed[3]} of ${exceed[2]}?`;
  const that =
    /^(?:Does|Do) the ([a-z]+(?: of inhabitants)?) of (.+?) (exceed|surpass|top|match|equal) (?:that|the \1|the one) of (.+?)\?*$/i.exec(
      text,
    );
  if (that && /^(?:match|equal)$/i.test(that[3]!)) return sameOf(that[1]!, that[2]!, that[4]);
  if (that) return `Is the ${that[1]} of ${that[2]} greater than the ${that[1]} of ${that[4]}?`;
  const either = /^Is it (.+?) that (?:is|was|has|have) (.+?)\?*$/i.exec(text);
  if (either && / or /.test(either[1]!)) return `Which is ${either[2]}, ${either[1]}?`;
  return undefined;
}

/** How many live where. */
function people(text: string): string | undefined {
  const tokens = tokenize(text);
  const length = ends(tokens);
  const lower = tokens.map((token) => token.lower);
  const who = lower.findIndex((word) => ['people', 'inhabitants', 'residents', 'persons', 'citizens'].includes(word));
  if (who < 1) return undefined;
  const amountAt = lower.findIndex((word, index) => index <= who && ['more', 'fewer', 'less'].includes(word));
  if (amountAt < 0) return undefined;
  const word = tokens[amountAt]!.text;
  const span = (from: number, to: number): string => textBetween(text, tokens, from, to);
  const than = lower.findIndex((item, index) => index > who && item === 'than');
  const home = lower.indexOf('home');
  if (home > 0 && lower[home + 1] === 'to' && home < amountAt && AUXILIARIES.has(lower[0]!) && than > 0)
    return `Does ${span(1, home)} have ${word} people than ${span(than + 1, length)}?`;
  const live = lower.findIndex(
    (item, index) => index > who && ['live', 'lives', 'reside', 'dwell', 'living', 'are'].includes(item),
  );
  const begin = live > 0 ? live + 1 : who + 1;
  if (!['in', 'inside', 'within'].includes(lower[begin] ?? '')) {
    // `Where do more people live, in X or in Y?`
    const choice = /^(.*?), ?(?:in )?(.+?) or (?:in )?(.+?)\?*$/.exec(text);
    return choice && lower[0] === 'where' ? `Which has ${word} people, ${choice[2]} or ${choice[3]}?` : undefined;
  }
  const there = QUESTION_WORDS.has(lower[0]!) ? /^how$/.test(lower[0]!) : AUXILIARIES.has(lower[0]!);
  if (!there) return undefined;
  const skip = (index: number): number => (['in', 'inside', 'within'].includes(lower[index] ?? '') ? index + 1 : index);
  if (than > begin) {
    const left = span(begin + 1, than);
    const right = span(skip(than + 1), length);
    return lower[0] === 'how'
      ? `How much larger is the population of ${left} than the population of ${right}?`
      : `Does ${left} have ${word} people than ${right}?`;
  }
  for (let joint = begin + 2; joint < length - 1; joint++)
    if (lower[joint] === 'or' && fills(tokens, begin + 1, joint) && fills(tokens, skip(joint + 1), length))
      return `Which has ${word} people, ${span(begin + 1, joint)} or ${span(skip(joint + 1), length)}?`;
  return undefined;
}

/** What two things have in common: `share a currency`, `have a common language`, `is the X of A also that of B`. */
function shared(text: string): string | undefined {
  const plain = text
    .replace(/\?+$/, '')
    .replace(/\bone and the same\b/, 'the same')
    .replace(/\b(belong to|lie in|are in|in) one (part|region|country|continent)\b/, '$1 the same $2');
  if (plain !== text.replace(/\?+$/, '')) return `${plain}?`;
  const used =
    /^(?:Is|Are) the ([a-z ]+?) (?:used|spoken|valid) in (.+?) also (?:used|spoken|valid|the one used|that) in (.+)$/i.exec(
      plain,
    );
  if (used) return sameOf(used[1]!, used[2]!, used[3]);
  const commonly =
    /^(Do|Does|Have|Has) (.+) (?:have|share|use|possess) (?:a|the|one) (?:common|single|shared) ([a-z ]+?)(?: with (.+))?$/i.exec(
      plain,
    );
  if (commonly) return sameOf(commonly[3]!, commonly[2]!, commonly[4]);
  const share = /^(?:Do|Does) (.+) share (?:its|their|his|her|a|an|the)(?: same)? ([a-z ]+?)(?: with (.+))?$/i.exec(
    plain,
  );
  if (share) return sameOf(share[2]!, share[1]!, share[3]);
  const also = /^(?:Is|Are) the ([a-z ]+?) of (.+?) also (?:that|the one|those|the \1) of (.+)$/i.exec(plain);
  if (also) return sameOf(also[1]!, also[2]!, also[3]);
  const identical = /^(?:Are|Is) the ([a-z ]+?)s of (.+?) (?:identical|equal|the same|alike)$/i.exec(plain);
  if (identical) return sameOf(singular(identical[1]!), identical[2]!);
  const one =
    /^(?:Is|Are) (?:the|one) (?:same|identical) ([a-z ]+?) (?:used|spoken|valid|in use|found|official) (?:both )?in (.+)$/i.exec(
      plain,
    );
  if (one) return sameOf(one[1]!, one[2]!);
  const pay =
    /^(?:Do|Does|Can) (?:the )?(?:people|you|one|we|residents|inhabitants)(?: (?:in|of) (.+?))? (?:pay|shop|trade) (?:with|in|using) (?:the|one) (?:same|common) (?:money|currency|cash)(?: (?:both )?in (.+))?$/i.exec(
      plain,
    );
  if (pay && (pay[1] ?? pay[2])) return sameOf('currency', (pay[1] ?? pay[2])!.replace(/ and in /, ' and '));
  return undefined;
}

const singular = (noun: string): string => noun.replace(/ie$/, 'y');

function sameOf(property: string, left: string, right?: string): string {
  return right
    ? `Is the ${property} of ${left} the same as the ${property} of ${right}?`
    : `Do ${left} have the same ${property}?`;
}
