/**
 * Wikitext that is meant as it stands: what `nowiki`, `pre` and listings of programs hold. Its marks are stood in for by characters of
 * private use until the text is done, so that nothing in between takes them for markup.
 */

/** ASCII marks, moved to private use. */
const FIRST = 0xe100;
const MARK = /[!-/:-@[-`{-~]/g;
const STAND_IN = /[\ue100-\ue17f]/g;

const hidden = (text: string): string => text.replace(MARK, (mark) => String.fromCharCode(FIRST + mark.charCodeAt(0)));

/** The marks again. */
export function shown(text: string): string {
  return text.replace(STAND_IN, (standIn) => String.fromCharCode(standIn.charCodeAt(0) - FIRST));
}

const EMPTY = /<nowiki\s*\/>/gi;
const LITERAL = /<(nowiki|pre|syntaxhighlight|source)(\s[^<>]{0,300})?>([\s\S]*?)<\/\1\s*>/gi;
const MARKED_UP = /<\/?(?:code|kbd|var|samp|tt|data|poem|dfn|mark|bdi|bdo|time|ins|strike)(?:\s[^<>]{0,300})?>/gi;
const MAY_HAVE =
  /<(?:nowiki|pre|syntaxhighlight|source|\/?(?:code|kbd|var|samp|tt|data|poem|dfn|mark|bdi|bdo|time|ins|strike))[\s>/]/i;

/** The content of literal elements with its marks hidden; elements that only mark their text without their tags. */
export function withoutLiterals(wikitext: string): string {
  if (!MAY_HAVE.test(wikitext)) return wikitext;
  return wikitext
    .replace(EMPTY, '')
    .replace(LITERAL, (_, tag: string, _attributes: string | undefined, content: string) => {
      const text = hidden(content);
      // On lines of their own, except where they stand in a sentence.
      return /^(?:nowiki)$/i.test(tag) || !content.includes('\n') ? text : `\n${text.trim()}\n`;
    })
    .replace(MARKED_UP, '');
}
