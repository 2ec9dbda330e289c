/** Bundles the page into dist/server/ui: files with hashes in their names, nothing inline, addresses relative to the page. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

/** The font's licence wants to lie beside it. */
const fontLicence = (): Plugin => ({
  name: 'font-licence',
  generateBundle() {
    const file = fileURLToPath(import.meta.resolve('@fontsource-variable/inter/LICENSE'));
    this.emitFile({ type: 'asset', fileName: 'licence-inter.txt', source: readFileSync(file) });
  },
});

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  publicDir: false,
  plugins: [fontLicence()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: fileURLToPath(new URL('../../../dist/server/ui', import.meta.url)),
    emptyOutDir: true,
    // Browsers that know light-dark() and color-mix().
    target: ['chrome123', 'firefox121', 'safari17.5'],
    // Inlined files would be refused by the page's own policy.
    assetsInlineLimit: 0,
    license: { fileName: 'licences.md' },
    modulePreload: { polyfill: false },
  },
});
