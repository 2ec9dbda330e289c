/** Questions taken apart step by step: each row scripts the answers a reader would give and names the questions in between. */
import { describe, expect, it } from 'vitest';
import type { EvidenceStep, PolicyState } from '../../../src/graph/policy.ts';
import { englishMemory } from '../../../src/offline/english/memory.ts';
import { EnglishUnderstanding } from '../../../src/offline/english/understanding.ts';

const memory = englishMemory();
const understand = (state: PolicyState) => new EnglishUnderstanding(state, memory);

interface Script {
  question: string;
  picture?: boolean;
  /** Sub-question (in any order of asking) -> answer. */
  answers: Record<string, string | null>;
  /** The composed answer; null where none can be composed. */
  answer: string | null;
}

const SCRIPTS: Script[] = [
  {
    question: 'How many people live in the capital city of the country whose flag is shown in the image?',
    picture: true,
    answers: {
      "Which country's flag is shown in the image?": 'Norway',
      'What is the capital city of Norway?': 'Oslo',
      'What is the population of Oslo?': '580,000',
    },
    answer: '580,000',
  },
  {
    question: 'When was the director of film Strangler Of The Swamp born?',
    answers: {
      'Who is the director of film Strangler Of The Swamp?': 'Frank Wisbar',
      'When was Frank Wisbar born?': '1899',
    },
    answer: '1899',
  },
  {
    question: 'What is the currency of the country whose capital is Oslo?',
    answers: { "Which country's capital is Oslo?": 'Norway', 'What is the currency of Norway?': 'krone' },
    answer: 'krone',
  },
  {
    question: "What is the pictured country's capital's population?",
    picture: true,
    answers: {
      'Which country is shown in the image?': 'Bosnia and Herzegovina',
      "What is Bosnia and Herzegovina's capital?": 'Sarajevo',
      "What is Sarajevo's population?": '696,731',
    },
    answer: '696,731',
  },
  {
    question: 'Which is larger, Peru or the country whose flag is shown?',
    picture: true,
    answers: {
      'What is the area of Peru?': '1,285,216 km²',
      "Which country's flag is shown in the image?": 'Chad',
      'What is the area of Chad?': '1.284 million km²',
    },
    answer: 'Peru',
  },
  {
    question: 'Which film has the director who was born earlier, Coach (2018 Film) or Hot Moves?',
    answers: {
      'Who is the director of Coach (2018 Film)?': 'Danila Kozlovsky',
      'When was Danila Kozlovsky born?': '3 May 1985',
      'Who is the director of Hot Moves?': 'Jim Sotos',
      'When was Jim Sotos born?': '1935',
    },
    answer: 'Hot Moves',
  },
  {
    question: 'Is the population of Lima larger than that of Oslo?',
    answers: { 'What is the population of Lima?': '7,737,002', 'What is the population of Oslo?': '580,000' },
    answer: 'yes',
  },
  {
    question: 'Are Leiden and Luxor located in the same country?',
    answers: { 'In which country is Leiden located?': 'Netherlands', 'In which country is Luxor located?': 'Egypt' },
    answer: 'no',
  },
  {
    question: 'What is the difference in population between Lima and Oslo?',
    answers: { 'What is the population of Lima?': '7,737,002', 'What is the population of Oslo?': '580,000' },
    answer: '7157002',
  },
  {
    question: 'Which is the largest of Peru, Chile and Brazil?',
    answers: {
      'What is the area of Peru?': '1,285,216',
      'What is the area of Chile?': '756,102',
      'What is the area of Brazil?': '8,515,767',
    },
    answer: 'Brazil',
  },
  {
    question: 'How old was Louis Sullivan when he died?',
    answers: { 'When was Louis Sullivan born?': '1856', 'When did Louis Sullivan die?': '1924' },
    answer: '68',
  },
  {
    question: 'How many letters does the capital of Peru have?',
    answers: { 'What is the capital of Peru?': 'Lima' },
    answer: '4',
  },
  {
    question: 'Is this the flag of Peru?',
    picture: true,
    answers: { "Which country's flag is shown in the image?": 'Uruguay' },
    answer: 'no',
  },
  {
    question: 'Does Peru have Lima as its capital?',
    answers: { 'What is the capital of Peru?': 'Lima' },
    answer: 'yes',
  },
  {
    question: 'This flag belongs to a country. What is its capital?',
    picture: true,
    answers: { "Which country's flag is shown in the image?": 'Peru', 'What is the capital of Peru?': 'Lima' },
    answer: 'Lima',
  },
  {
    question: 'What is the currency of the country whose capital is Zzyzx?',
    answers: { "Which country's capital is Zzyzx?": null },
    answer: null,
  },
];

