/** The border of the graph: questions and pictures that cannot be asked are refused before anything is done. */
import { userError } from '../../common/errors.ts';
import type { RouterParts } from '../options.ts';

export function checkQuestion(given: unknown, limit: number): string {
  const question = typeof given === 'string' ? given.trim() : '';
  if (question === '') throw userError('empty-question', 'question: it is empty or not a text; ask something');
  if (question.length > limit) {
    throw userError(
      'question-too-long',
      `question: ${question.length} characters are more than the ${limit} allowed; shorten it (option questionLimit)`,
    );
  }
  return question;
}

export async function checkImage(hash: unknown, parts: RouterParts): Promise<void> {
  if (hash === undefined) return;
  if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) {
    throw userError('invalid-image-hash', 'image: not a SHA-256 in lower-case hex; put the bytes into the image store');
  }
  if (!parts.images) throw userError('no-image-store', 'image: this graph has no image store; set the option images');
  if (!(await parts.images.get(hash))) {
    throw userError('unknown-image', `image: no image ${hash.slice(0, 12)}… in the image store; put its bytes first`);
  }
}
