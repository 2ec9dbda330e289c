/** What the whole page knows of its server: what it offers, and its knowledge bases. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { KnowledgeBase, Settings } from '../api/schemas.ts';
import type { Resource } from './resource.ts';

/** As `PagePart` of the server. */
export type Part =
  | 'knowledge-bases'
  | 'search'
  | 'passage-pictures'
  | 'question-pictures'
  | 'documents'
  | 'runs'
  | 'run-events'
  | 'feedback';

export interface ServerView {
  settings: Settings;
  /** Whether the API has it; where the server does not say, it is asked. */
  offers(part: Part): boolean;
  knowledgeBases: Resource<KnowledgeBase[]>;
  reloadKnowledgeBases(): void;
}

export const ServerContext = createContext<ServerView | undefined>(undefined);

export function useServer(): ServerView {
  const server = useContext(ServerContext);
  if (!server) throw new Error('useServer: outside of the page');
  return server;
}

export function offering({ offers }: Settings): (part: Part) => boolean {
  return (part) => offers === undefined || offers.includes(part);
}
