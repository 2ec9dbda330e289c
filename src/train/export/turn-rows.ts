/**
 * Rows of one turn each, with the gold as JSON text, so that all have the same columns whatever the turn. A set of texts alone has
 * no column of images: trainers of text models refuse it.
 *
 * - EasyR1: `{problem, answer, images?, question, turn, split}`. It has no place for a system prompt: see `chat-template.ts`.
 * - verl: `{data_source, prompt, images?, ability, reward_model, extra_info}`.
 * - TRL: `{prompt, completion, ground_truth, question, turn, split, images?}`: SFTTrainer learns the completion, GRPOTrainer samples
 *   its own and hands every other column to the reward function.
 * - SFT: `{messages, ground_truth, question, turn, split, images?}`, for every trainer of conversations.
 */
import { z } from 'zod';
import { joinedPrompt, splitPrompt } from './chat-template.ts';
import { bare, marked, unmarked } from './image-marks.ts';
import { completionOf, type ExportedQuestion, type Turn, type TurnGold } from './turn.ts';

const GoldSchema: z.ZodType<TurnGold> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('decide'), subQuestion: z.string(), retriever: z.string() }),
  z.strictObject({ kind: z.literal('read'), answer: z.string() }),
  z.strictObject({ kind: z.literal('answer'), answers: z.array(z.string()) }),
]);

const GoldText = z.string().transform((text, context): TurnGold => {
  try {
    return GoldSchema.parse(JSON.parse(text));
  } catch {
    context.addIssue({
      code: 'custom',
      message: 'it is not the JSON text of a gold turn; take the column as it was exported',
    });
    return z.NEVER;
  }
});

const Messages = z.array(z.object({ role: z.string(), content: z.string() }));
const Place = { question: z.string(), turn: z.number().int().nonnegative(), split: z.string() };
const Images = z.array(z.string()).optional();

export const EasyR1RowSchema = z.strictObject({ problem: z.string(), answer: GoldText, images: Images, ...Place });
export const VerlRowSchema = z.strictObject({
  data_source: z.string(),
  prompt: Messages.length(2),
  images: z.array(z.strictObject({ image: z.string() })).optional(),
  ability: z.string(),
  reward_model: z.strictObject({ style: z.literal('rule'), ground_truth: GoldText }),
  extra_info: z.strictObject({ index: z.number().int(), ...Place }),
});
export const TrlRowSchema = z.strictObject({
  prompt: Messages.length(2),
  completion: Messages.length(1),
  ground_truth: GoldText,
  images: Images,
  ...Place,
});
export const SftRowSchema = z.strictObject({
  messages: Messages.length(3),
  ground_truth: GoldText,
  images: Images,
  ...Place,
});

export type EasyR1Row = z.input<typeof EasyR1RowSchema>;
export type VerlRow = z.input<typeof VerlRowSchema>;
export type TrlRow = z.input<typeof TrlRowSchema>;
export type SftRow = z.input<typeof SftRowSchema>;

export interface TurnRowOptions {
  /** Whether any question of the set has an image. */
  images: boolean;
}

interface OneTurn {
  exported: ExportedQuestion;
  turn: Turn;
}

const goldText = (gold: TurnGold): string => JSON.stringify(gold);
const placeOf = ({ exported: { question, split }, turn }: OneTurn) => ({
  question: question.id,
  turn: turn.index,
  split,
});

function imagesOf({ exported: { question }, turn }: OneTurn, { images }: TurnRowOptions): { images?: string[] } {
  if (!images) return {};
  return { images: turn.image && question.image !== undefined ? [question.image] : [] };
}

const shown = ({ exported: { question }, turn }: OneTurn): string =>
  marked(turn.user, turn.image && question.image !== undefined);

export const easyR1Row = (one: OneTurn, options: TurnRowOptions): EasyR1Row => ({
  problem: joinedPrompt(one.turn.system, shown(one)),
  answer: goldText(one.turn.gold),
  ...imagesOf(one, options),
  ...placeOf(one),
});

export const verlRow = (one: OneTurn, options: TurnRowOptions & { index: number }): VerlRow => ({
  data_source: 'r1-router',
  prompt: [
    { role: 'system', content: one.turn.system },
    { role: 'user', content: shown(one) },
  ],
  ...(options.images && { images: imagesOf(one, options).images!.map((image) => ({ image })) }),
  ability: one.turn.gold.kind,
  reward_model: { style: 'rule', ground_truth: goldText(one.turn.gold) },
  extra_info: { index: options.index, ...placeOf(one) },
});

const asked = ({ turn: { system, user } }: OneTurn) => [
  { role: 'system', content: system },
  { role: 'user', content: bare(user) },
];
const said = ({ turn: { completion } }: OneTurn) => [{ role: 'assistant', content: completion }];

export const trlRow = (one: OneTurn, options: TurnRowOptions): TrlRow => ({
  prompt: asked(one),
  completion: said(one),
  ground_truth: goldText(one.turn.gold),
  ...placeOf(one),
  ...imagesOf(one, options),
});

export const sftRow = (one: OneTurn, options: TurnRowOptions): SftRow => ({
  messages: [...asked(one), ...said(one)],
  ground_truth: goldText(one.turn.gold),
  ...placeOf(one),
  ...imagesOf(one, options),
});

/** A turn as it is read back, with what belongs to its question. */
export interface ReadTurn extends Turn {
  question: string;
  split: string;
  file?: string;
}

type Place = { question: string; turn: number; split: string };

function readTurn(
  { question, turn, split }: Place,
  { file, completion, gold, ...rest }: Omit<Turn, 'index' | 'completion'> & { file?: string; completion?: string },
): ReadTurn {
  return {
    index: turn,
    ...rest,
    gold,
    completion: completion ?? completionOf(gold),
    question,
    split,
    ...(file !== undefined && { file }),
  };
}

export function turnOfEasyR1Row({ problem, answer, images, ...place }: z.output<typeof EasyR1RowSchema>): ReadTurn {
  const { system, user } = splitPrompt(problem);
  return readTurn(place, { system, ...unmarked(user), gold: answer, file: images?.[0] });
}

export function turnOfVerlRow(row: z.output<typeof VerlRowSchema>): ReadTurn {
  const [system, user] = row.prompt;
  const { index: _, ...place } = row.extra_info;
  const file = row.images?.[0]?.image;
  const gold = row.reward_model.ground_truth;
  return readTurn(place, { system: system!.content, ...unmarked(user!.content), gold, file });
}

export function turnOfTrlRow(row: z.output<typeof TrlRowSchema>): ReadTurn {
  const { prompt, completion, ground_truth: gold, images, ...place } = row;
  return fromMessages([...prompt, ...completion], { gold, images, place });
}

export function turnOfSftRow(row: z.output<typeof SftRowSchema>): ReadTurn {
  const { messages, ground_truth: gold, images, ...place } = row;
  return fromMessages(messages, { gold, images, place });
}

function fromMessages(
  messages: readonly { content: string }[],
  { gold, images, place }: { gold: TurnGold; images?: string[]; place: Place },
): ReadTurn {
  const [system, user, completion] = messages.map(({ content }) => content);
  const file = images?.[0];
  return readTurn(place, {
    system: system!,
    user: user!,
    image: file !== undefined,
    gold,
    file,
    completion: completion!,
  });
}
