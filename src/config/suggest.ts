/** "Did you mean …?" for names a person typed: closest known name, or nothing where none is close. */
import { distance } from 'fastest-levenshtein';

/** The known name nearest to `typed`, at most a third of its letters away, rounded up; case does not count. */
export function nearestName(typed: string, known: readonly string[]): string | undefined {
  const wanted = typed.toLowerCase();
  const limit = Math.ceil(wanted.length / 3);
  let best: { name: string; distance: number } | undefined;
  for (const name of known) {
    const d = distance(wanted, name.toLowerCase());
    if (d <= limit && (best === undefined || d < best.distance)) best = { name, distance: d };
  }
  return best?.name;
}

/** ` Did you mean "x"?`, or the names there are; a sentence to put behind an error message. */
export function suggestion(typed: string, known: readonly string[]): string {
  const nearest = nearestName(typed, known);
  if (nearest !== undefined) return `did you mean "${nearest}"?`;
  return known.length === 0 ? 'there are none' : `there ${known.length === 1 ? 'is' : 'are'}: ${known.join(', ')}`;
}
