/**
 * A decision by tool calls: a search for each retriever tool that is called, all of one reply at once, or `finish`. Where the model
 * also reads, the steps before stand in its messages with their passages, and `finish` carries the answer and its proof. The
 * calculator is answered here, before the decision; every other tool is only named.
 */
import { AIMessage, type BaseMessage, HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages';
import { addTokens, type ModelUsage, NO_TOKENS } from '../../decision.ts';
import type { PolicyOutput, RejectedOutput } from '../../policy.ts';
import { answerProgress } from '../answer-progress.ts';
import { calculate } from '../calculate.ts';
import { type ChatReply, callChatModel } from '../call.ts';
import type { DecideRequest } from '../decide-request.ts';
import { type Calculation, ground } from '../grounding.ts';
import { pictureNote } from '../pictures.ts';
import { DIRECT_PROMPTS } from '../prompts/direct-prompts.ts';
import { directReminder } from '../prompts/reminder.ts';
import { callId, grouped, labelRun, questionText, stepMessages } from '../run-messages.ts';
import { endWith } from './end-with.ts';
import { keptOf, writtenReply } from './kept.ts';
import { decisionTools, withTools } from './tools.ts';
import { understandDecision } from './understand-decision.ts';
import { toolCalls } from './written-calls.ts';

const FORM = 'Call a search tool, or call finish.';
/** Calls of the calculator before a decision. */
const MOST_CALCULATIONS = 4;

export async function decideByTools(request: DecideRequest): Promise<PolicyOutput> {
  const { state, context, rejected, image, callOptions, toolChoice } = request;
  const { readAndDecide = state.passesOn ?? false } = request;
  const { tools, nameOf } = decisionTools(state.knowledgeBases, { reads: readAndDecide });
  const model = withTools(request.model, tools, toolChoice);
  const labelled = labelRun(state.steps);
  const messages: BaseMessage[] = [
    new SystemMessage(systemText(request, readAndDecide)),
    new HumanMessage(questionText(state, pictureNote(state, image))),
    ...stepMessages(state, { toolOf: (name) => nameOf.get(name) ?? name, passages: readAndDecide }),
    ...(rejected ? rejectionMessages(rejected, grouped(state.steps).length) : []),
  ];
  const known = knownNames(nameOf);
  const calculations: Calculation[] = [];
  const notes: string[] = [];
  const onProgress = readAndDecide
    ? answerProgress(context, { passages: labelled, calculations, mustFinish: true })
    : undefined;
  let usage: ModelUsage = { modelCalls: 0, tokens: NO_TOKENS };
  for (let round = 0; ; round++) {
    const reply = await callChatModel({
      ...{ model, messages, image, context, runName: 'write decision', callOptions },
      onProgress,
    });
    usage = { modelCalls: usage.modelCalls + 1, tokens: addTokens(usage.tokens, reply.usage.tokens) };
    const text = writtenReply(reply.message);
    const understood = understandDecision(reply.message, known, { refused: reply.refused, text });
    if (understood.calculations.length > 0 && round < MOST_CALCULATIONS) {
      const answered = answerCalculations(reply, { labelled, calculations, round });
      messages.push(...answered.messages);
      notes.push(...answered.notes);
      continue;
    }
    const thought = [...notes, understood.thought].filter(Boolean).join('\n') || undefined;
    const kept = { ...keptOf(reply, { text, thought }), usage };
    if (understood.decision.type !== 'stop' || !readAndDecide) return { decision: understood.decision, ...kept };
    const reading = understood.said && ground(understood.said, labelled, calculations);
    return { decision: endWith(understood.said, reading, state, text), ...kept };
  }
}

function systemText({ systemPrompt }: DecideRequest, reads: boolean): string {
  const ours = reads ? DIRECT_PROMPTS.toolsThatRead : DIRECT_PROMPTS.tools;
  return systemPrompt === undefined ? ours : `${ours}\n\n${systemPrompt}`;
}

/** Models also use the names that stand in the descriptions. */
function knownNames(nameOf: ReadonlyMap<string, string>) {
  const tools = [...nameOf].map(([name, tool]) => [tool, name] as const);
  const own = [...nameOf.keys()].map((name) => [name, name] as const);
  return { names: new Map([...own, ...tools]), shown: new Map(own) };
}

function answerCalculations(
  { message }: ChatReply,
  run: { labelled: ReturnType<typeof labelRun>; calculations: Calculation[]; round: number },
): { messages: BaseMessage[]; notes: string[] } {
  const calls = toolCalls(message);
  const notes: string[] = [];
  // A calculation that was written as text is answered as text.
  if (calls.length === 0) {
    const content = 'Call the tool calculate_table to calculate.';
    return { messages: [new AIMessage(message.text), new HumanMessage(content)], notes };
  }
  const answers = calls.map((call, index) => {
    const id = call.id ?? callId(9000 + run.round, index);
    const isCalculation = call.name.trim().toLowerCase() === 'calculate_table';
    const { content, calculation } = isCalculation
      ? calculate(call, run.labelled)
      : { content: 'Not done yet: first see what was calculated.', calculation: undefined };
    if (calculation) run.calculations.push(calculation);
    if (isCalculation) notes.push(`calculate_table ${JSON.stringify(call.args)}: ${content}`);
    return { id, call, content };
  });
  const asked = new AIMessage({
    content: message.text,
    tool_calls: answers.map(({ id, call }) => ({ type: 'tool_call', id, name: call.name, args: call.args })),
  });
  const told = answers.map(({ id, call, content }) => {
    return new ToolMessage({ tool_call_id: id, name: call.name, content });
  });
  return { messages: [asked, ...told], notes };
}

/** The reply that could not be used, as it was written, and what was wrong with it: to the call that made it, if it was one. */
function rejectionMessages({ reason, reply }: RejectedOutput, step: number): BaseMessage[] {
  const reminder = directReminder(reason, FORM);
  const lines = reply.split('\n');
  const written = lines.flatMap((line) => callIn(line));
  if (written.length === 0) return [new AIMessage(reply || '(empty)'), new HumanMessage(reminder)];
  const calls = written.map(({ name, args }, index) => ({
    ...{ type: 'tool_call' as const, id: callId(step, index), name: providerName(name) },
    args,
  }));
  const said = lines.filter((line) => callIn(line).length === 0).join('\n');
  const answers = written.map(({ name, text }, index) => {
    const content = `You called ${name} with ${text}. ${reminder}`;
    return new ToolMessage({ tool_call_id: callId(step, index), name: providerName(name), content, status: 'error' });
  });
  return [new AIMessage({ content: said, tool_calls: calls }), ...answers];
}

function callIn(line: string): { name: string; args: Record<string, unknown>; text: string }[] {
  if (!line.startsWith('{"name":')) return [];
  try {
    const { name, arguments: written } = JSON.parse(line) as { name: string; arguments: unknown };
    const args = typeof written === 'object' && written !== null ? (written as Record<string, unknown>) : {};
    return [{ name, args, text: typeof written === 'string' ? written : JSON.stringify(written) }];
  } catch {
    return [];
  }
}

/** Providers refuse a message whose tool has an impossible name, even where the model invented it. */
function providerName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_-]+/g, '_').slice(0, 64) || 'unknown';
}
