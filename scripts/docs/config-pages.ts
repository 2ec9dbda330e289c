/**
 * The configuration of the command line and of trainings, from the zod schemas that check them and the comments beside their fields:
 * r1-router.config.schema.json for editors, docs/reference/config.md and docs/reference/train-config.md for people.
 */

import { z } from 'zod';
import { RouterConfigSchema } from '../../src/config/schema.ts';
import { CausalLmGrpoConfigSchema } from '../../src/train/trainer/causal-lm-grpo-config.ts';
import { TrainConfigSchema } from '../../src/train/trainer/train-config.ts';
import { cell } from './cell.ts';
import { fieldComments } from './comments.ts';

type Json = Record<string, unknown> & {
  type?: string;
  properties?: Record<string, Json>;
  additionalProperties?: Json | boolean;
  items?: Json;
  anyOf?: Json[];
  oneOf?: Json[];
  description?: string;
};

const CONFIG = 'src/config/schema.ts';
const TRAIN = 'src/train/trainer/train-config.ts';

/** Comments of a schema and of those it is made of, by the path of the field. */
function comments(parts: readonly { at: string; name: string; file: string }[]): Map<string, string> {
  const all = new Map<string, string>();
  for (const { at, name, file } of parts)
    for (const [path, comment] of fieldComments(name, file)) all.set(at === '' ? path : `${at}.${path}`, comment);
  return all;
}

/** Puts each comment where its field is. */
function described(schema: Json, known: ReadonlyMap<string, string>, path = ''): Json {
  const properties = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const comment = known.get(at);
    const deeper = described(field, known, at);
    return [name, comment ? { description: comment, ...deeper } : deeper] as const;
  });
  const { additionalProperties, items, anyOf, oneOf } = schema;
  const inner = (one: Json) => described(one, known, path);
  return {
    ...schema,
    ...(schema.properties && { properties: Object.fromEntries(properties) }),
    ...(items && { items: inner(items) }),
    ...(anyOf && { anyOf: anyOf.map(inner) }),
    ...(oneOf && { oneOf: oneOf.map(inner) }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: inner(additionalProperties) }),
  };
}

/** The published JSON schema. */
export function configSchema(): Json {
  const schema = z.toJSONSchema(RouterConfigSchema, { io: 'input', unrepresentable: 'any' }) as Json;
  const known = comments([
    { at: '', name: 'RouterConfigSchema', file: CONFIG },
    { at: 'stores', name: 'StoreConfigSchema', file: CONFIG },
    ...['default', 'policy', 'reader'].map((part) => ({
      ...{ at: `models.${part}`, name: 'ModelConfigSchema', file: CONFIG },
    })),
    { at: 'budgets', name: 'BudgetConfigSchema', file: CONFIG },
    { at: 'server', name: 'ServerConfigSchema', file: CONFIG },
    { at: 'fusion', name: 'FusionSchema', file: 'src/tools/planner/fusion.ts' },
  ]);
  const title = 'r1-router.config.json';
  const { $schema, ...rest } = schema;
  return { $schema, title, ...described(rest, known) };
}

/** What a value may be, in few words. */
function kindOf(schema: Json): string {
  const { type, enum: choices, const: only, items, properties, additionalProperties } = schema;
  const anyOf = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) return choices.map((choice) => `\`${choice}\``).join(', ');
  if (only !== undefined) return `\`${only}\``;
  if (anyOf) return [...new Set(anyOf.map(kindOf))].join(' or ');
  if (type === 'array') return `list of ${items ? kindOf(items) : 'anything'}`;
  if (type === 'object' && properties) return `{${Object.keys(properties).join(', ')}}`;
  if (type === 'object') return typeof additionalProperties === 'object' ? 'by name' : 'object';
  return { integer: 'whole number', string: 'text', boolean: 'true or false' }[type ?? ''] ?? type ?? 'anything';
}

/** Fields that hold a value; those that only group others are their path. */
function rows(schema: Json, path = ''): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const at = path === '' ? name : `${path}.${name}`;
    if (field.type === 'object' && field.properties) return rows(field, at);
    const { default: standard } = field;
    const what = standard === undefined ? '' : `\`${JSON.stringify(standard)}\``;
    return [`| \`${at}\` | ${cell(kindOf(field))} | ${cell(what)} | ${cell(field.description ?? '')} |`];
  });
}

const HEAD = '| field | value | default | |\n|---|---|---|---|';
const NOTE = '<!-- Made by `npm run docs` from the schemas of the sources; do not edit by hand. -->';

export function configPage(): string {
  const schema = configSchema();
  const sections = ['budgets', 'server'].map((name) => {
    const field = schema.properties![name]!;
    return [`## ${name}`, '', '| field | value | |', '|---|---|---|', ...rows(field).map(withoutDefault)].join('\n');
  });
  const top = { ...schema, properties: { ...schema.properties } };
  for (const name of ['budgets', 'server', '$schema']) delete top.properties[name];
  return `# Configuration

${NOTE}

\`r1-router.config.json\` in the working directory, or \`--config FILE\`. Every field is optional. Flags win over the file, and unknown keys are
refused with the key that was probably meant. Keys of services never stand in the file: it names the environment variable that holds them.

[r1-router.config.example.json](../../r1-router.config.example.json) shows every section. For an editor that completes and checks, add
\`"$schema": "./node_modules/r1-router/r1-router.config.schema.json"\` ([the schema](../../r1-router.config.schema.json)).

| field | value | |
|---|---|---|
${rows(top).map(withoutDefault).join('\n')}

A store is \`{"directory": "…"}\`, relative to the file, or \`{"url": "…", "apiKeyVariable": "…", "retrySeconds": 60}\`. A model is
\`"provider:name"\` or \`{"model": "provider:name", "baseUrl": "…", "options": {…}}\`.

${sections.join('\n\n')}
`;
}

/** No field of the configuration file has a default in its schema; what reads it decides. */
const withoutDefault = (line: string): string => line.replace(/^(\| `[^`]+` \| .*? \|) {2}\|/, '$1');

export function trainConfigPage(): string {
  const json = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json;
  const source = { at: 'data', name: 'QuestionSourceSchema', file: TRAIN };
  const scorer = comments([source, { at: '', name: 'TrainConfigSchema', file: TRAIN }]);
  const decoderFile = 'src/train/trainer/causal-lm-grpo-config.ts';
  const decoder = comments([
    source,
    { at: '', name: 'CausalLmGrpoConfigSchema', file: decoderFile },
    { at: 'start', name: 'StartSchema', file: decoderFile },
    { at: 'grpo', name: 'GrpoSchema', file: decoderFile },
  ]);
  return `# Training configuration

${NOTE}

What \`train --config FILE\` takes. Every field has a default, and a misspelt one is named. A run goes on only with the configuration that it
began with. With \`--questions\` on a store of yours other defaults hold (\`OWN_CONFIG\` in
[train-config.ts](../../src/train/trainer/train-config.ts)); \`--quick\` is \`QUICK_CONFIG\` there.

## The scorer

${HEAD}
${rows(described(json(TrainConfigSchema), scorer)).join('\n')}

## A causal language model

\`train --causal-lm --grpo\`.

${HEAD}
${rows(described(json(CausalLmGrpoConfigSchema), decoder)).join('\n')}
`;
}
