/**
 * Names of tools that every provider takes (at most 64 letters, digits, underscores and dashes), made from the names of knowledge
 * bases. They depend on the names alone and not on their order.
 */
import { sha256 } from '../../../common/content-hash.ts';

const LONGEST = 56;

/** Knowledge base to tool, each tool's name its own and none of the `reserved`. */
export function toolNames(knowledgeBases: readonly string[], reserved: readonly string[] = []): Map<string, string> {
  const plain = new Map(knowledgeBases.map((name) => [name, asToolName(name)]));
  const taken = new Map<string, number>();
  for (const name of [...plain.values(), ...reserved]) {
    taken.set(name.toLowerCase(), (taken.get(name.toLowerCase()) ?? 0) + 1);
  }
  return new Map(
    [...plain].map(([name, tool]) => [
      name,
      tool === PREFIX || taken.get(tool.toLowerCase())! > 1
        ? `${tool === PREFIX ? `${PREFIX}retriever` : tool}_${sha256(name).slice(0, 6)}`
        : tool,
    ]),
  );
}

const PREFIX = 'search_';

function asToolName(name: string): string {
  const latin = name.normalize('NFKD').replace(/\p{M}/gu, '');
  const bare = latin.replace(/[^a-zA-Z0-9_-]+/g, '_').replace(/^_+|_+$/g, '');
  return `${PREFIX}${bare}`.slice(0, LONGEST).replace(/_+$/, '_');
}
