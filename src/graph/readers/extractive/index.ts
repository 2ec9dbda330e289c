/** The door to the built-in reader and answerer. */
export { type ExtractiveAnswererOptions, extractiveAnswerer } from '../../answerers/extractive.ts';
export { DEFAULT_THRESHOLD, type ExtractiveReaderOptions, extractiveReader, readPassages } from './reader.ts';
