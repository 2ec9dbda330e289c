/**
 * The text of a section in linear passes, for the markup nearly all of Wikipedia is written in: links, emphasis, lists, pictures and
 * whole templates. It is not a parser: anything else is left to one, which takes several times as long.
 */

/** Tags that mark text; what they hold is kept. */
const INLINE_TAG =
  / ?<\/?(?:p|span|div|nowiki|u|small|big|s|cite|em|ins|del|abbr|q|br|blockquote|center)\b[^<>]{0,200}> ?/gi;
const EMPHASIS_TAG = /<\/?[ib]>/g;
const SCRIPT_TAG = /<(su[bp])>([^<]*)<\/\1>/g;
const CATEGORY = /\[\[category:[^[\]]*\]\]/gi;
const PICTURE = /\[\[(?:file|image):/gi;
const EXTERNAL_LINK = /\[(?:https?|news|ftp|mailto|gopher|irc):\/\/[^\]| \n]{4,1500}([| ][^\]\n]*)?\]/g;
const LINK = /\[\[([^[\]|\n]+)(?:\|([^[\]\n]+))?\]\]/g;
const GALLERY = /<gallery[^>]*>[\s\S]*?<\/gallery>/g;
const FORMULA = /<(math|chem)[^>]*>([\s\S]*?)<\/\1>/g;
/** Above it a formula is no text. */
const LONGEST_FORMULA = 11;
/** Stands for a formula until the end: its braces are not wikitext. */
const HELD = /\ue000(\d+)\ue001/g;
const EMPHASIS = /'''''|'''|''/g;
const LIST_MARK = /^[#*:;|]+/;
/** Links that show nothing. */
const OTHER_NAMESPACE =
  /^ *(?:category|catégorie|kategorie|categoría|categoria|categorie|kategoria|تصنيف|image|file|fichier|datei|media) *:/i;
/** As wtf_wikipedia tells a numbered item. */
const NUMBERED = /^ ?#[^:,|]{4}/;
/** Left when all of the above is gone, or never handled here: signatures, rules, magic words, full stops of Japanese. */
const NOT_PLAIN = /[<{}\r\u3002]|\[\[|\]\]|\[(?:https?:)?\/\/|~~|----|''''|__/;

/** The end of what opens at `start`, after its closing mark of two characters; -1 where it does not close. */
function balancedEnd(wikitext: string, start: number, open: string, close: string): number {
  let depth = 1;
  let opening = wikitext.indexOf(open, start + 2);
  for (let at = start + 2; ; ) {
    let closing = wikitext.indexOf(close, at);
    if (closing < 0) return -1;
    // Of three brackets the first closes what opened with one.
    if (close === ']]' && wikitext.charAt(closing + 2) === ']' && wikitext.charAt(closing + 3) !== ']') closing++;
    if (opening >= 0 && opening < closing) {
      depth++;
      at = opening + 2;
      opening = wikitext.indexOf(open, at);
    } else {
      at = closing + 2;
      if (--depth === 0) return at;
    }
  }
}

/** Undefined where a template does not close, is a parameter, or gives more than a piece of a line. */
function withTemplateTexts(wikitext: string, templateText: (template: string) => string): string | undefined {
  let start = wikitext.indexOf('{{');
  if (start < 0) return wikitext;
  let kept = '';
  let from = 0;
  for (; start >= 0; start = wikitext.indexOf('{{', from)) {
    const end = balancedEnd(wikitext, start, '{{', '}}');
    if (end < 0 || wikitext.charAt(start + 2) === '{' || wikitext.charAt(end) === '}') return undefined;
    const text = templateText(wikitext.slice(start, end));
    // A break between paragraphs is as good as one that was written.
    if (text.includes('\n') && text.trim() !== '') return undefined;
    kept += wikitext.slice(from, start) + text;
    from = end;
  }
  return kept + wikitext.slice(from);
}

function withoutPictures(wikitext: string): string | undefined {
  let kept = '';
  let from = 0;
  PICTURE.lastIndex = 0;
  for (let picture = PICTURE.exec(wikitext); picture; picture = PICTURE.exec(wikitext)) {
    const end = balancedEnd(wikitext, picture.index, '[[', ']]');
    if (end < 0) return undefined;
    kept += wikitext.slice(from, picture.index);
    from = end;
    PICTURE.lastIndex = end;
  }
  return from === 0 ? wikitext : kept + wikitext.slice(from);
}

/** Brackets that templates left empty, and spaces before stops. */
function tidy(line: string): string {
  const closed = line.includes('(') ? line.replace(/\([,;: ]*\)/g, '').replace(/\( *(?:; ?)+/g, '(') : line;
  const joined = closed.includes(' , ') ? closed.replace(/ ,(?= )/g, ',') : closed;
  return joined.includes(' .') ? joined.replace(/ \.(?=\s|$)/g, '.') : joined;
}

/**
 * The lines of a section: a paragraph's running text, then its list items with `- ` before them, in the order of
 * `wikitextToText`. Undefined where there is markup of another kind. `templateText` gives what stands for a whole template.
 */
export function plainSection(wikitext: string, templateText: (template: string) => string): string[] | undefined {
  if (wikitext.includes('\ue000')) return undefined;
  const formulas: string[] = [];
  const hold = (_: string, tag: string, formula: string): string => {
    const text = formula.trim();
    return tag === 'chem' || text.length > LONGEST_FORMULA ? '' : `\ue000${formulas.push(text) - 1}\ue001`;
  };
  const held = wikitext.includes('<') ? wikitext.replace(GALLERY, '').replace(FORMULA, hold) : wikitext;
  const flat = withTemplateTexts(held, templateText);
  const prose = flat && withoutPictures(flat);
  if (prose === undefined) return undefined;
  let odd = false;
  const untagged = prose.includes('<')
    ? prose.replace(SCRIPT_TAG, '$2').replace(INLINE_TAG, ' ').replace(EMPHASIS_TAG, '')
    : prose;
  const text = untagged
    .replace(CATEGORY, '')
    .replace(LINK, (_, page: string, shown: string | undefined) => {
      // Without a text of its own a link to another wiki shows less than its whole name.
      if (shown === undefined ? /:(?! )/.test(page) : OTHER_NAMESPACE.test(page)) odd = true;
      return shown ?? page.replace(/#.*/, '');
    })
    .replace(EXTERNAL_LINK, (_, shown: string | undefined) => shown?.trim() ?? '')
    .replace(EMPHASIS, '');
  if (odd || NOT_PLAIN.test(text)) return undefined;
  const lines: string[] = [];
  for (const paragraph of text.split(/\n\s*\n/)) {
    const running: string[] = [];
    const items: string[] = [];
    for (const line of paragraph.split('\n')) {
      if (NUMBERED.test(line)) items.push(`- ${tidy(line.replace(/^ ?#*/, ''))}`);
      else if (LIST_MARK.test(line)) items.push(`- ${tidy(line.replace(LIST_MARK, ''))}`);
      else running.push(line);
    }
    lines.push(tidy(running.join(' ')), ...items);
  }
  return formulas.length === 0
    ? lines
    : lines.map((line) => line.replace(HELD, (_, index) => formulas[Number(index)]!));
}
