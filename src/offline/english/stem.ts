/** The stem of a word, worked out each time. For what remembers, see `words.ts`. */
import { languageTools } from '../../tools/encoders/language.ts';

export const stem = (word: string): string => (word.length > 40 ? word : languageTools('english').stem(word));
