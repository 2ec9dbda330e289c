/**
 * Qdrant's published OpenAPI file as a strict judge of requests and responses. Two traps of the file are disarmed: the typeless
 * `{"nullable": true}` is the null alternative of an anyOf and would let everything pass, and without `additionalProperties: false`
 * a misspelt field would, too.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';

type Json = Record<string, unknown>;

const PLACES = [
  process.env.R1_ROUTER_QDRANT_OPENAPI,
  join(import.meta.dirname, '../../../..', 'shared', 'reference', 'qdrant-openapi.json'),
];

export interface OpenApiValidator {
  /** What is wrong with the request, or undefined. */
  request(method: string, path: string, query: URLSearchParams, body: unknown): string | undefined;
  /** What is wrong with a successful response, or undefined. */
  response(method: string, path: string, body: unknown): string | undefined;
  /** Operations that were judged, as "POST /collections/{collection_name}/points/query". */
  readonly seen: ReadonlySet<string>;
}

/** Undefined where the file is not on this machine; the caller says so. */
export function loadOpenApiValidator(): OpenApiValidator | undefined {
  const file = PLACES.find((place) => place && existsSync(place));
  return file ? createValidator(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function strict(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(strict);
  if (!isObject(node)) return node;
  const out = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, strict(value)]));
  const composed = ['type', '$ref', 'anyOf', 'oneOf', 'allOf', 'enum'].some((key) => key in out);
  if (out.nullable === true && !composed) return { type: 'null' };
  if (out.type === 'object' && 'properties' in out && !('additionalProperties' in out))
    out.additionalProperties = false;
  return out;
}

interface Operation {
  template: string;
  pattern: RegExp;
  parameters: ReadonlySet<string>;
  request: ValidateFunction | undefined;
  response: ValidateFunction | undefined;
}

function createValidator(document: Json): OpenApiValidator {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: false });
  ajv.addSchema({ $id: 'openapi', components: strict(document.components) });
  const operations = new Map<string, Operation>();
  const compile = (content: unknown): ValidateFunction | undefined => {
    const schema =
      isObject(content) && isObject(content['application/json']) ? content['application/json'].schema : undefined;
    if (schema === undefined) return undefined;
    const text = JSON.stringify(strict(schema)).replaceAll('"#/components/', '"openapi#/components/');
    return ajv.compile(JSON.parse(text));
  };
  const paths = isObject(document.paths) ? document.paths : {};
  const find = (method: string, path: string): Operation | undefined => {
    for (const [template, item] of Object.entries(paths)) {
      const key = `${method} ${template}`;
      const pattern = new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`);
      const definition = isObject(item) ? item[method.toLowerCase()] : undefined;
      if (!pattern.test(path) || !isObject(definition)) continue;
      let operation = operations.get(key);
      if (!operation) {
        const { parameters, requestBody, responses } = definition;
        const success = isObject(responses) ? responses['200'] : undefined;
        operation = {
          template: key,
          pattern,
          parameters: new Set(
            (Array.isArray(parameters) ? parameters : [])
              .filter((item) => item.in === 'query')
              .map((item) => String(item.name)),
          ),
          request: isObject(requestBody) ? compile(requestBody.content) : undefined,
          response: isObject(success) ? compile(success.content) : undefined,
        };
        operations.set(key, operation);
      }
      return operation;
    }
    return undefined;
  };
  const seen = new Set<string>();
  const explain = (validate: ValidateFunction): string =>
    ajv.errorsText(validate.errors, { separator: '; ' }).slice(0, 600);
  return {
    seen,
    request(method, path, query, body) {
      const operation = find(method, path);
      if (!operation) return `${method} ${path} is no operation of the API`;
      seen.add(operation.template);
      for (const name of query.keys()) if (!operation.parameters.has(name)) return `unknown query parameter ${name}`;
      if (!operation.request) return body === undefined ? undefined : 'the operation takes no body';
      return operation.request(body) ? undefined : `request body: ${explain(operation.request)}`;
    },
    response(method, path, body) {
      const validate = find(method, path)?.response;
      return !validate || validate(body) ? undefined : `response body of ${method} ${path}: ${explain(validate)}`;
    },
  };
}
