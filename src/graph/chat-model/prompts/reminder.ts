/** What a policy is told after an output that could not be used: one sentence that names the fault and the way out. */
import type { InvalidReason } from '../../decision.ts';
import { oneLine } from './lines.ts';

const REMINDERS: Record<InvalidReason, string> = {
  'empty-output': 'Your last reply was empty. Write the three tags.',
  'missing-tag': 'Your last reply lacked one of the required tags. Write every tag, each exactly once.',
  'duplicate-tag': 'Your last reply held the same tag more than once. Write every tag exactly once.',
  'unclosed-tag': 'Your last reply opened a tag and never closed it. Close every tag.',
  'empty-sub-question': 'Your last reply left the sub-question empty. Write one, or None to stop.',
  'unknown-knowledge-base':
    'Your last reply named a retriever that does not exist. Copy one of the listed names, or None.',
  contradiction:
    'Your last reply contradicted itself: to stop, both sub-question and retriever must be None; to go on, neither may be.',
  'too-long': 'Your last reply was far too long. Write one short sub-question.',
  refused: 'Your last reply refused the task. Write a sub-question and a retriever, or None and None to stop.',
  'no-tool-call': 'Your last reply lacked the required tags. Write every tag, each exactly once.',
  'invalid-arguments': 'Your last reply could not be read. Write the required tags, each exactly once.',
  'no-evidence': 'Your last reply answered from memory. Ask a retriever first.',
};

/** For models that call tools or fill a schema. `form` says how: "Call a search tool, or finish." */
const DIRECT: Record<InvalidReason, string> = {
  'empty-output': 'Your last reply was empty.',
  'missing-tag': 'Your last reply was not in the form asked for.',
  'duplicate-tag': 'Your last reply was not in the form asked for.',
  'unclosed-tag': 'Your last reply broke off.',
  'empty-sub-question': 'The query was empty: write one short question.',
  'unknown-knowledge-base': 'There is no such tool or retriever: use one of those listed.',
  contradiction: 'Your last reply contradicted itself: either ask, or end.',
  'too-long': 'Your last reply was far too long: write one short question.',
  refused: 'Your last reply refused the task.',
  'no-tool-call': 'Your last reply was not in the form asked for.',
  'invalid-arguments': 'The arguments could not be read: they must be JSON as the schema says.',
  'no-evidence': 'That answer rests on nothing that was looked up: search first.',
};

export function directReminder(reason: InvalidReason, form: string): string {
  return `${DIRECT[reason]} ${form}`;
}

export function invalidReminder(reason: InvalidReason): string {
  return REMINDERS[reason];
}

/** Characters of a reply that its reminder repeats. */
const REPEATED = 400;

/** The reminder with the beginning of the reply that it is about, on one line. */
export function withReply(reminder: string, reply: string): string {
  const said = oneLine(reply).slice(0, REPEATED);
  return said === '' ? reminder : `${reminder}\nIt was: ${said}`;
}
