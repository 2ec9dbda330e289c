/** The tree of an HTML or XHTML page, as far as it is read, and the kinds of its elements. Walked without recursion: pages nest as they like. */
import { load } from 'cheerio';

export interface Node {
  type: string;
  /** Of an element, as written. */
  name?: string;
  /** Of a text. */
  data?: string;
  attribs?: Record<string, string>;
  children?: Node[];
}

/** `xml`: by the rules of XML, where any element may close itself and names keep their case. */
export function parseTree(markup: string, { xml = false }: { xml?: boolean } = {}): Node {
  return load(markup, xml ? { xml: true } : undefined).root()[0] as unknown as Node;
}

/** The local name in lower case; empty for what is no element. */
export function tagOf(node: Node): string {
  if (node.name === undefined || node.children === undefined) return '';
  const name = node.name.toLowerCase();
  return name.includes(':') ? name.slice(name.indexOf(':') + 1) : name;
}

/** Elements that begin and end a line, by the style sheet that browsers begin with. */
export const BLOCKS: ReadonlySet<string> = new Set(
  `address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form
  frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu ol optgroup option p plaintext pre search section
  summary table tbody td tfoot th thead tr ul xmp`.split(/\s+/),
);

/** What is no text of the page. */
export const SKIPPED: ReadonlySet<string> = new Set(
  'script style noscript template nav svg head iframe object audio video canvas rp annotation annotation-xml'.split(
    ' ',
  ),
);

export const HEADING = /^h[1-6]$/;

/** Depth first, without recursion. `enter` says whether to go below. */
export function walkTree(root: Node, enter: (node: Node) => boolean, leave: (node: Node) => void = () => {}): void {
  const path: { node: Node; next: number }[] = [];
  if (enter(root)) path.push({ node: root, next: 0 });
  while (path.length > 0) {
    const top = path.at(-1)!;
    const child = top.node.children?.[top.next++];
    if (child === undefined) {
      path.pop();
      leave(top.node);
    } else if (enter(child)) path.push({ node: child, next: 0 });
  }
}

/** The words below a node on one line: blocks and line breaks are spaces. `skip` leaves nodes out. */
export function lineOf(root: Node, skip: (node: Node) => boolean = () => false): string {
  const pieces: string[] = [];
  walkTree(
    root,
    (node) => {
      if (node.type === 'text') pieces.push(node.data ?? '');
      const tag = tagOf(node);
      if (node !== root && (SKIPPED.has(tag) || skip(node))) return false;
      if (tag === 'rt') pieces.push(' (');
      if (tag === 'br' || BLOCKS.has(tag)) pieces.push(' ');
      return node.children !== undefined;
    },
    (node) => {
      const tag = tagOf(node);
      if (tag === 'rt') pieces.push(')');
      if (BLOCKS.has(tag)) pieces.push(' ');
    },
  );
  return pieces.join('').replace(/\s+/g, ' ').trim();
}
