/**
 * A turn of a chat model as trainers learn it, and a question as its turns. Every format of this room is written from these and
 * read back into them.
 */
import { writeAnswer } from '../../graph/chat-model/protocols/answer-tags.ts';
import { writeDecision } from '../../graph/chat-model/protocols/decision-tags.ts';
import { isNone } from '../../graph/chat-model/protocols/naming.ts';

/** What the teacher's turn is judged by. `retriever` is the name shown to the model; both are `None` for a stop. */
export type TurnGold =
  | { kind: 'decide'; subQuestion: string; retriever: string }
  | { kind: 'read'; answer: string }
  | { kind: 'answer'; answers: string[] };

export interface Turn {
  /** Place among the turns of the question. */
  index: number;
  system: string;
  user: string;
  /** Whether the question's image is shown. */
  image: boolean;
  gold: TurnGold;
  /** What the teacher says, in the tag protocol; where a format has none it is written from the gold. */
  completion: string;
}

export interface ExportedQuestion {
  /** `image` is the file that its rows name. */
  question: { id: string; image?: string };
  split: string;
  turns: Turn[];
}

/** Says what the gold says, without a thought. Throws a RangeError where the gold holds tags itself. */
export function completionOf(gold: TurnGold): string {
  switch (gold.kind) {
    case 'decide': {
      const { subQuestion, retriever } = gold;
      if (isNone(subQuestion)) return writeDecision({ type: 'stop' });
      return writeDecision({ type: 'search', subQuestion: subQuestion.trim(), name: retriever.trim() });
    }
    case 'read':
      return writeAnswer({ answer: gold.answer.trim() || null });
    case 'answer':
      return writeAnswer({ answer: gold.answers[0]?.trim() ?? null });
    default:
      return gold satisfies never;
  }
}
