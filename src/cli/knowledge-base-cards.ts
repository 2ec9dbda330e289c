/** A file of knowledge base descriptions: `[{name, description, modality, cost}]`. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf, userError } from '../common/errors.ts';
import { type KnowledgeBaseCard, KnowledgeBaseCardSchema } from '../tools/knowledge-base.ts';

export async function readKnowledgeBaseCards(file: string): Promise<KnowledgeBaseCard[]> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw userError('knowledge-bases-file', `${file}: cannot be read as JSON (${messageOf(error)})`, error);
  }
  const parsed = z.array(KnowledgeBaseCardSchema).min(1).safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw userError('knowledge-bases-file', `${file}: ${issue.path.join('.') || 'list'}: ${issue.message}`);
  }
  const names = parsed.data.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw userError('knowledge-bases-file', `${file}: "${twice}" stands there twice; names must differ`);
  return parsed.data;
}
