/** What the models of a synthesis or a tuning take: tokens read and written, and their price; and the budgets that end it. */
import { z } from 'zod';
import { userError } from '../../common/errors.ts';

export interface Tokens {
  input: number;
  output: number;
}

const Count = z.number().nonnegative();

/** Earlier journals have the sum alone: it counts as read. */
export const TokensSchema = z.union([
  z.strictObject({ input: Count, output: Count }),
  Count.transform((input): Tokens => ({ input, output: 0 })),
]);

export const noTokens = (): Tokens => ({ input: 0, output: 0 });

export const addTokens = (a: Tokens, b: Tokens): Tokens => ({ input: a.input + b.input, output: a.output + b.output });

/** Of a reply, as far as its provider counts them. */
export const tokensOf = ({
  usage_metadata: usage,
}: {
  usage_metadata?: { input_tokens?: number; output_tokens?: number };
}): Tokens => ({ input: usage?.input_tokens ?? 0, output: usage?.output_tokens ?? 0 });

export interface Budget {
  /** Read and written together. */
  tokens?: number;
  /** Of this process. */
  milliseconds?: number;
  /** `most` in the currency of the prices, which are of a million tokens. */
  price?: { most: number; input: number; output: number };
}

export type SpentUp = 'tokens' | 'time' | 'price';

export const priceOf = ({ input, output }: Tokens, price: { input: number; output: number }): number =>
  (input * price.input + output * price.output) / 1e6;

/** Which budget is used up, if any. */
export function spentUp(
  { tokens = Number.POSITIVE_INFINITY, milliseconds = Number.POSITIVE_INFINITY, price }: Budget,
  spent: Tokens,
  elapsed: number,
): SpentUp | undefined {
  if (spent.input + spent.output >= tokens) return 'tokens';
  if (price && priceOf(spent, price) >= price.most) return 'price';
  return elapsed >= milliseconds ? 'time' : undefined;
}

/** The options of a command that spends. */
export interface BudgetFlags {
  tokens?: number;
  minutes?: number;
  spend?: number;
  priceIn?: number;
  priceOut?: number;
}

/** Of a million tokens read and written, where both are given. */
export const pricesOf = ({ priceIn, priceOut }: BudgetFlags): { input: number; output: number } | undefined =>
  priceIn === undefined || priceOut === undefined ? undefined : { input: priceIn, output: priceOut };

/** Throws `missing-option` for an amount of money without prices. */
export function budgetOf(flags: BudgetFlags): Budget {
  const { tokens, minutes, spend } = flags;
  const prices = pricesOf(flags);
  if (spend !== undefined && prices === undefined) {
    throw userError(
      'missing-option',
      '--spend: say with --price-in and --price-out what a million tokens read and written cost',
    );
  }
  return {
    ...(tokens !== undefined && { tokens }),
    ...(minutes !== undefined && { milliseconds: minutes * 60_000 }),
    ...(spend !== undefined && prices && { price: { most: spend, ...prices } }),
  };
}
