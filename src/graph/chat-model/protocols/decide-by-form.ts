/**
 * A decision by filling a form, where the call that decides also reads what was found (`form.ts`). A calculation is answered here and
 * the model asked again: what it has read is the beginning of that prompt, which a server need not read anew.
 */
import { AIMessage, type BaseMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import { addTokens, type ModelUsage, NO_TOKENS } from '../../decision.ts';
import type { EvidenceStep, PolicyOutput } from '../../policy.ts';
import type { Reading } from '../../reading.ts';
import { asksTheSame } from '../../steps/repetition.ts';
import { answerProgress } from '../answer-progress.ts';
import { calculateForm } from '../calculate-form.ts';
import { callChatModel } from '../call.ts';
import type { DecideRequest } from '../decide-request.ts';
import { type Calculation, ground, nearestSentence } from '../grounding.ts';
import { saysNothing } from '../misgivings.ts';
import { isSamePicture, pictureNote } from '../pictures.ts';
import { formInstructions, isOfExamples } from '../prompts/form-prompts.ts';
import { NOTHING, oneLine, passageText } from '../prompts/lines.ts';
import { directReminder } from '../prompts/reminder.ts';
import { labelRun, passageKey, questionText } from '../run-messages.ts';
import { endWith } from './end-with.ts';
import { FINDS, type Find, formSchema } from './form.ts';
import { keptOf, writtenReply } from './kept.ts';
import { type LabelledPassage, namesToKnowledgeBases } from './naming.ts';
import { isHeldToSchemas, withSchema } from './protocol.ts';
import { type UnderstoodDecision, understandDecision } from './understand-decision.ts';

const FORM = 'Reply with the JSON object alone.';
/** Calculations before a decision. */
const MOST_CALCULATIONS = 2;

/** What came of the replies so far, and what the next one may not be again. */
interface Progress {
  calculations: Calculation[];
  /** Lines that the model is shown beside what was found. */
  notes: string[];
  /** Calculations that were asked for, as they were written. */
  tried: string[];
  finds: readonly Find[];
  searches: boolean;
  /** Whether a quote that stands nowhere may be mended. */
  mends: boolean;
}

export async function decideByForm(request: DecideRequest): Promise<PolicyOutput> {
  const { state, context, naming, image, callOptions } = request;
  const shown = namesToKnowledgeBases(state.knowledgeBases, naming);
  const isHeld = isHeldToSchemas(request.model);
  const labelled = labelRun(state.steps);
  const own = state.knowledgeBases.map(({ name }) => [name, name] as const);
  const known = { names: new Map([...own, ...shown]), shown };
  const progress: Progress = {
    ...{ calculations: [], notes: [], tried: [] },
    finds: request.calculations?.(state.question) ?? FINDS,
    ...{ searches: true, mends: true },
  };
  const { calculations, notes } = progress;
  let usage: ModelUsage = { modelCalls: 0, tokens: NO_TOKENS };
  for (;;) {
    const schema = formSchema({
      names: progress.searches ? [...shown.keys()] : [],
      passages: labelled,
      isCalculated: calculations.length > 0,
      finds: progress.finds,
      thinks: !isHeld,
    });
    const reply = await callChatModel({
      model: withSchema(request.model, 'decision', schema, request.structuredOutput),
      messages: messagesOf(request, labelled, { notes, thinks: !isHeld }),
      ...{ image, context, runName: 'write decision', callOptions },
      bySchema: true,
      onProgress: answerProgress(context, { passages: labelled, calculations, mustFinish: true }),
    });
    usage = { modelCalls: usage.modelCalls + 1, tokens: addTokens(usage.tokens, reply.usage.tokens) };
    const text = writtenReply(reply.message);
    if (reply.unreadable) {
      const decision = { type: 'invalid', reason: 'invalid-arguments', raw: '' } as const;
      return { decision, ...keptOf(reply, { text }), usage };
    }
    const understood = understandDecision(reply.message, known, { refused: reply.refused, text });
    const careful = isHeld ? state.question : undefined;
    const reading = understood.said && ground(understood.said, labelled, calculations, { careful });
    if (await asksAgain({ ...understood, reading }, progress, request, labelled)) continue;
    const thought = [...notes, understood.thought].filter(Boolean).join('\n') || undefined;
    const kept = { ...keptOf(reply, { text, thought }), usage };
    if (understood.decision.type !== 'stop') return { decision: understood.decision, ...kept };
    return { decision: endWith(understood.said, reading, state, text), ...kept };
  }
}

/** Whether the model is asked once more before this counts as its decision; each reason counts once, and calculations twice. */
async function asksAgain(
  { decision, said, reading, calculations: [asked] }: UnderstoodDecision & { reading?: Reading },
  progress: Progress,
  { state, context }: DecideRequest,
  labelled: readonly LabelledPassage[],
): Promise<boolean> {
  if (asked && progress.finds.length > 0) {
    const written = JSON.stringify(asked.args);
    // The same again gives the same: what was found must say it.
    if (progress.tried.includes(written)) {
      progress.finds = [];
      return true;
    }
    progress.tried.push(written);
    const { content, calculation } = await calculateForm(asked, labelled, context);
    progress.notes.push(calculation ? `c${progress.calculations.length + 1}: ${content}` : content);
    if (calculation) progress.calculations.push(calculation);
    // What has a result is asked for once more in the same way, as a rule; conditions on an extreme or a sum may be mended.
    const { find, where } = asked.args;
    const isPlain = find === 'count' || find === 'list' || (Array.isArray(where) && where.length === 0);
    if ((calculation && isPlain) || progress.tried.length >= MOST_CALCULATIONS) progress.finds = [];
    return true;
  }
  if (decision.type === 'search' && progress.searches && labelled.length > 0) {
    progress.searches = false;
    return decision.searches.every(
      (search) => isOfExamples(search.subQuestion) || state.steps.some((entry) => asksTheSame(entry, search)),
    );
  }
  if (said?.answer && !saysNothing(said.answer) && reading?.answer === null && progress.mends && labelled.length > 0) {
    progress.mends = false;
    const near = nearestSentence(said, labelled);
    const hint = near === undefined ? '' : ` These words stand there: "${near}".`;
    progress.notes.push(
      `No line has the words "${oneLine(said.quote ?? said.answer)}": a quote is copied exactly.${hint}`,
    );
    return true;
  }
  return false;
}

function messagesOf(
  request: DecideRequest,
  labelled: readonly LabelledPassage[],
  { notes, thinks }: { notes: readonly string[]; thinks: boolean },
): BaseMessage[] {
  const { state, naming, rejected, image, systemPrompt } = request;
  const cards = state.knowledgeBases.map((card) => ({ ...card, name: naming(card) }));
  const instructions = formInstructions({ cards, thinks });
  const asked = questionText(state, pictureNote(state, image));
  return [
    new SystemMessage(systemPrompt === undefined ? instructions : `${instructions}\n\n${systemPrompt}`),
    new HumanMessage([...foundLines(state.steps, labelled), ...notes, asked].join('\n')),
    ...(rejected
      ? [new AIMessage(rejected.reply || '(empty)'), new HumanMessage(directReminder(rejected.reason, FORM))]
      : []),
  ];
}

/** Passages once, in the order in which they were found; then the searches that brought nothing. */
function foundLines(steps: readonly EvidenceStep[], labelled: readonly LabelledPassage[]): string[] {
  const found = steps.flatMap(({ passages }) => passages);
  const picture = found.find(isSamePicture);
  const lines = labelled.map(({ label, passage }) => {
    const isPicture = picture !== undefined && passageKey(passage) === passageKey(picture);
    return `${label}${isPicture ? ' (the picture of the question)' : ''}: ${passageText(passage)}`;
  });
  const vain = steps.flatMap((entry) =>
    entry.knowledgeBases
      .filter((name) => !entry.passages.some(({ knowledgeBase }) => knowledgeBase === name))
      .map(
        (name) =>
          `${name} was asked "${oneLine(entry.subQuestion)}": ${NOTHING[entry.outcome === 'passages' ? 'empty' : entry.outcome]}`,
      ),
  );
  return [...lines, ...vain];
}
