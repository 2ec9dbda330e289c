/** Evaluation sets: the six of the paper, atlas, and users' own. */
export { loadAtlas } from './atlas.ts';
export * from './generic.ts';
export * from './golds.ts';
export { type BrokenLine, type BrokenLinePolicy, describeBroken } from './jsonl.ts';
export * from './load.ts';
export * from './question.ts';
export { REFERENCE_SETS, ReferenceRowSchemas, type ReferenceSet } from './reference-sets.ts';
