/** What a policy is told after an output that could not be used: one sentence that names the fault and the way out. */
import type { InvalidReason } from '../../decision.ts';

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
};

export function invalidReminder(reason: InvalidReason): string {
  return REMINDERS[reason];
}
