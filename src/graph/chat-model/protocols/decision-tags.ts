/**
 * Decisions as text, written and read:
 *
 *     <think>…</think><sub-question>…</sub-question><ret>…</ret>
 *
 * with `None` in both to stop. Reading is tolerant of what does no harm (code fences, stray text around the tags, quotes
 * around a name, the case of tags and names) and strict about the rest: whatever does not name exactly one sub-question and
 * one knowledge base is invalid, with a reason, and never a stop or a route. Nothing is thrown, whatever the model wrote.
 */
import { type Decision, type InvalidReason, searchFor } from '../../decision.ts';
import { isNone, NONE, withoutQuotes } from './naming.ts';
import { onlyElement, scanTags, splitThought } from './tags.ts';

/** Characters of a raw output that are kept with an invalid decision. */
const RAW_LIMIT = 4_000;
/** A sub-question is a sentence, not an essay. */
const SUB_QUESTION_LIMIT = 2_000;

export interface ParsedDecision {
  decision: Decision;
  thought?: string;
}

/** `names` maps the names that the model was shown to the names of the knowledge bases. */
export function parseDecision(output: string, names: ReadonlyMap<string, string>): ParsedDecision {
  const invalid = (reason: InvalidReason, thought?: string): ParsedDecision => ({
    decision: { type: 'invalid', reason, raw: output.slice(0, RAW_LIMIT) },
    ...(thought !== undefined && { thought }),
  });
  if (output.trim() === '') return invalid('empty-output');
  const split = splitThought(output);
  if ('fault' in split) return invalid(split.fault);
  const { thought, said } = split;
  const tags = scanTags(said);
  const subQuestion = onlyElement(said, tags, 'sub-question');
  if ('fault' in subQuestion) return invalid(subQuestion.fault, thought);
  const retriever = onlyElement(said, tags, 'ret');
  if ('fault' in retriever) return invalid(retriever.fault, thought);

  const question = withoutFences(subQuestion.content);
  const name = withoutQuotes(withoutFences(retriever.content));
  const asksNothing = isNone(question);
  if (asksNothing !== isNone(name)) return invalid(question === '' ? 'empty-sub-question' : 'contradiction', thought);
  const withThought = thought === undefined ? {} : { thought };
  if (asksNothing) return { decision: { type: 'stop' }, ...withThought };
  if (question === '') return invalid('empty-sub-question', thought);
  if (question.length > SUB_QUESTION_LIMIT) return invalid('too-long', thought);
  const knowledgeBase = lookUp(name, names);
  if (knowledgeBase === undefined) return invalid('unknown-knowledge-base', thought);
  return { decision: searchFor(question, knowledgeBase), ...withThought };
}

/**
 * The text that `parseDecision` reads as this decision, for demonstrations and training data. `name` is the name shown to the
 * model. Throws a RangeError where the parts hold tags themselves, or could not be told from a stop.
 */
export function writeDecision(
  decision: { type: 'search'; subQuestion: string; name: string } | { type: 'stop' },
  thought = '',
): string {
  const [subQuestion, name] = decision.type === 'stop' ? [NONE, NONE] : [decision.subQuestion, decision.name];
  const text = `<think>${thought}</think><sub-question>${subQuestion}</sub-question><ret>${name}</ret>`;
  const parsed = parseDecision(text, new Map([[name, name]])).decision;
  const [search] = parsed.type === 'search' ? parsed.searches : [];
  const faithful =
    scanTags(text).length === 6 &&
    (decision.type === 'stop'
      ? parsed.type === 'stop'
      : search?.subQuestion === subQuestion && search.knowledgeBase === name);
  if (!faithful)
    throw new RangeError(`writeDecision: this cannot be written in the tag protocol: ${text.slice(0, 200)}`);
  return text;
}

/** Exactly as shown, or else the one name that differs in case only. */
function lookUp(name: string, names: ReadonlyMap<string, string>): string | undefined {
  const exact = names.get(name);
  if (exact !== undefined) return exact;
  const folded = name.toLowerCase();
  const alike = [...names].filter(([shown]) => shown.toLowerCase() === folded);
  return alike.length === 1 ? alike[0]?.[1] : undefined;
}

/** Takes a code fence off: the line that opens it, with or without a language, and the one that closes it. */
export function withoutFences(text: string): string {
  if (!text.startsWith('```')) return text;
  const firstLine = text.indexOf('\n');
  const end = text.endsWith('```') && text.length >= 6 ? text.length - 3 : text.length;
  return text.slice(firstLine >= 0 && firstLine < end ? firstLine + 1 : 3, end).trim();
}
