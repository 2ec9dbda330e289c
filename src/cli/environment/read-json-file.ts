/** A JSON file that the user named. */
import { readFile } from 'node:fs/promises';
import { messageOf, userError } from '../../common/errors.ts';

export async function readJsonFile(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw userError('config-missing', `${file}: cannot be read as JSON (${messageOf(error)})`, error);
  }
}
