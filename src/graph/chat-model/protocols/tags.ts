/**
 * Finds the protocol's tags in a model's output, in one pass over the text and without regular expressions, so that a megabyte
 * of anything takes milliseconds. Tags are known by name whatever their case; everything between them keeps its own.
 */

const TAG_NAMES = ['think', 'sub-question', 'ret', 'answer', 'cite'] as const;
export type TagName = (typeof TAG_NAMES)[number];

export interface Tag {
  name: TagName;
  closing: boolean;
  /** Index of `<`. */
  start: number;
  /** Index after `>`. */
  end: number;
}

const LONGEST = Math.max(...TAG_NAMES.map((name) => name.length));

/** All tags in order. Spaces are allowed inside: `< /ret >`. */
export function scanTags(text: string): Tag[] {
  const tags: Tag[] = [];
  for (let start = text.indexOf('<'); start >= 0; start = text.indexOf('<', start + 1)) {
    // A window long enough for any tag with a few spaces: looking for `>` further on could take quadratic time.
    const window = text.slice(start + 1, start + LONGEST + 10);
    const length = window.indexOf('>');
    if (length < 0) continue;
    let inner = window.slice(0, length).trim().toLowerCase();
    const closing = inner.startsWith('/');
    if (closing) inner = inner.slice(1).trim();
    const name = TAG_NAMES.find((known) => known === inner);
    if (name) tags.push({ name, closing, start, end: start + length + 2 });
  }
  return tags;
}

export type ElementFault = 'missing-tag' | 'duplicate-tag' | 'unclosed-tag';

/** The content of the one element of this name, trimmed, or what is wrong with it. */
export function onlyElement(
  text: string,
  tags: readonly Tag[],
  name: TagName,
): { content: string } | { fault: ElementFault } {
  const own = tags.filter((tag) => tag.name === name);
  const opening = own.filter((tag) => !tag.closing);
  if (opening.length === 0) return { fault: 'missing-tag' };
  if (opening.length > 1) return { fault: 'duplicate-tag' };
  if (own.length > 2) return { fault: 'duplicate-tag' };
  const [open, close] = own;
  if (!open || !close || open.closing || !close.closing) return { fault: 'unclosed-tag' };
  // Another tag inside means that this one was closed too late, or that one too late.
  if (tags.some((tag) => tag.start > open.start && tag.start < close.start)) return { fault: 'unclosed-tag' };
  return { content: text.slice(open.end, close.start).trim() };
}

/**
 * Splits what was thought from what was said. Everything up to the last `</think>` is thought, the opening tag being optional
 * (chat templates often write it into the prompt); a thought that does not end leaves nothing said.
 */
export function splitThought(text: string): { thought?: string; said: string } | { fault: ElementFault } {
  const thinks = scanTags(text).filter(({ name }) => name === 'think');
  const last = thinks.findLast(({ closing }) => closing);
  if (thinks.some((tag) => !tag.closing && tag.start >= (last?.end ?? 0))) return { fault: 'unclosed-tag' };
  if (!last) return { said: text };
  const [first] = thinks;
  const from = first && !first.closing ? first.end : 0;
  const thought = text.slice(from, last.start).trim();
  return { ...(thought && { thought }), said: text.slice(last.end) };
}
