export const plainTitle = (title: string): string => title.replace(/\s*\([^)]*\)\s*$/, '').trim();

/** Sentences and the clauses of glosses; an abbreviation's full stop does not end one. */
export function splitSentences(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text[index]!;
    if (char !== '.' && char !== '!' && char !== '?' && char !== '\n') continue;
    const next = text[index + 1];
    const later = text[index + 2];
    if (
      char === '\n' ||
      next === undefined ||
      (next === ' ' &&
        later !== undefined &&
        /[\p{Lu}\p{N}"“'(]/u.test(later) &&
        !/(\b\p{Lu}|\b(Mr|Mrs|Dr|St|Mt|vs|No|Jr|Sr|ca|c))$/u.test(text.slice(Math.max(0, index - 4), index)))
    ) {
      const part = text.slice(start, index + 1).trim();
      if (part) parts.push(part);
      start = index + 1;
    }
  }
  const rest = text.slice(start).trim();
  if (rest) parts.push(rest);
  return parts;
}
