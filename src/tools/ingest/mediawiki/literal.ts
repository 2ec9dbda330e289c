/**
 * Wikitext that is meant as it stands: what `nowiki`, `pre` and listings of programs hold. Its marks are stood in for by control characters
 * until the text is done, so that nothing in between takes them for markup. The 32 marks of ASCII have room in C1 (U+0080 to U+009F), which
 * no text uses, and which keep a string at one byte a character.
 */
import { decodeHTML } from 'entities';

const MARKS = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
const FIRST = 0x80;
const MARK = /[!-/:-@[-`{-~]/g;
const STAND_IN = /[\x80-\x9f]/g;

const hidden = (text: string): string =>
  decodeHTML(text).replace(MARK, (mark) => String.fromCharCode(FIRST + MARKS.indexOf(mark)));

/** A mark of a text that is to be kept as it is. */
export const standInFor = (mark: string): string => hidden(mark);

/** The marks again. */
export function shown(text: string): string {
  return text.replace(STAND_IN, (standIn) => MARKS[standIn.charCodeAt(0) - FIRST]!);
}

/** Without characters that would be taken for stand-ins. */
export function withoutControls(wikitext: string): string {
  return wikitext.replace(STAND_IN, '');
}

const TAG =
  /<(\/?)(nowiki|pre|syntaxhighlight|source|code|kbd|var|samp|tt|data|poem|dfn|mark|bdi|bdo|time|ins|strike|chem|ce)(?:\s[^<>]{0,300}?)?(\/?)>/iy;
const LITERAL = new Map(
  ['nowiki', 'pre', 'syntaxhighlight', 'source'].map((tag) => [tag, new RegExp(`</${tag}\\s*>`, 'gi')]),
);
const [LOWER_R, UPPER_R, SLASH] = [0x72, 0x52, 0x2f];

/** The content of literal elements with its marks hidden; elements that only mark their text without their tags. */
export function withoutLiterals(wikitext: string): string {
  let kept = '';
  let from = 0;
  /** Elements that are not closed any more. */
  const open = new Set<string>();
  for (let at = wikitext.indexOf('<'); at >= 0; at = wikitext.indexOf('<', at + 1)) {
    const next = wikitext.charCodeAt(at + 1);
    const letter = next === SLASH ? wikitext.charCodeAt(at + 2) : next;
    // References, which are most of all tags.
    if (letter === LOWER_R || letter === UPPER_R) continue;
    TAG.lastIndex = at;
    const match = TAG.exec(wikitext);
    if (!match) continue;
    const tag = match[2]!.toLowerCase();
    const close = LITERAL.get(tag);
    const end = TAG.lastIndex;
    let text = '';
    let behind = end;
    if (close && match[1] === '' && match[3] === '') {
      close.lastIndex = end;
      const closing = open.has(tag) ? null : close.exec(wikitext);
      if (!closing) {
        open.add(tag);
        continue;
      }
      text = literal(tag, wikitext.slice(end, closing.index));
      behind = close.lastIndex;
    }
    kept += wikitext.slice(from, at) + text;
    from = behind;
    at = from - 1;
  }
  return from === 0 ? wikitext : kept + wikitext.slice(from);
}

function literal(tag: string, content: string): string {
  const text = hidden(content);
  // On lines of its own, except where it stands in a sentence.
  return tag === 'nowiki' || !content.includes('\n') ? text : `\n${text.trim()}\n`;
}
