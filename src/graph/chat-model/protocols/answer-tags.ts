/**
 * Answers as text, written and read:
 *
 *     <think>…</think><answer>…</answer><cite>ter-0, tar-1</cite>
 *
 * `None` abstains. The `<cite>` element is ours and optional, as are labels in brackets inside the answer, `[ter-0]`, which are
 * taken out of it. What cannot be read is invalid with a reason; nothing is thrown.
 */
import type { InvalidReason } from '../../decision.ts';
import { withoutFences } from './decision-tags.ts';
import { isNone } from './naming.ts';
import { onlyElement, scanTags, splitThought } from './tags.ts';

const ANSWER_LIMIT = 20_000;

export type ParsedAnswer =
  | { type: 'answer'; thought?: string; answer: string | null; labels: string[] }
  | { type: 'invalid'; thought?: string; reason: InvalidReason };

/** The answer that a model wrote in tags, with the labels it cites, or the reason why it cannot be read; nothing is thrown. */
export function parseAnswer(output: string): ParsedAnswer {
  if (output.trim() === '') return { type: 'invalid', reason: 'empty-output' };
  const split = splitThought(output);
  if ('fault' in split) return { type: 'invalid', reason: split.fault };
  const { said } = split;
  const thought = split.thought === undefined ? {} : { thought: split.thought };
  const tags = scanTags(said);
  const element = onlyElement(said, tags, 'answer');
  if ('fault' in element) return { type: 'invalid', reason: element.fault, ...thought };
  if (element.content.length > ANSWER_LIMIT) return { type: 'invalid', reason: 'too-long', ...thought };

  const { text, labels } = takeLabels(withoutFences(element.content));
  const cited = onlyElement(said, tags, 'cite');
  const listed =
    'content' in cited
      ? cited.content
          .slice(0, 2_000)
          .split(/[\s,;[\]]+/)
          .filter(isLabel)
      : [];
  const answer = text === '' || isNone(text) ? null : text;
  return { type: 'answer', ...thought, answer, labels: [...new Set([...labels, ...listed])] };
}

/** Throws a RangeError where the parts hold tags themselves. */
export function writeAnswer(
  { answer, labels = [] }: { answer: string | null; labels?: readonly string[] },
  thought = '',
): string {
  const cite = labels.length > 0 ? `<cite>${labels.join(', ')}</cite>` : '';
  const text = `<think>${thought}</think><answer>${answer ?? 'None'}</answer>${cite}`;
  if (scanTags(text).length !== (cite ? 6 : 4)) {
    throw new RangeError(`writeAnswer: this cannot be written in the tag protocol: ${text.slice(0, 200)}`);
  }
  return text;
}

/** `ter-0`, `tir-12`, `tar-3`. */
function isLabel(text: string): boolean {
  return text.length <= 8 && /^t[eia]r-\d{1,4}$/.test(text);
}

function takeLabels(text: string): { text: string; labels: string[] } {
  const labels: string[] = [];
  let kept = '';
  let from = 0;
  for (let open = text.indexOf('['); open >= 0; open = text.indexOf('[', open + 1)) {
    const close = text.slice(open, open + 120).indexOf(']');
    if (close < 0) continue;
    const inside = text
      .slice(open + 1, open + close)
      .split(/[\s,;]+/)
      .filter(Boolean);
    if (inside.length === 0 || !inside.every(isLabel)) continue;
    labels.push(...inside);
    kept += text.slice(from, open).trimEnd();
    from = open + close + 1;
    open = from - 1;
  }
  return { text: (kept + text.slice(from)).trim(), labels };
}
