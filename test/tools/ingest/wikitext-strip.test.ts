import { describe, expect, it } from 'vitest';
import { withoutReferences, withoutSections, withoutTables } from '../../../src/tools/ingest/mediawiki/strip.ts';
import { wikitextToText } from '../../../src/tools/ingest/mediawiki/wikitext.ts';

describe('references', () => {
  it('go with what is in them, also when they close themselves', () => {
    const text = 'One<ref name="a">{{cite book |title=B}}</ref> two<ref name="a" /> three<ref>x</ref>.';
    expect(withoutReferences(text)).toBe('One  two  three .');
  });

  it('stay where they do not end, and are not confused with their list', () => {
    for (const text of ['a<ref>never ends', 'a<references />', 'a<ref name="b', `a<ref>${'x'.repeat(5000)}</ref>`]) {
      expect(withoutReferences(text)).toBe(text);
    }
    expect(withoutReferences('a<ref>open <ref>b</ref> c')).toBe('a<ref>open   c');
  });
});

describe('tables', () => {
  it('go with tables inside them', () => {
    expect(withoutTables('a\n{| x\n| b\n{|\n| c\n|}\n|}\nd')).toBe('a\n\nd');
  });

  it('stay where they do not end, and a template that ends in |}} ends none', () => {
    const open = 'a\n{| x\n| b\n\nText goes on.';
    expect(withoutTables(open)).toBe(open);
    expect(withoutTables('a\n{|\n|{{x\n|}}\n|}\nb')).toBe('a\n\nb');
  });
});

describe('sections', () => {
  const names = /^(references|notes)$/i;
  it('lose their bodies up to the next heading', () => {
    const text = 'a\n== References ==\nb\n=== Books ===\nc\n== Notes ==\nd';
    expect(withoutSections(text, names)).toBe('a\n== References ==\n=== Books ===\nc\n== Notes ==\n');
  });

  it('stay where they are not named', () => {
    const text = 'a\n== History ==\nb';
    expect(withoutSections(text, names)).toBe(text);
  });
});

it('the prose around all of them is kept', () => {
  const wikitext =
    "'''Ash''' is a tree.<ref>{{cite web|title=A}}</ref> It grows.\n\n{| class=\"wikitable\"\n! A\n|-\n| 1\n|}\n\n" +
    'More prose.\n\n== Uses ==\n* Handles<ref name="x" />\n\n== References ==\n{{reflist}}\n';
  expect(wikitextToText({ id: '1', title: 'Ash', wikitext })).toBe(
    'Ash is a tree. It grows.\nMore prose.\nUses.\n- Handles',
  );
});
