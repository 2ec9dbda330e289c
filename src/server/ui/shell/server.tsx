/** What the whole page knows of its server: what it offers, and its knowledge bases. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { KnowledgeBase, Settings } from '../api/schemas.ts';
import type { Resource } from './resource.ts';

export interface ServerView {
  settings: Settings;
  /** Whether a path of the API is there; where the server does not say, it is asked. */
  offers(path: string): boolean;
  knowledgeBases: Resource<KnowledgeBase[]>;
  reloadKnowledgeBases(): void;
}

export const ServerContext = createContext<ServerView | undefined>(undefined);

export function useServer(): ServerView {
  const server = useContext(ServerContext);
  if (!server) throw new Error('useServer: outside of the page');
  return server;
}

export function offering({ paths }: Settings): (path: string) => boolean {
  return (path) => paths === undefined || paths.includes(path);
}
