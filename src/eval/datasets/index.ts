/** Evaluation sets: the six of the paper, atlas, and users' own. */
export { loadAtlas } from './atlas.ts';
export { type GenericRow, GenericRowSchema, questionOfGenericRow } from './generic.ts';
export { goldAnswers, goldRoute, needsOf } from './golds.ts';
export { type BrokenLine, type BrokenLinePolicy, describeBroken } from './jsonl.ts';
export { type Dataset, type LoadDatasetOptions, loadDataset } from './load.ts';
export { type GoldStep, GoldStepSchema, type Question, QuestionSchema } from './question.ts';
export { REFERENCE_SETS, ReferenceRowSchemas, type ReferenceSet } from './reference-sets.ts';
