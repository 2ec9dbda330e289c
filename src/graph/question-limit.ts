/** Longest question accepted where nothing else is said, in characters. */
export const QUESTION_LIMIT = 8_000;
