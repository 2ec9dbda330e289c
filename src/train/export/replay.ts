/**
 * A trajectory that somebody else's system wrote, run through this graph: a policy that decides what is recorded, knowledge bases that
 * find the passages its readers were shown, a reader and an answerer that say what they said. Its steps become the records
 * of a run, and can be scored, shown and exported as such.
 */
import { sha256 } from '../../common/content-hash.ts';
import { isNone } from '../../graph/chat-model/protocols/naming.ts';
import { type Decision, searchFor } from '../../graph/decision.ts';
import type { RouterGraphOptions } from '../../graph/options.ts';
import { stepsTaken } from '../../graph/step-record.ts';
import type { Modality, SearchableKnowledgeBase } from '../../tools/knowledge-base.ts';
import type { Passage } from '../../tools/passage.ts';
import type { ExportedQuestion } from './turn.ts';

/** What the reference calls its three knowledge bases, in lower case, and what ours are called. */
const KNOWLEDGE_BASES: Readonly<Record<string, { name: string; modality: Modality; prefix: string }>> = {
  'text retriever': { name: 'text', modality: 'text', prefix: 'ter' },
  'text image retriever': { name: 'image', modality: 'text-image', prefix: 'tir' },
  'table retriever': { name: 'table', modality: 'table', prefix: 'tar' },
};

/** The knowledge base of a retriever's name: one of the reference's three by our names, any other by its own. */
function knowledgeBaseNamed(retriever: string): string {
  return KNOWLEDGE_BASES[retriever.trim().toLowerCase()]?.name ?? retriever.trim();
}

interface RecordedStep {
  subQuestion: string;
  knowledgeBase: string;
  passages: Passage[];
  /** Null where nothing was read. */
  answer: string | null;
}

export interface RecordedTrajectory {
  question: string;
  steps: RecordedStep[];
  /** Whether it decided to stop, and not only ran out of steps. */
  stopped: boolean;
  answers: string[];
}

/** What the turns tell of a run; undefined where the first prompt names no question. */
export function trajectoryOfTurns({ turns }: ExportedQuestion): RecordedTrajectory | undefined {
  const question = questionIn(turns[0]?.user ?? '');
  if (question === undefined) return undefined;
  const trajectory: RecordedTrajectory = { question, steps: [], stopped: false, answers: [] };
  for (const { gold, user } of turns) {
    const last = trajectory.steps.at(-1);
    if (gold.kind === 'answer') trajectory.answers = gold.answers;
    else if (gold.kind === 'read') {
      if (!last) continue;
      last.answer = gold.answer;
      last.passages = passagesIn(user, last.knowledgeBase);
    } else if (isNone(gold.subQuestion)) trajectory.stopped = true;
    else {
      const { subQuestion, retriever } = gold;
      trajectory.steps.push({ subQuestion, knowledgeBase: knowledgeBaseNamed(retriever), passages: [], answer: null });
    }
  }
  return trajectory;
}

const QUESTION = 'Origin question: ';

function questionIn(user: string): string | undefined {
  const at = user.indexOf(QUESTION);
  if (at < 0) return undefined;
  const [line = ''] = user.slice(at + QUESTION.length).split('\n');
  return line.trim() || undefined;
}

/** Labels stand at the beginning of a line, the first one perhaps after what the prompt says before it. */
function passagesIn(user: string, knowledgeBase: string): Passage[] {
  const labels = [...user.matchAll(/(?:^|\n|:)(t[eia]r)-(\d+): /g)];
  // Prompts say the three prefixes first, and then the passages of one.
  const prefix = labels[0]?.[1];
  const own = labels.filter((label) => label[1] === prefix);
  return own.map((label, place): Passage => {
    const start = label.index + label[0].length;
    const end = own[place + 1]?.index ?? endOfPassages(user, start);
    const text = user.slice(start, end).trim();
    const id = `${knowledgeBase}-${sha256(text).slice(0, 12)}`;
    return { id, documentId: id, knowledgeBase, score: 1 / (place + 1), rank: place, text };
  });
}

/** Where the question of a reading begins, in the reference's prompts and in ours. */
function endOfPassages(user: string, from: number): number {
  const ends = ['\nOrigin question: ', '\n Give me the answer', '\nGive me the answer'];
  const found = ends.map((end) => user.indexOf(end, from)).filter((at) => at >= 0);
  return found.length > 0 ? Math.min(...found) : user.length;
}

/** Parts of a graph that runs this trajectory again: `createRouterGraph({ ...replayParts(trajectory) })`. */
export function replayParts(trajectory: RecordedTrajectory): RouterGraphOptions {
  const { steps, answers } = trajectory;
  const names = new Set(['text', 'image', 'table', ...steps.map(({ knowledgeBase }) => knowledgeBase)]);
  return {
    knowledgeBases: [...names].map((name) => recordedKnowledgeBase(name, steps)),
    policy: {
      name: 'recorded',
      version: '1',
      decide: async (state) => ({ decision: decisionAt(trajectory, stepsTaken(state.steps)) }),
    },
    reader: {
      name: 'recorded',
      limit: 1000,
      read: async ({ subQuestion, knowledgeBases, steps: before }) => {
        const at = stepsTaken(before);
        const own = steps[at]?.subQuestion.trim() === subQuestion ? steps[at] : undefined;
        const asked = own ?? steps.find((step) => isAsked(step, subQuestion, knowledgeBases[0]!.name));
        return { answer: asked?.answer ?? null, citations: [] };
      },
    },
    answerer: { name: 'recorded', answer: async () => ({ answer: answers[0] ?? null, citations: [] }) },
    maxSteps: Math.max(1, steps.length + (trajectory.stopped ? 1 : 0)),
    passageLimit: 1000,
    evidence: false,
  };
}

function decisionAt({ steps }: RecordedTrajectory, index: number): Decision {
  const step = steps[index];
  return step ? searchFor(step.subQuestion.trim(), step.knowledgeBase) : { type: 'stop' };
}

const isAsked = (step: RecordedStep, subQuestion: string, knowledgeBase: string): boolean =>
  step.knowledgeBase === knowledgeBase && step.subQuestion.trim() === subQuestion;

function recordedKnowledgeBase(name: string, steps: readonly RecordedStep[]): SearchableKnowledgeBase {
  const known = Object.values(KNOWLEDGE_BASES).find((one) => one.name === name);
  return {
    name,
    description: `what was found in ${name}`,
    modality: known?.modality ?? 'text',
    cost: 1,
    search: async ({ text = '' }) => steps.find((step) => isAsked(step, text, name))?.passages ?? [],
  };
}
