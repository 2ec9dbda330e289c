/**
 * Wikitext without the parts whose text nobody keeps, cut out before the parser sees them: it spends a fifth of its time on
 * references, tables and lists of sources. Only what closes properly is cut; broken markup is left to the parser, which knows it.
 */

/** As far as a reference may reach; one that is longer has lost its end. */
const LONGEST_REFERENCE = 4000;

/** `<ref ... />` and `<ref ...>...</ref>` become a space, as the parser makes of them. */
export function withoutReferences(wikitext: string): string {
  let kept = '';
  let from = 0;
  for (let at = wikitext.indexOf('<ref'); at >= 0; at = wikitext.indexOf('<ref', at + 4)) {
    const next = wikitext.charAt(at + 4);
    const tagEnd = wikitext.indexOf('>', at);
    if (tagEnd < 0) break;
    if (
      (next !== '>' && next !== ' ' && next !== '/' && next !== '\n' && next !== '\t') ||
      wikitext.lastIndexOf('<', tagEnd) > at
    )
      continue;
    let end = tagEnd + 1;
    if (wikitext.charAt(tagEnd - 1) !== '/') {
      const close = wikitext.indexOf('</ref>', end);
      const another = wikitext.indexOf('<ref', end);
      if (close < 0 || close - end > LONGEST_REFERENCE || (another >= 0 && another < close)) continue;
      end = close + '</ref>'.length;
    }
    kept += `${wikitext.slice(from, at)} `;
    from = end;
    at = end - 4;
  }
  return kept + wikitext.slice(from);
}

/** `{| ... |}` at the beginnings of lines, nested ones with the outer. */
export function withoutTables(wikitext: string): string {
  if (!wikitext.includes('{|')) return wikitext;
  let kept = '';
  let from = 0;
  let depth = 0;
  let start = 0;
  for (const mark of wikitext.matchAll(/^[ \t:*#]*\{\||^[ \t]*\|\}(?!\})/gm)) {
    if (mark[0].endsWith('{|')) {
      if (depth++ === 0) start = mark.index;
    } else if (depth > 0 && --depth === 0) {
      kept += wikitext.slice(from, start);
      from = mark.index + mark[0].length;
    }
  }
  return kept + wikitext.slice(from);
}

/** The sections of these names, up to the next heading of any level, without their bodies. */
export function withoutSections(wikitext: string, names: RegExp): string {
  let kept = '';
  let from = 0;
  let cutting = false;
  for (const heading of wikitext.matchAll(/^(={2,6})[ \t]*(.+?)[ \t]*\1[ \t]*$/gm)) {
    if (!cutting) kept += wikitext.slice(from, heading.index);
    from = heading.index;
    cutting = names.test(heading[2]!);
    if (cutting) kept += `${heading[0]}\n`;
  }
  return cutting ? kept : kept + wikitext.slice(from);
}
