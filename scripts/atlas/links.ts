/**
 * Facts that join sources: a reverse look-up in a table read the other way round, and the passage that tells more of a currency
 * or a language named in a table. Also keeps which facts are fit to be asked by name.
 */
import { type Entity, type FactStore, slug } from './facts.ts';
import type { WordNet } from './sources/wordnet.ts';
import type { TextWorld } from './texts.ts';

/** The same table row read from another column: symbol to element. */
function reverse(options: { facts: FactStore; from: string; to: string }): void {
  const { facts, from, to } = options;
  const count = new Map<string, number>();
  for (const fact of facts.of(from)) count.set(fact.answers[0]!, (count.get(fact.answers[0]!) ?? 0) + 1);
  for (const fact of facts.of(from)) {
    const name = fact.answers[0]!;
    if (count.get(name) !== 1) continue;
    const { subject } = fact;
    const isElement = subject.key.startsWith('element:');
    // Tables write the element's name with a capital.
    const canonical = isElement ? subject.name[0]!.toUpperCase() + subject.name.slice(1) : subject.name;
    // A country of the same name as its capital gives itself away.
    if (slug(subject.name).includes(slug(name)) || slug(name).includes(slug(subject.name))) {
      if (from === 'capital') continue;
    }
    facts.add({
      relation: to,
      subject: { key: `${to}:${slug(name)}-${name}`, name, prose: name, otherNames: [], cluster: subject.cluster },
      answers: [...new Set([canonical, subject.name, subject.prose, ...subject.otherNames])].filter(
        (answer) => answer !== name,
      ),
      documents: fact.documents,
      knowledgeBase: fact.knowledgeBase,
      source: fact.source,
      object: subject,
    });
  }
}

export function linkFacts(options: {
  facts: FactStore;
  texts: TextWorld;
  wordNet: WordNet;
  elementSynsets: Map<string, string>;
}): void {
  const { facts, texts, wordNet, elementSynsets } = options;
  reverse({ facts, from: 'symbol', to: 'element-by-symbol' });
  reverse({ facts, from: 'atomic-number', to: 'element-by-number' });
  reverse({ facts, from: 'internet-domain', to: 'country-by-domain' });
  reverse({ facts, from: 'iso-code', to: 'country-by-iso-code' });
  reverse({ facts, from: 'capital', to: 'country-by-capital' });
  reverse({ facts, from: 'scientific-name', to: 'taxon-by-scientific-name' });
  linkCurrencies(facts, texts);
  linkLanguages(facts, texts, wordNet);
  linkElements(facts, elementSynsets);
}

/** `Thai baht` of the table is the passage of the baht, if no other passage is of a baht. */
function linkCurrencies(facts: FactStore, texts: TextWorld): void {
  const passages = texts.passages.filter(({ synset }) => synset.topic === 'quantity');
  const subunits = facts.of('subunit');
  const done = new Set<string>();
  for (const { object } of facts.of('currency')) {
    if (object === undefined || done.has(object.key)) continue;
    const word = slug(object.name.split(' ').at(-1)!);
    const candidates = passages.filter(({ synset }) =>
      synset.lemmas.some((lemma) => slug(lemma) === word || slug(lemma).endsWith(`-${word}`)),
    );
    const found =
      candidates.length === 1 ? subunits.find((fact) => fact.documents.includes(candidates[0]!.id)) : undefined;
    if (found === undefined) continue;
    done.add(object.key);
    facts.add({ ...found, subject: object });
  }
}

function linkLanguages(facts: FactStore, texts: TextWorld, wordNet: WordNet): void {
  const done = new Set<string>();
  for (const { object } of facts.of('language')) {
    if (object === undefined || done.has(object.key)) continue;
    const passage = texts.passages.find(
      ({ synset, entity }) => synset.topic === 'communication' && entity.name === object.name,
    );
    const kind = passage === undefined ? undefined : wordNet.synsets.get(passage.synset.hypernyms[0] ?? '');
    if (
      passage === undefined ||
      kind === undefined ||
      /^(natural )?language$/.test(kind.lemmas[0]!) ||
      passage.synset.hypernyms.length !== 1
    )
      continue;
    const name = kind.lemmas[0]!;
    if (!passage.document.text.includes(`is a kind of ${name}.`)) continue;
    done.add(object.key);
    facts.add({
      relation: 'language-family',
      subject: object,
      answers: [...new Set([name, ...kind.lemmas, `${name} languages`])],
      documents: [passage.id],
      knowledgeBase: 'text',
      source: 'wordnet',
    });
  }
}

/** A described substance that is an element leads on to the tables of the elements. */
function linkElements(facts: FactStore, elementSynsets: Map<string, string>): void {
  const bySynset = new Map([...elementSynsets].map(([symbol, offset]) => [`description:${offset}`, symbol]));
  const elements = new Map(facts.of('symbol').map(({ subject }) => [subject.key, subject]));
  for (const fact of facts.of('description-of-substance')) {
    const symbol = bySynset.get(fact.subject.key);
    const object: Entity | undefined = symbol === undefined ? undefined : elements.get(`element:${symbol}`);
    if (object === undefined) delete fact.object;
    else {
      fact.object = object;
      fact.subject.cluster = object.cluster;
      const capitalised = object.name[0]!.toUpperCase() + object.name.slice(1);
      fact.answers = [
        ...new Set([fact.answers[0]!, object.name, capitalised, ...fact.answers.filter((answer) => answer.length > 2)]),
      ];
    }
  }
}
