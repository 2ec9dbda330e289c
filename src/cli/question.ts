/** The question as it was given: as arguments, or on standard input where it is `-`. */
import { userError } from '../common/errors.ts';
import { QUESTION_LIMIT } from '../graph/question-limit.ts';

/** Characters read of standard input: room for the white space around a question. */
const STDIN_LIMIT = 65_536;

export async function readQuestion(written: string): Promise<string> {
  const question = written === '-' ? await readStandardInput() : written;
  if (question.trim() === '') throw userError('empty-question', 'question: it is empty; write it in quotes after ask');
  return question.trim();
}

async function readStandardInput(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk;
    if (text.length > STDIN_LIMIT) {
      process.stdin.destroy();
      throw userError(
        'question-too-long',
        `question: more than ${STDIN_LIMIT} characters; at most ${QUESTION_LIMIT} are accepted, shorten it`,
      );
    }
  }
  return text;
}
