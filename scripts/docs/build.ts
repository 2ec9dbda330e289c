/**
 * Makes every generated page anew (`npm run docs`): the reference, and the figures in the pages that people wrote. Tests hold the files
 * to what this makes.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorCodes, errorsPage } from '../error-codes.ts';
import { apiPage } from './api-page.ts';
import { cliPage } from './cli-page.ts';
import { configPage, configSchema, trainConfigPage } from './config-pages.ts';
import { writeFigures } from './figures.ts';
import { httpPage, openApi } from './http-page.ts';
import { ROOT } from './pages.ts';

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Generated files by their path from the root. */
export async function generatedFiles(): Promise<Record<string, string>> {
  return {
    'docs/reference/cli.md': await cliPage(),
    'docs/reference/config.md': configPage(),
    'docs/reference/train-config.md': trainConfigPage(),
    'docs/reference/http.md': httpPage(),
    'docs/reference/openapi.json': json(openApi()),
    'docs/reference/errors.md': errorsPage(errorCodes()),
    'docs/reference/api.md': apiPage(),
    'r1-router.config.schema.json': json(configSchema()),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [file, content] of Object.entries(await generatedFiles())) {
    mkdirSync(dirname(join(ROOT, file)), { recursive: true });
    writeFileSync(join(ROOT, file), content);
  }
  await writeFigures();
}
