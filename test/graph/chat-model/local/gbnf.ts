/**
 * Whether a text is of a GBNF grammar: a slow matcher, as an oracle. Knows literals, character classes, groups, alternatives and the
 * repetitions `?`, `*`, `+`, `{a,b}`; each expression maps the places it may start at to those it may end at.
 */
type Match = (text: string, starts: ReadonlySet<number>) => Set<number>;

export function accepts(grammar: string, text: string): boolean {
  const bodies = new Map(
    grammar.split('\n').map((line) => {
      const at = line.indexOf(' ::= ');
      return [line.slice(0, at), line.slice(at + 5)] as const;
    }),
  );
  const compiled = new Map<string, Match>();
  const rule = (name: string): Match => {
    const body = bodies.get(name);
    if (body === undefined) throw new Error(`the grammar has no rule ${name}`);
    return (given, starts) => {
      if (starts.size === 0) return new Set();
      const match = compiled.get(name) ?? new Parser(body, rule).parse();
      compiled.set(name, match);
      return match(given, starts);
    };
  };
  return rule('root')(text, new Set([0])).has(text.length);
}

class Parser {
  readonly #body: string;
  readonly #rule: (name: string) => Match;
  #at = 0;

  constructor(body: string, rule: (name: string) => Match) {
    this.#body = body;
    this.#rule = rule;
  }

  parse(): Match {
    const match = this.#alternatives();
    if (this.#at < this.#body.length) throw new Error(`cannot read the grammar at ${this.#body.slice(this.#at)}`);
    return match;
  }

  #alternatives(): Match {
    const choices = [this.#sequence()];
    while (this.#take(/\s*\|\s*/y)) choices.push(this.#sequence());
    return (text, starts) => new Set(choices.flatMap((choice) => [...choice(text, starts)]));
  }

  #sequence(): Match {
    const parts: Match[] = [];
    for (;;) {
      this.#take(/\s+/y);
      const part = this.#repeated();
      if (!part) break;
      parts.push(part);
    }
    return (text, starts) => parts.reduce<Set<number>>((places, part) => part(text, places), new Set(starts));
  }

  #repeated(): Match | undefined {
    const one = this.#single();
    if (!one) return undefined;
    const sign = this.#take(/\?|\*|\+|\{(\d+)(?:,(\d*))?\}/y);
    if (!sign) return one;
    const [least, most] = { '?': [0, 1], '*': [0, Infinity], '+': [1, Infinity] }[sign[0]!] ?? [
      Number(sign[1]),
      sign[2] === '' ? Infinity : Number(sign[2] ?? sign[1]),
    ];
    return (text, starts) => {
      let places = new Set(starts);
      const ends = new Set(least === 0 ? places : []);
      for (let count = 1; count <= most! && places.size > 0; count++) {
        places = one(text, places);
        if (count < least!) continue;
        const before = ends.size;
        for (const place of places) ends.add(place);
        if (most === Infinity && ends.size === before) break;
      }
      return ends;
    };
  }

  #single(): Match | undefined {
    if (this.#take(/\(/y)) {
      const inner = this.#alternatives();
      if (!this.#take(/\s*\)/y)) throw new Error('a bracket is open');
      return inner;
    }
    const literal = this.#take(/"((?:[^"\\]|\\.)*)"/y);
    if (literal) {
      const wanted = JSON.parse(`"${literal[1]}"`) as string;
      return (text, starts) =>
        new Set([...starts].filter((at) => text.startsWith(wanted, at)).map((at) => at + wanted.length));
    }
    const characters = this.#take(/\[(?:[^\]\\]|\\.)*\]/y);
    if (characters) {
      const pattern = new RegExp(characters[0], 'u');
      return (text, starts) =>
        new Set([...starts].filter((at) => at < text.length && pattern.test(text[at]!)).map((at) => at + 1));
    }
    const name = this.#take(/[a-z][a-z0-9]*/y);
    return name ? this.#rule(name[0]) : undefined;
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#body);
    if (!found) return undefined;
    this.#at = pattern.lastIndex;
    return found;
  }
}
