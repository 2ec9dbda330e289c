import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { grammarOf } from '../../../../src/graph/chat-model/local/grammar.ts';
import { accepts } from './gbnf.ts';

const json = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input' }) as Record<string, unknown>;

describe.each<[string, Record<string, unknown>, string[], string[]]>([
  [
    'required and optional properties',
    json(z.object({ a: z.string(), b: z.number().optional(), c: z.boolean().optional(), d: z.null() })),
    [
      '{"a": "x", "d": null}',
      '{"a": "x", "b": -1.5, "d": null}',
      '{"a": "", "c": true, "d": null}',
      '{"a": "x", "b": 2, "c": false, "d": null}',
    ],
    [
      '{}',
      '{"a": "x"}',
      '{"d": null, "a": "x"}',
      '{"a": 1, "d": null}',
      '{"a": "x", "b": 01, "d": null}',
      '{"a": "x","d": null}',
    ],
  ],
  [
    'optional properties alone',
    json(z.object({ a: z.string().optional(), b: z.string().optional() })),
    ['{}', '{"a": "x"}', '{"b": "y"}', '{"a": "x", "b": "y"}'],
    ['{, "b": "y"}', '{"a": "x" "b": "y"}'],
  ],
  [
    'an enum and a constant',
    json(z.object({ a: z.enum(['p "q"', 'r\\s']), b: z.literal(7) })),
    ['{"a": "p \\"q\\"", "b": 7}', '{"a": "r\\\\s", "b": 7}'],
    ['{"a": "p", "b": 7}', '{"a": "r\\\\s", "b": 8}'],
  ],
  ['a list', json(z.array(z.int()).min(1).max(3)), ['[1]', '[1, 2, 3]'], ['[]', '[1, 2, 3, 4]', '[1,2]', '["1"]']],
  [
    'a choice',
    json(z.union([z.string(), z.null(), z.array(z.boolean())])),
    ['"x"', 'null', '[]', '[true, false]'],
    ['1', 'true'],
  ],
  ['several types', { type: ['string', 'integer'] }, ['"x"', '-12'], ['null', '1.5']],
  ['a text of bounded length', json(z.string().max(3)), ['""', '"a\\n\\u00e9"', '"abc"'], ['"abcd"', '"a\nb"', 'abc']],
  [
    'a reference',
    {
      $defs: {
        leaf: {
          type: 'object',
          properties: { next: { anyOf: [{ $ref: '#/$defs/leaf' }, { type: 'null' }] } },
          required: ['next'],
        },
      },
      $ref: '#/$defs/leaf',
    },
    ['{"next": null}', '{"next": {"next": null}}'],
    ['{"next": 1}'],
  ],
  ['a record', json(z.record(z.string(), z.number())), ['{}', '{"a": 1, "b": 2.5}'], ['{"a": "1"}']],
  ['anything', {}, ['1', '"x"', '{"a": [1, {"b": null}]}', '[]'], ['x', '{"a"}']],
  [
    'parts of one object',
    {
      allOf: [
        { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
        { properties: { b: { type: 'null' } }, required: ['b'] },
      ],
    },
    ['{"a": "x", "b": null}'],
    ['{"a": "x"}'],
  ],
])('%s', (_, schema, valid, invalid) => {
  const grammar = grammarOf(schema);
  test.each(valid)('takes %s', (text) => {
    expect(accepts(grammar, text)).toBe(true);
    expect(() => JSON.parse(text)).not.toThrow();
  });
  test.each(invalid)('does not take %s', (text) => expect(accepts(grammar, text)).toBe(false));
});

test('a reference that leads nowhere is refused', () => {
  expect(() => grammarOf({ $ref: '#/elsewhere' })).toThrow(expect.objectContaining({ code: 'schema-unsupported' }));
});
