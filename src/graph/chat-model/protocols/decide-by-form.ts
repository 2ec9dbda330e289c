/**
 * A decision by filling a form, where the call that decides also reads what was found (`form.ts`). A calculation is answered here and
 * the model asked again: what it has read is the beginning of that prompt, which a server need not read anew.
 */
import { AIMessage, type BaseMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import { addTokens, type ModelUsage, NO_TOKENS } from '../../decision.ts';
import type { EvidenceStep, PolicyOutput } from '../../policy.ts';
import { answerProgress } from '../answer-progress.ts';
import { calculateForm } from '../calculate-form.ts';
import { callChatModel } from '../call.ts';
import type { DecideRequest } from '../decide-request.ts';
import { type Calculation, ground } from '../grounding.ts';
import { isSamePicture, pictureNote } from '../pictures.ts';
import { formInstructions } from '../prompts/form-prompts.ts';
import { NOTHING, oneLine, passageText } from '../prompts/lines.ts';
import { directReminder } from '../prompts/reminder.ts';
import { labelRun, passageKey, questionText } from '../run-messages.ts';
import { endWith } from './end-with.ts';
import { formSchema } from './form.ts';
import { keptOf, writtenReply } from './kept.ts';
import { type LabelledPassage, namesToKnowledgeBases } from './naming.ts';
import { isHeldToSchemas, withSchema } from './protocol.ts';
import { understandDecision } from './understand-decision.ts';

const FORM = 'Reply with the JSON object alone.';
/** Calculations before a decision. */
const MOST_CALCULATIONS = 2;

export async function decideByForm(request: DecideRequest): Promise<PolicyOutput> {
  const { state, context, naming, rejected, image, callOptions } = request;
  const shown = namesToKnowledgeBases(state.knowledgeBases, naming);
  const isHeld = isHeldToSchemas(request.model);
  const thinks = !isHeld;
  const cards = state.knowledgeBases.map((card) => ({ ...card, name: naming(card) }));
  const instructions = formInstructions({ cards, thinks });
  const system = request.systemPrompt === undefined ? instructions : `${instructions}\n\n${request.systemPrompt}`;
  const labelled = labelRun(state.steps);
  const known = {
    names: new Map([...state.knowledgeBases.map(({ name }) => [name, name] as const), ...shown]),
    shown,
  };
  const lines = foundLines(state.steps, labelled);
  const calculations: Calculation[] = [];
  const notes: string[] = [];
  let usage: ModelUsage = { modelCalls: 0, tokens: NO_TOKENS };
  for (let round = 0; ; round++) {
    const asked = questionText(state, pictureNote(state, image));
    const messages: BaseMessage[] = [
      new SystemMessage(system),
      new HumanMessage([...lines, ...notes, asked].join('\n')),
      ...(rejected
        ? [new AIMessage(rejected.reply || '(empty)'), new HumanMessage(directReminder(rejected.reason, FORM))]
        : []),
    ];
    // One that brought nothing is not tried again: what was found may say it.
    const calculates = round < MOST_CALCULATIONS && calculations.length === round;
    const schema = formSchema({
      names: [...shown.keys()],
      passages: labelled,
      isCalculated: calculations.length > 0,
      calculates,
      thinks,
    });
    const reply = await callChatModel({
      model: withSchema(request.model, 'decision', schema, request.structuredOutput),
      ...{ messages, image, context, runName: 'write decision', callOptions },
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
    const [asking] = understood.calculations;
    if (asking && calculates) {
      const { content, calculation } = await calculateForm(asking, labelled, context);
      notes.push(calculation ? `c${notes.length + 1}: ${content}` : content);
      if (calculation) calculations.push(calculation);
      continue;
    }
    const thought = [...notes, understood.thought].filter(Boolean).join('\n') || undefined;
    const kept = { ...keptOf(reply, { text, thought }), usage };
    if (understood.decision.type !== 'stop') return { decision: understood.decision, ...kept };
    const reading =
      understood.said &&
      ground(understood.said, labelled, calculations, { numbers: isHeld ? state.question : undefined });
    return { decision: endWith(understood.said, reading, state, text), ...kept };
  }
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