function stateOf(script: Pick<Script, 'question' | 'picture'>, steps: EvidenceStep[] = []): PolicyState {
  return {
    question: script.question,
    ...(script.picture && { image: 'hash' }),
    steps,
    knowledgeBases: [],
    maxSteps: 8,
    conversation: [],
  };
}

const step = (subQuestion: string, answer: string | null): EvidenceStep => ({
  subQuestion,
  knowledgeBases: ['any'],
  outcome: 'passages',
  answer,
  passages: [],
});

function play(script: Script): { answer: string | null; asked: string[] } {
  const steps: EvidenceStep[] = [];
  for (let index = 0; index < 8; index++) {
    const { answer } = understand(stateOf(script, steps));
    if (answer) return { answer: answer.text, asked: steps.map(({ subQuestion }) => subQuestion) };
    const next = understand(stateOf(script, steps)).candidates.find(
      ({ subQuestion }) => subQuestion in script.answers && !steps.some((done) => done.subQuestion === subQuestion),
    );
    if (!next) break;
    steps.push(step(next.subQuestion, script.answers[next.subQuestion]!));
  }
  return { answer: null, asked: steps.map(({ subQuestion }) => subQuestion) };
}

describe('derivation of questions', () => {
  it.each(SCRIPTS)('$question', (script) => {
    const { answer, asked } = play(script);
    expect({ answer, asked: [...asked].sort() }).toEqual({
      answer: script.answer,
      asked: Object.keys(script.answers).sort(),
    });
  });

  it('marks the candidate whose answer answers the question', () => {
    const [first] = understand(stateOf({ question: 'What is the capital of Peru?' })).candidates;
    expect(first).toEqual({
      subQuestion: 'What is the capital of Peru?',
      provider: 'grammar',
      kind: 'whole',
      completes: true,
    });
    const [inner] = understand(stateOf({ question: 'What is the population of the capital of Peru?' })).candidates;
    expect(inner).toMatchObject({ subQuestion: 'What is the capital of Peru?', kind: 'inner', completes: false });
  });

  it('knows a step that was asked in other words', () => {
    const steps = [step("Which country's flag is this?", 'Peru')];
    const { open } = understand(
      stateOf({ question: 'What is the capital of the country whose flag is shown?', picture: true }, steps),
    ).derivation;
    expect(open[0]).toMatchObject({ subQuestion: 'What is the capital of Peru?', completes: true });
  });

  it('does not take an answer for another question of the same subject', () => {
    const { answer } = understand(
      stateOf({ question: 'What is the area of Peru?' }, [step('What is the population of Peru?', '33 million')]),
    );
    expect(answer).toBeUndefined();
  });

  it.each([
    ['Tell me, please: what is the capital of Peru?', 'What is the capital of Peru?'],
    ['Name the capital of Peru.', 'What is the capital of Peru?'],
    ['How large is Peru in square kilometres?', 'What is the area of Peru?'],
    ['Oslo is the capital of which country?', "Which country's capital is Oslo?"],
    ['Quick question: How many people live in Lima?', 'What is the population of Lima?'],
  ])('rewords %s', (question, wording) => {
    expect(understand(stateOf({ question })).candidates[0]?.subQuestion).toBe(wording);
  });

  it('follows up on an earlier turn', () => {
    const conversation = [{ question: 'What is the capital of Peru?', answer: 'Lima' }];
    const own = (question: string) => understand({ ...stateOf({ question }), conversation }).candidates[0]?.subQuestion;
    expect(own('What is its population?')).toBe("What is Lima's population?");
    expect(own('And of Chile?')).toBe('What is the capital of Chile?');
  });
});
