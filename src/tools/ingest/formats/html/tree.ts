/** The tree of an HTML or XHTML page, as far as it is read, and the kinds of its elements. Walked without recursion: pages nest as they like. */
import { decodeHTMLStrict } from 'entities';
import { Parser } from 'htmlparser2';
import { parse } from 'parse5';

/** The shape of parse5's own tree. */
export interface Node {
  /** `#text`, `#document` and the like, or the element's name. */
  nodeName: string;
  /** Of a text. */
  value?: string;
  attrs?: { name: string; value: string }[];
  childNodes?: Node[];
}

/** Elements that nest deeper than this are rare, and take a browser's parser time by the square. */
const DEEPEST = 2_000;
const TAG = /<(\/?)([a-z][a-z0-9]{0,20})[^<>]*>/gi;
/** Elements that have no end tag, or may leave it out. */
const OPEN_ENDED =
  /^(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr|p|li|dt|dd|td|th|tr|thead|tbody|tfoot|option|html|body)$/i;

function nestsDeep(markup: string): boolean {
  let depth = 0;
  for (const [, closing, name] of markup.matchAll(TAG)) {
    if (OPEN_ENDED.test(name!)) continue;
    depth = Math.max(0, depth + (closing ? -1 : 1));
    if (depth > DEEPEST) return true;
  }
  return false;
}

/** In one pass, without the corrections of a browser. */
function quickTree(markup: string, xml: boolean): Node {
  const root: Node = { nodeName: '#document', childNodes: [] };
  const open: Node[] = [root];
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        const attrs = Object.entries(attributes).map(([key, value]) => ({ name: key, value }));
        const node: Node = { nodeName: name, attrs, childNodes: [] };
        open.at(-1)!.childNodes!.push(node);
        open.push(node);
      },
      onclosetag() {
        if (open.length > 1) open.pop();
      },
      ontext(value) {
        open.at(-1)!.childNodes!.push({ nodeName: '#text', value });
      },
    },
    { xmlMode: xml, decodeEntities: true },
  );
  parser.write(xml ? withoutEntities(markup) : markup);
  parser.end();
  return root;
}

/** Those of XML itself, and what would be markup. */
const KEPT_ENTITY = /^&(?:amp|lt|gt|quot|apos|LT|GT|AMP|QUOT);$/;
const CDATA = '<![CDATA[';

/** The names that the document types of XHTML declare (`&nbsp;`, `&eacute;`), as characters: a parser of XML reads no document type. */
function withoutEntities(markup: string): string {
  const named = (text: string) =>
    text.replace(/&[a-zA-Z][a-zA-Z0-9]{1,31};/g, (name) => (KEPT_ENTITY.test(name) ? name : decodeHTMLStrict(name)));
  const [first, ...sections] = markup.split(CDATA);
  return sections.reduce((whole, section) => {
    const end = section.indexOf(']]>');
    return end < 0 ? whole + CDATA + section : whole + CDATA + section.slice(0, end) + named(section.slice(end));
  }, named(first!));
}

/** `xml`: by the rules of XML, where any element may close itself and names keep their case. */
export function parseTree(markup: string, { xml = false }: { xml?: boolean } = {}): Node {
  if (xml || nestsDeep(markup)) return quickTree(markup, xml);
  return parse(markup, { scriptingEnabled: false }) as unknown as Node;
}

const tags = new Map<string, string>();

/** The local name in lower case; empty for what is no element. */
export function tagOf(node: Node): string {
  if (node.attrs === undefined) return '';
  const known = tags.get(node.nodeName);
  if (known !== undefined) return known;
  const tag = node.nodeName.toLowerCase().replace(/^.*:/, '');
  if (tags.size < 10_000) tags.set(node.nodeName, tag);
  return tag;
}

export function attributeOf(node: Node, name: string): string | undefined {
  return node.attrs?.find((attribute) => attribute.name === name)?.value;
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
    const child = top.node.childNodes?.[top.next++];
    if (child === undefined) {
      path.pop();
      leave(top.node);
    } else if (enter(child)) path.push({ node: child, next: 0 });
  }
}

/** The words below a node on one line: blocks and line breaks are spaces. `skip` leaves nodes out. */
export function lineOf(root: Node, skip: (node: Node) => boolean = () => false): string {
  const [only, second] = root.childNodes ?? [];
  // Most cells.
  if (only?.nodeName === '#text' && second === undefined) return (only.value ?? '').replace(/\s+/g, ' ').trim();
  const pieces: string[] = [];
  walkTree(
    root,
    (node) => {
      if (node.nodeName === '#text') pieces.push(node.value ?? '');
      const tag = tagOf(node);
      if (node !== root && (SKIPPED.has(tag) || skip(node))) return false;
      if (tag === 'rt') pieces.push(' (');
      if (tag === 'br' || BLOCKS.has(tag)) pieces.push(' ');
      return node.childNodes !== undefined;
    },
    (node) => {
      const tag = tagOf(node);
      if (tag === 'rt') pieces.push(')');
      if (BLOCKS.has(tag)) pieces.push(' ');
    },
  );
  return pieces.join('').replace(/\s+/g, ' ').trim();
}
