/**
 * A run so far as messages: the question, then for each step the calls that were made and what they brought. The same evidence
 * gives the same messages, so that each call of a run begins with those of the call before it.
 */
import { AIMessage, type BaseMessage, ToolMessage } from '@langchain/core/messages';
import type { Passage } from '../../tools/passage.ts';
import type { EvidenceStep, PolicyState, Turn } from '../policy.ts';
import { conversationLines, NOTHING, oneLine, passageLines } from './prompts/lines.ts';
import type { LabelledPassage } from './protocols/naming.ts';

/** Labels through the whole run: p1, p2, ...; a passage found again keeps its label. */
export function labelRun(steps: readonly Pick<EvidenceStep, 'passages'>[]): LabelledPassage[] {
  const known = new Map<string, LabelledPassage>();
  for (const passage of steps.flatMap(({ passages }) => passages)) {
    const key = passageKey(passage);
    if (!known.has(key)) known.set(key, { label: `p${known.size + 1}`, passage });
  }
  return [...known.values()];
}

export function passageKey({ knowledgeBase, id }: Pick<Passage, 'knowledgeBase' | 'id'>): string {
  return JSON.stringify([knowledgeBase, id]);
}

/** The question with what was said before it. */
export function questionText(
  { question, conversation }: { question: string; conversation: readonly Turn[] },
  note?: string,
): string {
  return [...conversationLines(conversation), ...(note === undefined ? [] : [note]), `Question: ${question}`].join(
    '\n',
  );
}

export interface HistoryOptions {
  /** The name of a knowledge base's tool. */
  toolOf: (knowledgeBase: string) => string;
  /** Whether passages are shown, or only what a reader made of them. */
  passages: boolean;
}

/** One AI message a step with a call for each search, and a tool message for each call. */
export function stepMessages({ steps }: Pick<PolicyState, 'steps'>, options: HistoryOptions): BaseMessage[] {
  const labelled = labelRun(steps);
  return grouped(steps).flatMap((entries, step) => {
    const calls = entries.flatMap((entry) => entry.knowledgeBases.map((knowledgeBase) => ({ entry, knowledgeBase })));
    const ids = calls.map((_, index) => callId(step, index));
    const asked = new AIMessage({
      content: entries[0]?.thought ?? '',
      tool_calls: calls.map(({ entry, knowledgeBase }, index) => ({
        type: 'tool_call',
        id: ids[index]!,
        name: options.toolOf(knowledgeBase),
        args: { query: entry.subQuestion },
      })),
    });
    const brought = calls.map(({ entry, knowledgeBase }, index) => {
      const content = broughtBy(entry, knowledgeBase, labelled, options.passages);
      return new ToolMessage({ tool_call_id: ids[index]!, name: options.toolOf(knowledgeBase), content });
    });
    return [asked, ...brought];
  });
}

/** Nine letters and digits, which is what the strictest provider asks of an id. */
export function callId(step: number, index: number): string {
  return `c${String(step).padStart(4, '0')}${String(index).padStart(4, '0')}`;
}

/** The entries of each step. */
export function grouped(steps: readonly EvidenceStep[]): EvidenceStep[][] {
  const groups: EvidenceStep[][] = [];
  for (const entry of steps) {
    const last = groups.at(-1);
    if (entry.sameStep && last) last.push(entry);
    else groups.push([entry]);
  }
  return groups;
}

/** The run so far in one text, for models that fill a schema and leave the reading to others. */
export function stepsText(steps: readonly EvidenceStep[]): string {
  return steps
    .flatMap((entry) =>
      entry.knowledgeBases.map((knowledgeBase) => {
        return `Asked ${knowledgeBase}: ${oneLine(entry.subQuestion)}\n${broughtBy(entry, knowledgeBase, [], false)}`;
      }),
    )
    .join('\n');
}

function broughtBy(
  entry: EvidenceStep,
  knowledgeBase: string,
  labelled: readonly LabelledPassage[],
  showsPassages: boolean,
): string {
  const own = new Set(entry.passages.filter((passage) => passage.knowledgeBase === knowledgeBase).map(passageKey));
  const shown = labelled.filter(({ passage }) => own.has(passageKey(passage)));
  const read = entry.answer === null ? [] : [`Answer: ${oneLine(entry.answer)}`];
  if (!showsPassages) return read[0] ?? NOTHING[entry.outcome];
  if (shown.length === 0) return [...read, NOTHING[entry.outcome === 'passages' ? 'empty' : entry.outcome]].join('\n');
  return [...passageLines(shown), ...read].join('\n');
}
