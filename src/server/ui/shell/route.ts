/** Where the page is: `#/`, `#/knowledge/NAME`, `#/runs/ID`, `#/reports`. */
import { useEffect, useState } from 'preact/hooks';

export interface Route {
  part: 'ask' | 'knowledge' | 'runs' | 'reports';
  name?: string;
}

const PARTS: ReadonlySet<string> = new Set(['knowledge', 'runs', 'reports']);

function parseRoute(hash: string): Route {
  const [, part = '', name = ''] = /^#\/([^/]*)\/?(.*)$/.exec(hash) ?? [];
  if (!PARTS.has(part)) return { part: 'ask' };
  return { part: part as Route['part'], ...(name && { name: decoded(name) }) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function hrefOf({ part, name }: Route): string {
  if (part === 'ask') return '#/';
  return name === undefined ? `#/${part}` : `#/${part}/${encodeURIComponent(name)}`;
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const follow = () => setRoute(parseRoute(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}
