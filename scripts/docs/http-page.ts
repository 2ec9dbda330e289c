/** docs/reference/http.md and openapi.json: what a server speaks, from the document that it serves itself. */

import { openApiDocument } from '../../src/server/openapi/document.ts';
import { cell } from './cell.ts';
import { fieldComments } from './comments.ts';

interface Schema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  description?: string;
  enum?: unknown[];
  anyOf?: Schema[];
  items?: Schema;
  maxLength?: number;
  format?: string;
}
interface Operation {
  summary: string;
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { description: string; content: Record<string, { schema?: Schema }> }>;
  security?: unknown[];
}
interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** Of a server with a key and without policies of its own, which only a running server can name. */
export const openApi = (): OpenApi => openApiDocument({ apiKey: 'documented' }) as unknown as OpenApi;

const nameOf = (reference: string): string => reference.split('/').at(-1)!;

function kindOf({ $ref, type, enum: choices, anyOf, items, format }: Schema): string {
  if ($ref) return nameOf($ref);
  if (choices) return choices.map((choice) => `\`${choice}\``).join(', ');
  if (anyOf) return [...new Set(anyOf.map(kindOf))].join(' or ');
  if (type === 'array' && items) return `list of ${kindOf(items)}`;
  if (type === 'string') return format ?? 'text';
  return Array.isArray(type) ? type.join(' or ') : (type ?? 'anything');
}

/** Of requests, by the names that the document calls them by. */
const COMMENTS: Readonly<Record<string, ReadonlyMap<string, string>>> = {
  AskRequest: fieldComments('AskRequestSchema', 'src/server/ask/ask-request.ts'),
  SearchRequest: fieldComments('SearchRequestSchema', 'src/server/knowledge-bases.ts'),
  Feedback: fieldComments('FeedbackSchema', 'src/server/runs/run-log.ts'),
};

function fields(schema: Schema, comments?: ReadonlyMap<string, string>): string[] {
  const properties = Object.entries(schema.properties ?? {});
  if (properties.length === 0) return [];
  const rows = properties.map(([name, field]) => {
    const must = schema.required?.includes(name) ? ', required' : '';
    return `| \`${name}\` | ${cell(kindOf(field))}${must} | ${cell(field.description ?? comments?.get(name) ?? '')} |`;
  });
  return ['| field | | |', '|---|---|---|', ...rows, ''];
}

function operationLines(method: string, path: string, operation: Operation, { components }: OpenApi): string[] {
  const lines = [`## ${method.toUpperCase()} ${path}`, '', `${operation.summary}.`, ''];
  const parameters = (operation.parameters ?? []).map(
    ({ name, in: place, required }) => `\`${name}\` (${place}${required ? ', required' : ''})`,
  );
  if (operation.security?.length === 0) lines.push('Needs no key.', '');
  if (parameters.length > 0) lines.push(`Parameters: ${parameters.join(', ')}.`, '');
  const bodies = Object.entries(operation.requestBody?.content ?? {});
  if (bodies.length > 0) {
    lines.push(`Body: ${bodies.map(([type]) => `\`${type}\``).join(' or ')}.`, '');
    const { schema } = bodies[0]![1];
    const name = schema.$ref && nameOf(schema.$ref);
    lines.push(...fields(name ? components.schemas[name]! : schema, name ? COMMENTS[name] : undefined));
  }
  const replies = Object.entries(operation.responses);
  for (const [status, { description, content }] of replies.filter(([code]) => Number(code) < 300)) {
    const kinds = Object.entries(content).map(
      ([type, { schema }]) => `\`${type}\`${schema?.$ref ? ` ${nameOf(schema.$ref)}` : ''}`,
    );
    lines.push(`**${status}** ${cell(description)}: ${kinds.join(' or ')}.`, '');
  }
  const failures = replies.map(([code]) => code).filter((code) => Number(code) >= 300);
  return [...lines, `Errors: ${failures.join(', ')}.`, ''];
}

/** What each status means, as the document says it. */
function statuses({ paths }: OpenApi): string[] {
  const all = Object.values(paths)
    .flatMap((methods) => Object.values(methods))
    .flatMap(({ responses }) =>
      Object.entries(responses).map(([code, { description }]) => [code, description] as const),
    )
    .filter(([code]) => Number(code) >= 300)
    .sort(([a], [b]) => Number(a) - Number(b));
  return [...new Map(all)].map(([code, description]) => `| ${code} | ${cell(description)} |`);
}

export function httpPage(): string {
  const document = openApi();
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const anchor = (method: string, path: string) =>
    `${method} ${path}`
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-');
  const index = operations.map(
    ({ path, method, operation }) =>
      `| [${method.toUpperCase()} ${path}](#${anchor(method, path)}) | ${cell(operation.summary)} |`,
  );
  const replies = ['Answer', 'KnowledgeBases', 'Passages', 'Run', 'Runs'].flatMap((name) => [
    `### ${name}`,
    '',
    ...fields(document.components.schemas[name]!),
  ]);
  return `# HTTP

<!-- Made by \`npm run docs\` from the server's own OpenAPI document; do not edit by hand. -->

What \`r1-router serve\` and \`createRouterApp\` speak. A running server has the same at \`/openapi.json\` and \`/docs\`, with its policies; here
is [the document](openapi.json) as a file. A key is sent as \`Authorization: Bearer …\`. Errors are \`{"error": {"code", "message"}}\`
([codes](errors.md)), on OpenAI's paths in their shape. Beside these there are \`POST /mcp\`, \`GET /metrics\` and the page at \`GET /\`:
[serving](../how-to/serve.md).

| status | meaning |
|---|---|
${statuses(document).join('\n')}

| route | |
|---|---|
${index.join('\n')}

${operations.flatMap(({ method, path, operation }) => operationLines(method, path, operation, document)).join('\n')}
## What comes back

${replies.join('\n').trimEnd()}
`;
}
