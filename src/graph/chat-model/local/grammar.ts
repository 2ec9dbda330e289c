/**
 * A JSON schema as a grammar in llama.cpp's notation (GBNF). Every property stands in the order of the schema, those that are not
 * required may be left out, and the separators are `, ` and `: `, as models have read them most often. What a schema cannot say in a
 * grammar (patterns, bounds of numbers) is left to whoever checks the reply. Notation: github.com/ggml-org/llama.cpp, grammars/README.md.
 */
import { userError } from '../../../common/errors.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Characters of a text at most where the schema sets no `maxLength`: a model that runs away must come to an end. */
const LONGEST_TEXT = 500;
/** Entries of a list at most where the schema sets no `maxItems`. */
const LONGEST_LIST = 16;
/** How deep objects lie in each other where a schema says nothing of them. */
const FREE_DEPTH = 3;

const CHARACTER = String.raw`[^"\\\x7F\x00-\x1F] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F]{4})`;

/** Throws `schema-unsupported` for a reference that does not lead into `$defs`. */
export function grammarOf(schema: Schema): string {
  const rules = new Map<string, string>([['char', CHARACTER]]);
  const definitions = { ...object(schema.definitions), ...object(schema.$defs) };
  const named = new Map<string, string>();
  const add = (body: string): string => {
    for (const [name, known] of rules) if (known === body) return name;
    const name = `r${rules.size}`;
    rules.set(name, body);
    return name;
  };
  const refer = (reference: string): string => {
    const known = named.get(reference);
    if (known !== undefined) return known;
    const key = /^#\/(?:\$defs|definitions)\/(.+)$/.exec(reference)?.[1];
    const target = key === undefined ? undefined : definitions[key];
    if (target === undefined) {
      throw userError('schema-unsupported', `schema: "${reference}" leads nowhere; refer to an entry of $defs`);
    }
    const name = `d${named.size}`;
    named.set(reference, name);
    rules.set(name, ruleOf(object(target), { add, refer }));
    return name;
  };
  const root = ruleOf(schema, { add, refer });
  return [...[...rules].map(([name, body]) => `${name} ::= ${body}`), `root ::= ${root}`].join('\n');
}

interface Rules {
  /** The name of a rule with this body. */
  add(body: string): string;
  /** The name of the rule behind a `$ref`. */
  refer(reference: string): string;
}

function ruleOf(schema: Schema, rules: Rules): string {
  if (typeof schema.$ref === 'string') return rules.refer(schema.$ref);
  if ('const' in schema) return literal(JSON.stringify(schema.const));
  if (Array.isArray(schema.enum)) return anyOf(schema.enum.map((value) => literal(JSON.stringify(value))));
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) return anyOf(choices.map((choice) => rules.add(ruleOf(object(choice), rules))));
  if (Array.isArray(schema.allOf)) return ruleOf(merged(schema), rules);
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return anyOf(types.map((type) => ruleOfType(type, schema, rules)));
}

function ruleOfType(type: unknown, schema: Schema, rules: Rules): string {
  switch (type) {
    case 'string':
      return textRule(schema);
    case 'integer':
      return rules.add('"-"? ("0" | [1-9] [0-9]{0,14})');
    case 'number':
      return rules.add('"-"? ("0" | [1-9] [0-9]{0,14}) ("." [0-9]{1,9})?');
    case 'boolean':
      return '("true" | "false")';
    case 'null':
      return '"null"';
    case 'array':
      return listRule(schema, rules);
    case 'object':
      return objectRule(schema, rules);
    default:
      return schema.properties ? objectRule(schema, rules) : freeRule(rules, FREE_DEPTH);
  }
}

function textRule({ minLength, maxLength }: Schema): string {
  const least = count(minLength, 0);
  return `"\\"" char{${least},${Math.max(least, Math.min(count(maxLength, LONGEST_TEXT), LONGEST_TEXT))}} "\\""`;
}

function listRule({ items, minItems, maxItems }: Schema, rules: Rules): string {
  const item = rules.add(ruleOf(object(items), rules));
  const least = count(minItems, 0);
  const most = Math.max(least, Math.min(count(maxItems, LONGEST_LIST), 256));
  if (most === 0) return '"[]"';
  const filled = `${item} (", " ${item}){${Math.max(0, least - 1)},${most - 1}}`;
  return least > 0 ? `"[" ${filled} "]"` : `"[" (${filled})? "]"`;
}

/** Required properties in their order; whichever of the others follow each other need a comma, so they are chained from the end. */
function objectRule(schema: Schema, rules: Rules): string {
  const properties = Object.entries(object(schema.properties));
  if (properties.length === 0) {
    const values = schema.additionalProperties;
    if (values === false || (schema.properties !== undefined && values === undefined)) return '"{}"';
    return recordRule(typeof values === 'object' ? rules.add(ruleOf(object(values), rules)) : undefined, rules);
  }
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const written = properties.map(([key, value]) => {
    const pair = `${literal(`${JSON.stringify(key)}: `)} ${rules.add(ruleOf(object(value), rules))}`;
    return { pair: rules.add(pair), isRequired: required.has(key) };
  });
  // `first`: nothing stands before it. Built from the last property to the first.
  let rest = { first: '', later: '' };
  for (const { pair, isRequired } of written.reverse()) {
    const taken = { first: `${pair} ${rest.later}`.trim(), later: `", " ${pair} ${rest.later}`.trim() };
    rest = isRequired
      ? taken
      : {
          first: optional(rules, taken.first, rest.first),
          later: optional(rules, taken.later, rest.later),
        };
  }
  return `"{" ${rest.first} "}"`;
}

function optional(rules: Rules, taken: string, left: string): string {
  return left === '' ? rules.add(`(${taken})?`) : rules.add(`${taken} | ${left}`);
}

function recordRule(value: string | undefined, rules: Rules): string {
  const pair = rules.add(`"\\"" char{1,80} "\\": " ${value ?? freeRule(rules, FREE_DEPTH - 1)}`);
  return `"{" (${pair} (", " ${pair}){0,${LONGEST_LIST - 1}})? "}"`;
}

/** Any JSON value, so deep. */
function freeRule(rules: Rules, depth: number): string {
  const simple = [textRule({}), ruleOfType('number', {}, rules), '"true"', '"false"', '"null"'];
  if (depth === 0) return rules.add(simple.join(' | '));
  const inner = freeRule(rules, depth - 1);
  const list = `"[" (${inner} (", " ${inner}){0,${LONGEST_LIST - 1}})? "]"`;
  return rules.add([...simple, list, recordRule(inner, rules)].join(' | '));
}

/** All parts as one object: of two properties of one name the later counts. */
function merged({ allOf, ...own }: Schema): Schema {
  const parts = [own, ...list(allOf).map(object)];
  return {
    type: parts.map(({ type }) => type).find(Boolean),
    properties: Object.fromEntries(parts.flatMap(({ properties }) => Object.entries(object(properties)))),
    required: parts.flatMap(({ required }) => list(required)),
  };
}

function anyOf(alternatives: readonly string[]): string {
  return alternatives.length === 1 ? alternatives[0]! : `(${alternatives.join(' | ')})`;
}

/** A text as it stands, in GBNF's quotes. */
function literal(text: string): string {
  const escaped = text.replace(/[\\"]/g, String.raw`\$&`).replace(/\n/g, String.raw`\n`).replace(/\r/g, String.raw`\r`);
  return `"${escaped}"`;
}

function count(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : otherwise;
}

function object(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
