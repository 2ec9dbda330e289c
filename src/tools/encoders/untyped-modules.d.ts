/** Types of the two language libraries that ship without any. */
declare module 'snowball-stemmers' {
  export interface Stemmer {
    stem(word: string): string;
  }
  const snowball: { newStemmer(algorithm: string): Stemmer; algorithms(): string[] };
  export default snowball;
}

declare module 'stopword' {
  const stopWords: Record<string, readonly string[] | unknown>;
  export = stopWords;
}
