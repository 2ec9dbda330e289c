/** The reference is what the sources give: `npm run docs` makes it anew. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { exportsOf } from '../../scripts/docs/api-page.ts';
import { generatedFiles } from '../../scripts/docs/build.ts';
import { declarationOf, fieldComments, firstSentence, membersOf } from '../../scripts/docs/comments.ts';
import { ROOT } from '../../scripts/docs/pages.ts';
import * as root from '../../src/index.ts';

const files = Object.entries(await generatedFiles());
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

it.each(files)('%s is what the sources give', (file, content) => {
  expect(read(file) === content, 'make it anew: npm run docs').toBe(true);
});

describe('the schema of the configuration', () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
    JSON.parse(read('r1-router.config.schema.json')),
  );

  it('takes the example, and names what it does not know', () => {
    expect(validate(JSON.parse(read('r1-router.config.example.json')))).toBe(true);
    expect(validate({ polcy: 'probe' })).toBe(false);
    expect(validate({ server: { port: 'x' } })).toBe(false);
  });
});

describe('what is read off the sources', () => {
  it('has every name that the root door has at run time', () => {
    const listed = exportsOf({ name: 'r1-router', file: 'src/index.ts' }).map(({ name }) => name);
    expect(listed).toEqual(expect.arrayContaining(Object.keys(root)));
  });

  it('has comments of declarations, members and fields', () => {
    const options = declarationOf('RouterGraphOptions', 'src/index.ts')!;
    const members = membersOf(options);
    expect(members.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['knowledgeBases', 'policy', 'checkpointer']),
    );
    const steps = members.find(({ name }) => name === 'maxSteps')!;
    expect(steps.optional).toBe(true);
    expect(steps.comment).toContain('Default 5');
    expect(fieldComments('TrainConfigSchema', 'src/train/trainer/train-config.ts').get('grpo.stepWeight')).toMatch(
      /^w: /,
    );
  });

  it('cuts at the first sentence', () => {
    expect(firstSentence('One, e.g. this. Two.')).toBe('One, e.g. this.');
    expect(firstSentence('All of it @throws nothing')).toBe('All of it');
  });
});
