/** What a knowledge base gave back when it was asked, as features of the pair of sub-question and knowledge base. */
import type { EvidenceStep } from '../../../graph/policy.ts';
import type { Passage } from '../../../tools/passage.ts';
import type { Inquiry, Language } from '../../language.ts';
import { DEFAULT_THRESHOLD } from '../../reader/reader.ts';
import { probeFit } from '../probe-fit.ts';

/** As many passages as a reader is shown. */
const READ = 5;

/** How many features a probe fills. */
export const NOT_PROBED = Array.from({ length: 13 }, () => 0);

/** For each knowledge base: `probed` and the twelve features after it, or undefined where it was not probed. */
export function probeFeatures(
  inquiry: Inquiry,
  knowledgeBases: readonly unknown[],
  {
    steps,
    hasImage,
    language,
    probe,
  }: {
    steps: readonly EvidenceStep[];
    hasImage: boolean;
    language: Language;
    probe: (knowledgeBase: number) => readonly Passage[] | undefined;
  },
): (number[] | undefined)[] {
  const results = knowledgeBases.map((_, k) => probe(k));
  const terms = contentTerms(inquiry.text);
  const seen = new Set(
    steps.flatMap((step) => step.passages.map((passage) => `${passage.knowledgeBase}\u0000${passage.id}`)),
  );
  const read = new Set(steps.flatMap((step) => step.passages.map((passage) => passage.id)));
  const tops = results.map((passages) => passages?.[0]?.score ?? 0);
  const highest = Math.max(1e-9, ...tops);
  const coverages = results.map((passages) =>
    Math.max(0, ...(passages ?? []).slice(0, 5).map((p) => coverage(terms, fullText(p)))),
  );
  return results.map((passages, k) => {
    if (passages === undefined) return undefined;
    const top = passages[0];
    if (top === undefined) return [1, 1, ...NOT_PROBED.slice(2)];
    const others = Math.max(0, ...coverages.filter((_, other) => other !== k));
    const second = passages[1]?.score ?? 0;
    const five = passages.slice(0, 5);
    // How sure the built-in reader would be of its answer: no call of the reader in use, and no reads.
    const sureness = language.read(inquiry, passages, { withImage: hasImage, limit: READ })?.confidence ?? 0;
    return [
      1,
      0,
      top.score / highest,
      top.score > 0 ? Math.max(0, Math.min(1, (top.score - second) / top.score)) : 0,
      coverages[k]!,
      coverages[k]! - others,
      coverage(terms, five.map(fullText).join(' ')),
      Math.max(0, ...five.map((passage) => coverage(terms, passage.title ?? ''))),
      passages.filter((passage) => !read.has(passage.id)).length / passages.length,
      Math.min(1, passages.length / 10),
      probeFit(inquiry, passages, { seen, words: language.words }).fit,
      sureness,
      sureness >= DEFAULT_THRESHOLD,
    ].map(Number);
  });
}

const fullText = (passage: Passage): string => `${passage.title ?? ''} ${passage.text}`;

/** Words of four letters or more, or numbers: what a passage should mention. */
function contentTerms(text: string): string[] {
  const terms = (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter(
    (term) => term.length > 3 || /\d/.test(term),
  );
  return [...new Set(terms)];
}

function coverage(terms: readonly string[], text: string): number {
  if (terms.length === 0) return 0;
  const lower = text.toLowerCase();
  return terms.filter((term) => lower.includes(term)).length / terms.length;
}
