/**
 * What a language contributes to lexical search: its stop words (`stopword` library) and its stemmer (Snowball). Both are
 * loaded the first time a language is asked for; they are not needed to open a store.
 */
import type { Stemmer } from 'snowball-stemmers';
import { z } from 'zod';
import { packageRequire } from '../../common/package-files.ts';

/** Language -> [Snowball algorithm, ISO 639-3 code of the stop-word list]; null where the libraries have none. */
const LANGUAGES = {
  arabic: ['arabic', 'ara'],
  bengali: [null, 'ben'],
  burmese: [null, 'mya'],
  catalan: ['catalan', 'cat'],
  chinese: [null, 'zho'],
  czech: ['czech', 'ces'],
  danish: ['danish', 'dan'],
  dutch: ['dutch', 'nld'],
  english: ['english', 'eng'],
  finnish: ['finnish', 'fin'],
  french: ['french', 'fra'],
  german: ['german', 'deu'],
  greek: [null, 'ell'],
  hebrew: [null, 'heb'],
  hindi: [null, 'hin'],
  hungarian: ['hungarian', 'hun'],
  indonesian: [null, 'ind'],
  italian: ['italian', 'ita'],
  japanese: [null, 'jpn'],
  khmer: [null, null],
  korean: [null, 'kor'],
  lao: [null, null],
  norwegian: ['norwegian', 'nob'],
  persian: [null, 'fas'],
  polish: [null, 'pol'],
  portuguese: ['portuguese', 'por'],
  romanian: ['romanian', 'ron'],
  russian: ['russian', 'rus'],
  spanish: ['spanish', 'spa'],
  swedish: ['swedish', 'swe'],
  thai: [null, 'tha'],
  turkish: ['turkish', 'tur'],
  ukrainian: [null, 'ukr'],
  urdu: [null, 'urd'],
  vietnamese: [null, 'vie'],
  /** No stop words, no stemming: for collections of several languages. */
  none: [null, null],
} as const satisfies Record<string, readonly [string | null, string | null]>;

export const LanguageSchema = z.enum(Object.keys(LANGUAGES) as [keyof typeof LANGUAGES, ...(keyof typeof LANGUAGES)[]]);
export type Language = z.infer<typeof LanguageSchema>;

export interface LanguageTools {
  stopWords: ReadonlySet<string>;
  stem(word: string): string;
}

const loaded = new Map<Language, LanguageTools>();

export function languageTools(language: Language): LanguageTools {
  const tools = loaded.get(language) ?? load(language);
  loaded.set(language, tools);
  return tools;
}

function load(language: Language): LanguageTools {
  const require = packageRequire();
  const [algorithm, code] = LANGUAGES[language];
  const words = code === null ? [] : (require('stopword') as Record<string, readonly string[]>)[code];
  const stemmer: Stemmer | undefined =
    algorithm === null
      ? undefined
      : (require('snowball-stemmers') as { newStemmer(algorithm: string): Stemmer }).newStemmer(algorithm);
  return {
    stopWords: new Set((words ?? []).map((word) => word.toLowerCase())),
    stem: stemmer ? (word) => stemmer.stem(word) : (word) => word,
  };
}
