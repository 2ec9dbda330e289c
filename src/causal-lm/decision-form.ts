/**
 * What a decision in the tags may look like, token by token: a decoder held to it cannot write one that is unusable. The tags are
 * given, a name is one of those there are, `None` goes with `None`, and a sub-question ends where there is no more room. Nor does it
 * say the same thing three times in a row, which is how small decoders get stuck.
 *
 * A form is plain data. The sampler draws by it and the trainer works out the same probabilities from the tokens alone: of what may
 * follow, and of nothing else. So the gradient is that of the policy that sampled.
 */
import { contentHash } from '../common/content-hash.ts';
import { userError } from '../common/errors.ts';
import { NONE } from '../graph/chat-model/protocols/naming.ts';
import { DECISION_TOKENS, END_OF_TURN } from './decision-tokens.ts';
import type { TextTokenizer } from './tokenizer.ts';

export interface DecisionForm {
  /** Of everything below. */
  id: string;
  /** `<think></think><sub-question>` */
  open: readonly number[];
  /** `</sub-question><ret>`; its first token stands nowhere in a sub-question. */
  close: readonly number[];
  /** `</ret>` and the end of the turn. */
  end: readonly number[];
  none: readonly number[];
  names: readonly (readonly number[])[];
  /** Tokens that stand in no sub-question: tags, new lines, and those that mean something to the model itself. */
  barred: readonly number[];
  /** White space: no sub-question is that alone. */
  blank: readonly number[];
  /** Tokens of a sub-question at most. */
  room: number;
}

interface FormedModel {
  tokenizer: TextTokenizer;
  /** How many tokens the model knows. */
  vocabulary: number;
  /** Of the knowledge bases. */
  names: readonly string[];
  /** Tokens of a whole decision at most. */
  maxTokens: number;
}

/** Fewer are no question. */
const LEAST_ROOM = 8;

/** Throws `decision-form` where `maxTokens` leaves no room for a sub-question. */
export function decisionForm({ tokenizer, vocabulary, names, maxTokens }: FormedModel): DecisionForm {
  const [open, close, end] = DECISION_TOKENS.map((tag) => tokenizer.encode(tag)) as [number[], number[], number[]];
  const none = tokenizer.encode(NONE);
  const encoded = names.map((name) => tokenizer.encode(name));
  end.push(...tokenizer.encode(END_OF_TURN));
  const longest = Math.max(none.length, ...encoded.map((name) => name.length));
  const room = maxTokens - open.length - close.length - longest - end.length;
  if (room < LEAST_ROOM) {
    throw userError(
      'decision-form',
      `policy.maxTokens ${maxTokens} leaves ${Math.max(0, room)} tokens for a sub-question; raise it by ${LEAST_ROOM - room}`,
    );
  }
  const barred: number[] = [];
  const blank: number[] = [];
  for (let id = 0; id < vocabulary; id++) {
    const text = tokenizer.decode([id]);
    if (id !== close[0] && (text === '' || /[<\n]/.test(text))) barred.push(id);
    else if (text.trim() === '') blank.push(id);
  }
  const form = { open, close, end, none, names: encoded, barred, blank, room };
  return { id: contentHash(form), ...form };
}

/** The tokens that may come next: these alone, or all but these. */
export type MayFollow = { only: readonly number[] } | { not: readonly number[] };

/** What may follow the tokens that were said. Nothing (`only` is empty) where the decision is complete, or was none of the form. */
export function mayFollow(form: DecisionForm, said: readonly number[]): MayFollow {
  const { open, close, end, none, names } = form;
  if (said.length < open.length) return { only: [open[said.length]!] };
  const closing = said.indexOf(close[0]!, open.length);
  if (closing < 0) return afterText(form, said.slice(open.length));
  const text = said.slice(open.length, closing);
  const named = isSame(text, none) ? [none] : names;
  const ways = named.map((name) => [...close, ...name, ...end]);
  const behind = said.slice(closing);
  const next = ways
    .filter((way) => isSame(way.slice(0, behind.length), behind))
    .flatMap((way) => way[behind.length] ?? []);
  return { only: [...new Set(next)] };
}

function afterText({ close, none, barred, blank, room }: DecisionForm, text: readonly number[]): MayFollow {
  if (text.length >= room || isSame(text, none)) return { only: [close[0]!] };
  const isBlank = text.every((token) => blank.includes(token));
  return { not: [...barred, ...(isBlank ? [close[0]!] : stuck(text))] };
}

/** Tokens of a phrase at most. */
const LONGEST_PHRASE = 8;
/** A phrase may come this often in a row; and so many equal tokens, for the digits of a number. */
const [TIMES, EQUAL] = [2, 5];

/** Tokens with which a phrase would come once too often in a row. */
function stuck(text: readonly number[]): number[] {
  const barred: number[] = [];
  for (let period = 1; period <= LONGEST_PHRASE; period++) {
    let run = period;
    while (run < text.length && text.at(-run - 1) === text.at(-run - 1 + period)) run++;
    if (run >= Math.max(EQUAL, (TIMES + 1) * period - 1)) barred.push(text.at(-period)!);
  }
  return barred;
}

/** The rest of a decision where there is one way left to go on, up to its end; undefined where there are several. */
export function foregone(form: DecisionForm, said: readonly number[]): number[] | undefined {
  const rest: number[] = [];
  for (;;) {
    const next = mayFollow(form, [...said, ...rest]);
    if ('not' in next || next.only.length > 1) return undefined;
    if (next.only.length === 0) return rest;
    rest.push(next.only[0]!);
  }
}

/** Whether a sub-question was ended for want of room. */
export function isCutShort({ open, close, room }: DecisionForm, said: readonly number[]): boolean {
  return said.indexOf(close[0]!, open.length) === open.length + room;
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((token, place) => token === b[place]);
}

/** Adds to logits so that only what may follow is drawn: 0, and below every logit where a token may not follow. */
export function writeBars(may: MayFollow, into: Float32Array): Float32Array {
  if ('only' in may) {
    into.fill(BARRED);
    for (const token of may.only) into[token] = 0;
  } else {
    into.fill(0);
    for (const token of may.not) into[token] = BARRED;
  }
  return into;
}

/** Behind any logit, and finite: a graph multiplies it. */
const BARRED = -1e9;
