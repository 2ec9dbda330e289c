/** A configuration file against its schema: one line that names the field where it does not fit. */
import type { z } from 'zod';
import { userError } from '../../common/errors.ts';

export function parseConfig<Schema extends z.ZodType>(schema: Schema, value: unknown, where: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const field = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const place = field === '' ? '' : `${field}.`;
    const keys = issue.keys.map((key) => `"${place}${key}"`).join(', ');
    throw userError(
      'config-invalid',
      `${where}: unknown field ${keys}; see docs/reference/train-config.md for the fields there are`,
    );
  }
  throw userError('config-invalid', `${where}: ${field || 'it'}: ${issue.message}`);
}
