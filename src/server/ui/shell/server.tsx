/** What the whole page knows of its server: what it offers, and its knowledge bases. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { PagePart } from '../../page-part.ts';
import type { KnowledgeBase, Settings } from '../api/schemas.ts';
import type { Resource } from './resource.ts';

export interface ServerView {
  settings: Settings;
  /** Whether the API has it; where the server does not say, it is asked. */
  offers(part: PagePart): boolean;
  knowledgeBases: Resource<KnowledgeBase[]>;
  reloadKnowledgeBases(): void;
}

export const ServerContext = createContext<ServerView | undefined>(undefined);

export function useServer(): ServerView {
  const server = useContext(ServerContext);
  if (!server) throw new Error('useServer: outside of the page');
  return server;
}

export function offering({ offers }: Settings): (part: PagePart) => boolean {
  return (part) => offers === undefined || offers.includes(part);
}
