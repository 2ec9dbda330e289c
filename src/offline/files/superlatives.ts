/** What is said of things by what they measure: the heaviest of those with a weight. For whoever asks about people's own tables. */
export { superlativesOf } from '../english/quantities.ts';
