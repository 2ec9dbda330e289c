/** How well a method knows when to say nothing: precision and recall of its abstentions over questions with and without answer. */

export interface AbstentionRow {
  /** False: abstaining is right. */
  answerable: boolean;
  abstained: boolean;
}

export interface AbstentionScore {
  /** Of the abstentions, the share that was right; null where the method never abstained. */
  precision: number | null;
  /** Of the unanswerable questions, the share abstained on; null where there is none. */
  recall: number | null;
  abstentions: number;
  unanswerable: number;
}

/** Precision and recall of abstaining; null where nothing abstained, or where every question has an answer. */
export function abstentionScore(rows: readonly AbstentionRow[]): AbstentionScore {
  let right = 0;
  let abstentions = 0;
  let unanswerable = 0;
  for (const { answerable, abstained } of rows) {
    if (abstained) abstentions += 1;
    if (!answerable) unanswerable += 1;
    if (abstained && !answerable) right += 1;
  }
  return {
    precision: abstentions === 0 ? null : right / abstentions,
    recall: unanswerable === 0 ? null : right / unanswerable,
    abstentions,
    unanswerable,
  };
}
