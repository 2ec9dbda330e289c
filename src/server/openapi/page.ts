/** `GET /docs`: the OpenAPI document to read, as one plain page that loads nothing. */
import type { RequestHandler } from 'express';
import type { openApiDocument } from './document.ts';

const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

interface DescribedOperation {
  summary: string;
  requestBody?: { content: object };
  responses: Record<string, { description: string }>;
}

type OpenApiDocument = ReturnType<typeof openApiDocument>;

export function docsPage(document: () => OpenApiDocument): RequestHandler {
  return (_request, response) => {
    response.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    response.type('html').send(pageOf(document()));
  };
}

function pageOf(document: OpenApiDocument): string {
  const sections = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, DescribedOperation>).map(([method, operation]) =>
      section(path, method, operation),
    ),
  );
  const schemas = Object.entries(document.components.schemas).map(([name, schema]) => {
    return `<details id="${name}"><summary>${name}</summary><pre>${escaped(JSON.stringify(schema, null, 2))}</pre></details>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>R1-Router: the interface</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
  pre { overflow-x: auto; }
  code, pre { font-size: 0.9em; }
</style>
<main>
<h1>R1-Router</h1>
<p>${escaped(document.info.description)}</p>
<p>For programs: <a href="openapi.json">openapi.json</a></p>
<h2>Paths</h2>
${sections.join('\n')}
<h2>Schemas</h2>
${schemas.join('\n')}
</main>
</html>
`;
}

function section(path: string, method: string, { summary, requestBody, responses }: DescribedOperation): string {
  const replies = Object.entries(responses).map(
    ([status, { description }]) => `<li>${status}: ${escaped(description)}</li>`,
  );
  const body = requestBody ? `<p>Takes ${escaped(Object.keys(requestBody.content).join(' or '))}.</p>` : '';
  return `<details><summary><code>${method.toUpperCase()} ${escaped(path)}</code> ${escaped(summary)}</summary>${body}<ul>${replies.join('')}</ul></details>`;
}
