/** Where passages stand on the page, so that citations can jump to them. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Citation, Passage } from '../api/schemas.ts';
import { type Run, samePassage } from './run-state.ts';

export interface Place {
  /** Of ids; two runs may stand side by side. */
  prefix: string;
  run: Run;
}

export const PlaceContext = createContext<Place | undefined>(undefined);

export function usePlace(): Place {
  const place = useContext(PlaceContext);
  if (!place) throw new Error('usePlace: outside of a run');
  return place;
}

/** The id of a passage at a step. The same passage may be found at several. */
export function passageId({ prefix }: Place, step: number, { knowledgeBase, id }: Passage): string {
  return `${prefix}-${step}-${knowledgeBase}-${id}`.replace(/\s/g, '_');
}

/** Where a citation points: at the last step that found the passage. */
export function targetOf(place: Place, citation: Pick<Citation, 'passageId' | 'knowledgeBase'>): string | undefined {
  for (const { index, passages } of place.run.steps.toReversed()) {
    const passage = passages.find((found) => samePassage(citation, found));
    if (passage) return passageId(place, index, passage);
  }
  return undefined;
}

/** The number that a passage has among the answer's citations, from 1. */
export function citationNumber({ run }: Place, passage: Passage): number | undefined {
  const index = run.answer?.citations.findIndex((citation) => samePassage(citation, passage)) ?? -1;
  return index < 0 ? undefined : index + 1;
}

/** Opens whatever hides the passage, brings it into view and gives it the focus. */
export function showPassage(id: string): void {
  const element = document.getElementById(id);
  if (!element) return;
  for (let outer = element.parentElement; outer; outer = outer.parentElement) {
    if (outer instanceof HTMLDetailsElement) outer.open = true;
  }
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  element.scrollIntoView({ block: 'center', behavior: calm ? 'auto' : 'smooth' });
  element.focus({ preventScroll: true });
}
