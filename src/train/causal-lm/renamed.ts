/**
 * Trajectories with other names in them. A small model would rather learn the names of its few thousand texts by heart than to copy
 * one it is shown, and then asks about the wrong country. With made-up names in the place of the real ones only copying helps.
 */
import { keyedRandom, type Random } from '../../common/random.ts';
import type { Question } from '../../eval/datasets/question.ts';

const ONSETS = 'b c d f g h j k l m n p r s t v w z br ch cl dr fr gl gr kr pl sh sl st th tr'.split(' ');
const VOWELS = 'a e i o u ai ea ia ou'.split(' ');
const CODAS = ['', '', '', 'l', 'm', 'n', 'r', 's', 't', 'ck', 'nd', 'rt'];

function word(random: Random): string {
  const syllable = (): string => random.pick(ONSETS) + random.pick(VOWELS) + random.pick(CODAS);
  return Array.from({ length: 1 + random.below(3) }, syllable).join('');
}

/** Of as many words as `name`, capitals and digits where it has them. */
function madeUp(name: string, random: Random): string {
  return name.replace(/\p{L}+|\d/gu, (part) => {
    if (/\d/.test(part)) return String(random.below(10));
    const made = word(random);
    return /^\p{Lu}/u.test(part) ? made[0]!.toUpperCase() + made.slice(1) : made;
  });
}

/** The question in made-up words: whoever repeats it has copied it. */
export function inMadeUpWords(question: Question, seed: string | number): Question {
  return { ...question, question: madeUp(question.question, keyedRandom('made-up', seed, question.id)) };
}

/** Runs of capitalised words behind the first word, and the answers of earlier steps. */
function namesIn({ question, steps = [] }: Question): string[] {
  const texts = [question, ...steps.map(({ subQuestion }) => subQuestion)];
  const capital = texts.flatMap((text) => text.match(/(?<=\s)\p{Lu}[\p{L}’'-]+(?: \p{Lu}[\p{L}’'-]+)*/gu) ?? []);
  const said = steps.slice(0, -1).map(({ answer }) => answer);
  const shared = [...new Set([...capital, ...said])].filter(
    (name) => name.length > 1 && texts.filter((text) => text.includes(name)).length + Number(said.includes(name)) > 1,
  );
  // The longer first: a name that stands within another is part of it.
  return shared.sort((a, b) => b.length - a.length);
}

/** Names of all questions, each once: what another question's may be called. */
export function namesOf(questions: readonly Question[]): string[] {
  return [...new Set(questions.flatMap(namesIn))].filter((name) => !/\d/.test(name)).sort();
}

/**
 * The question with its names changed, the same one for the same seed; as it is where it has none that is handed on. Every second
 * name is one of `others`, where there are any: real ones are written in the tokens that real questions have.
 */
export function renamed(question: Question, seed: string | number, others: readonly string[] = []): Question {
  const random = keyedRandom('renamed', seed, question.id);
  const other = (name: string): string =>
    others.length > 0 && !/\d/.test(name) && random.next() < 0.5 ? random.pick(others) : madeUp(name, random);
  const names = namesIn(question).map((name) => [name, other(name)] as const);
  if (names.length === 0) return question;
  const change = (text: string): string => {
    const marked = names.reduce((rest, [name], place) => rest.replaceAll(name, `\u0000${place}\u0000`), text);
    return names.reduce((rest, [, made], place) => rest.replaceAll(`\u0000${place}\u0000`, made), marked);
  };
  return {
    ...question,
    question: change(question.question),
    steps: question.steps?.map((step) => ({
      ...step,
      subQuestion: change(step.subQuestion),
      answer: change(step.answer),
    })),
  };
}
