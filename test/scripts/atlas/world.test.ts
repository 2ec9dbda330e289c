import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { checkAtlas } from '../../../scripts/atlas/check.ts';
import { sha256 } from '../../../scripts/atlas/manifest.ts';
import { at, documents, FOLDER, manifest, questions, rowsOf } from './shipped.ts';

const allFiles = readdirSync(FOLDER, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
const files = [...manifest.knowledgeBases.flatMap((base) => base.files), ...manifest.questions];

describe('the shipped world', () => {
  test('has the checksums of its manifest', () => expect(checkAtlas(FOLDER)).toEqual([]));

  test('says where a file is missing or changed', () => {
    expect(() => checkAtlas(path.join(FOLDER, 'text'))).toThrow(/manifest\.json/);
  });

  test('holds three knowledge bases of the promised size', () => {
    const counts = Object.fromEntries(
      manifest.knowledgeBases.map(({ name, files: own }) => [name, own.reduce((sum, file) => sum + file.rows, 0)]),
    );
    expect(counts.text).toBeGreaterThan(7_500);
    expect(counts.table).toBeGreaterThan(300);
    expect(counts.image).toBeGreaterThan(900);
    expect(questions.length).toBeGreaterThan(3_000);
  });

  test('stays under 22 MB', () => {
    const bytes = allFiles.reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
    expect(bytes).toBeLessThan(22_000_000);
  });

  test('rows are counted and every table row is as wide as its header', () => {
    for (const file of files) expect(rowsOf(file), file.path).toHaveLength(file.rows);
    for (const document of documents) {
      if (!('rows' in document)) continue;
      expect(
        document.rows.filter((row) => row.length !== document.header.length),
        document.id,
      ).toEqual([]);
    }
  });

  test('every document file and query image exists, and no other', () => {
    const named = new Set(['manifest.json', '.gitattributes', ...manifest.notices.map((notice) => notice.path)]);
    for (const file of files) named.add(file.path);
    for (const document of documents) {
      if ('file' in document && document.file !== undefined) named.add(`image/${document.file}`);
    }
    for (const { image } of questions) if (image !== undefined) named.add(path.posix.join('questions', image));
    const found = allFiles.map((entry) => path.relative(FOLDER, path.join(entry.parentPath, entry.name)));
    expect(found.map((name) => name.split(path.sep).join('/')).sort()).toEqual([...named].sort());
  });

  test('paths have forward slashes only', () => {
    expect(JSON.stringify(manifest)).not.toContain('\\\\');
    expect(questions.filter(({ image }) => image?.includes('\\'))).toEqual([]);
  });
});

describe('licences', () => {
  const page = readFileSync(at('LICENSES.md'), 'utf8');

  test.each(files.map((file) => [file.path, file] as const))(
    '%s is listed with licence and attribution',
    (name, file) => {
      expect(page).toContain(`| ${name} | ${file.source} | ${file.licence} |`);
      expect(file.licence).not.toBe('');
      for (const note of file.attribution) expect(page).toContain(note);
    },
  );

  test('share-alike reaches the questions', () => {
    const licence = (name: string) => manifest.questions.find((file) => file.path.endsWith(`${name}.jsonl`))?.licence;
    expect(licence('questions-world-countries')).toContain('ODbL-1.0');
    expect(licence('questions-openmoji')).toContain('CC-BY-SA-4.0');
    // Whatever else a file of questions derives from, ODbL and CC BY-SA stand in those two files alone.
    for (const file of manifest.questions) {
      if (!file.path.includes('world-countries')) expect(file.licence).not.toContain('ODbL');
      if (!file.path.includes('openmoji')) expect(file.licence).not.toContain('CC-BY-SA');
    }
  });

  test("WordNet's notice travels along", () => {
    expect(page).toContain('Copyright 2011 by Princeton University');
    expect(page).toContain('THIS SOFTWARE AND DATABASE IS PROVIDED "AS IS"');
  });
});

describe('query images', () => {
  const stored = allFiles.filter(
    (entry) => entry.parentPath.includes(path.join('atlas', 'image')) && entry.name.endsWith('.png'),
  );
  const hashes = new Set(stored.map((entry) => sha256(readFileSync(path.join(entry.parentPath, entry.name)))));
  const asked = questions.filter(({ image }) => image !== undefined);
  const fileOf = (image: string) => at(path.posix.join('questions', image));

  test('none is a stored file, and each says how it was made', () => {
    for (const { id, image, transform } of asked) {
      expect(hashes.has(sha256(readFileSync(fileOf(image!)))), id).toBe(false);
      expect(transform, id).toMatch(/^(outline\+)?rescale(\+(background|border|rotate|crop|jpeg|webp))+$/);
    }
  });

  test('none has the pixels of the picture it was made from', async () => {
    const samples = asked.filter(({ steps }, index) => index % 12 === 0 && steps?.[0]?.knowledgeBase === 'image');
    expect(samples.length).toBeGreaterThan(50);
    for (const { image, steps } of samples) {
      const original = sharp(at(`image/${steps![0]!.documents[0]}.png`));
      const { width, height } = await original.metadata();
      const query = sharp(fileOf(image!)).resize(width, height, { fit: 'fill' });
      const pixels = async (picture: Sharp) => await picture.removeAlpha().toColourspace('srgb').raw().toBuffer();
      expect((await pixels(query)).equals(await pixels(original))).toBe(false);
    }
  });

  test('the name of a query image says nothing of what it shows', () => {
    for (const { image } of asked)
      expect(image).toMatch(/^\.\.\/queries\/(flags|openmoji)\/[0-9a-f]{12}\.(png|jpg|webp)$/);
  });
});
