/**
 * The pictures of README, from the real thing: what `ask` prints in a terminal, as SVG, and the page of a served router, as a PNG. And
 * the curves of docs/research/training.md.
 *
 *     npm run build && node scripts/pictures.ts [terminal | page | curves]
 *
 * Page and curves need a Chromium (R1_ROUTER_CHROMIUM names another than the usual places).
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { chromiumPath, launchChromium } from '../test/eval/support/browser.ts';
import { trainingCurvesSvg } from './docs/curves-svg.ts';
import { terminalSvg } from './docs/terminal-svg.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PICTURES = join(ROOT, 'docs/pictures');
const CLI = join(ROOT, 'dist/cli/main.js');
const QUESTION = 'What is the population of the capital of Peru?';

function terminal(): void {
  const { stdout, stderr, status } = spawnSync(process.execPath, [CLI, 'ask', QUESTION, '--store', 'atlas'], {
    encoding: 'utf8',
    env: { ...process.env, FORCE_COLOR: '1', NO_COLOR: '' },
  });
  if (status !== 0) throw new Error(stderr);
  const printed = `$ npx r1-router ask "${QUESTION}"\n${stdout}`;
  writeFileSync(join(PICTURES, 'terminal.svg'), terminalSvg(printed, { title: QUESTION }));
}

/** Resolves with the address once the server says it. */
function served(): Promise<{ url: string; end(): void }> {
  const child = spawn(process.execPath, [CLI, 'serve', '--store', 'atlas', '--port', '0'], { stdio: 'pipe' });
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (text) => {
      said += text;
      const [, url] = /page: (\S+)/.exec(said) ?? [];
      if (url) resolve({ url, end: () => child.kill() });
    });
    child.on('exit', (code) => reject(new Error(`serve ended with ${code}`)));
  });
}

async function page(): Promise<void> {
  const [server, browser] = await Promise.all([served(), launchChromium()]);
  try {
    const view = await browser.newPage({ viewport: { width: 1100, height: 900 }, deviceScaleFactor: 1 });
    await view.goto(server.url);
    // The second example asks about a flag, and needs the picture and two tables.
    await view.locator('.examples button').nth(1).click();
    await view.getByText('Passages read').waitFor();
    await view.evaluate('document.fonts.ready');
    const shot = await view.screenshot({ animations: 'disabled' });
    const small = await sharp(shot).png({ palette: true, colours: 64, effort: 10 }).toBuffer();
    writeFileSync(join(PICTURES, 'page.png'), small);
  } finally {
    await browser.close();
    server.end();
  }
}

mkdirSync(PICTURES, { recursive: true });
const [only] = process.argv.slice(2);
if (!only || only === 'terminal') terminal();
if (only !== 'terminal' && !chromiumPath)
  throw new Error('no Chromium on this machine; name one in R1_ROUTER_CHROMIUM');
if (!only || only === 'page') await page();
if (!only || only === 'curves') writeFileSync(join(PICTURES, 'training-curves.svg'), await trainingCurvesSvg());
