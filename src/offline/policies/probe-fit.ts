/**
 * What speaks for asking a knowledge base: before a search, its description and modality; after one, how much of the question
 * the top passages cover and how far the first stands out. Names of knowledge bases play no part.
 */
import type { KnowledgeBaseCard } from '../../tools/knowledge-base.ts';
import type { Passage } from '../../tools/passage.ts';
import type { Inquiry, Words } from '../language.ts';

/** Passages of a probe that are looked at. */
const LOOKED_AT = 4;

/** In [0, 1], without any search: does the description speak of what is asked, and can the modality hold the answer? */
export function prior(
  inquiry: Inquiry,
  card: KnowledgeBaseCard,
  { picture, hasImage, words }: { picture: boolean; hasImage: boolean; words: Words },
): number {
  if (picture && hasImage) return card.modality === 'text-image' ? 1 : 0.02;
  const stems = words.vocabulary(card.description);
  const { coverage } = words;
  const asked = coverage(inquiry.attribute, stems);
  const rest = coverage(inquiry.subjectStems.slice(0, 24), stems);
  let score = 0.15 + 0.45 * asked + 0.2 * rest;
  if (card.modality === 'text-image') score *= 0.35;
  if (card.modality === 'table') {
    if (inquiry.expected === 'number' || inquiry.form === 'count' || inquiry.superlative) score += 0.15;
  } else if (inquiry.form === 'describe' || (inquiry.form === 'class' && inquiry.subjectStems.length > 5)) score += 0.2;
  return Math.min(1, score);
}

interface ProbeFit {
  /** In [0, 1]: how much of the question the best passage accounts for. */
  fit: number;
  topScore: number;
  margin: number;
  /** Share of the passages that no earlier step has shown. */
  novelty: number;
}

export function probeFit(
  inquiry: Inquiry,
  passages: readonly Passage[],
  { seen, words }: { seen: ReadonlySet<string>; words: Words },
): ProbeFit {
  const [first, second] = passages;
  if (!first) return { fit: 0, topScore: 0, margin: 0, novelty: 0 };
  let fit = 0;
  passages.slice(0, LOOKED_AT).forEach((passage, place) => {
    fit = Math.max(fit, passageFit(inquiry, passage, words) * (1 - 0.03 * place));
  });
  const margin = second && first.score > 0 ? (first.score - second.score) / first.score : 1;
  const fresh = passages.filter((passage) => !seen.has(`${passage.knowledgeBase}\u0000${passage.id}`)).length;
  return { fit, topScore: first.score, margin, novelty: fresh / passages.length };
}

function passageFit(inquiry: Inquiry, passage: Passage, words: Words): number {
  const { allStems, contentStems, coverage } = words;
  const stems = allStems(`${passage.title ?? ''} ${passage.text}`.slice(0, 6_000));
  const body = new Set(stems);
  const names = inquiry.names.flatMap(allStems);
  const present = (items: readonly string[]): number =>
    items.length === 0 ? 1 : items.filter((item) => body.has(item)).length / items.length;
  const named = present(names);
  const rest = present(inquiry.subjectStems.filter((item) => !names.includes(item) && !inquiry.verbs.includes(item)));
  const { table } = passage;
  // Prose need not name the class of what it is about.
  const least = inquiry.form === 'class' && !table && !passage.image ? 0.5 : 0;
  const asked =
    inquiry.attribute.length === 0
      ? 1
      : table
        ? headerFit(inquiry, table.header, words)
        : least + (1 - least) * coverage(inquiry.attribute, [...body]);
  // Prose that merely mentions the name is likelier to be about something else than prose whose title the question names.
  const title = contentStems(passage.title?.replace(/\s*\([^)]*\)$/, '') ?? '');
  const said = new Set([...inquiry.subjectStems, ...names]);
  const titled = title.length > 0 && title.every((item) => said.has(item));
  const mentions = title.some((item) => names.includes(item));
  const about = table || names.length === 0 || titled || mentions || inquiry.subjectStems.length > 6 ? 1 : 0.85;
  const score = 0.4 * named + 0.35 * asked + 0.2 * rest + (mentions || titled ? 0.05 : 0);
  return Math.min(1, about * score + (titled && !table ? 0.2 * (1 - score) : 0));
}

/** How well some column is named by what is asked, or by any word of the question (`which city is the capital`). */
function headerFit(inquiry: Inquiry, header: readonly string[], { contentStems, coverage }: Words): number {
  const said = [...inquiry.attribute, ...inquiry.subjectStems];
  return Math.max(
    ...header.map((column) => {
      const stems = contentStems(column.replace(/\([^)]*\)/g, ''));
      if (stems.length === 0) return 0;
      const direct = 0.7 * coverage(inquiry.attribute, stems) + 0.3 * coverage(stems, inquiry.attribute);
      return Math.max(direct, 0.9 * coverage(stems, said) ** 2);
    }),
  );
}
