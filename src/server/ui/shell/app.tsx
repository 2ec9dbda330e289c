/** The frame: head, parts, foot; loads what the server says of itself, and asks for a key where one is wanted. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { getJson } from '../api/client.ts';
import { KnowledgeBasesSchema, type Settings, SettingsSchema } from '../api/schemas.ts';
import { AskPage } from '../ask/ask-page.tsx';
import { KnowledgePage } from '../knowledge/knowledge-page.tsx';
import { ReportsPage } from '../reports/reports-page.tsx';
import { RunsPage } from '../runs/runs-page.tsx';
import { Logo } from './icons.tsx';
import { KeyDialog } from './key-dialog.tsx';
import { Notice } from './notice.tsx';
import { useResource } from './resource.ts';
import { hrefOf, type Route, useRoute } from './route.ts';
import { offering, ServerContext, type ServerView } from './server.tsx';
import { ThemeSwitch } from './theme.tsx';

const loadSettings = (signal: AbortSignal) => getJson('page.json', SettingsSchema, signal);

export function App() {
  const [settings, reload] = useResource('settings', loadSettings);
  if (settings.status === 'loading') return null;
  if (settings.status === 'ready') return <Shell settings={settings.value} />;
  const message = settings.status === 'failed' ? settings.message : 'This server does not offer the page.';
  return (
    <main class="narrow lonely">
      <h1 class="hidden">R1-Router</h1>
      <Notice kind="error">{message}</Notice>
      <button type="button" class="button" onClick={reload}>
        Try again
      </button>
    </main>
  );
}

function Shell({ settings }: { settings: Settings }) {
  const offers = useMemo(() => offering(settings), [settings]);
  const load = (signal: AbortSignal) =>
    getJson('v1/knowledge-bases', KnowledgeBasesSchema, signal).then(({ knowledgeBases }) => knowledgeBases);
  const [knowledgeBases, reloadKnowledgeBases] = useResource(
    'knowledge-bases',
    offers('knowledge-bases') ? load : undefined,
  );
  const server: ServerView = { settings, offers, knowledgeBases, reloadKnowledgeBases };
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const [keys, setKeys] = useState(0);
  const onKey = () => {
    setKeys(keys + 1);
    reloadKnowledgeBases();
  };
  useEffect(() => {
    const title = TITLES[route.part];
    document.title = route.part === 'ask' ? 'R1-Router' : `${title} · R1-Router`;
  }, [route.part]);
  const links = (Object.keys(TITLES) as Route['part'][]).filter((part) => isOffered(part, server));
  return (
    <ServerContext.Provider value={server}>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header class="head">
        <a class="brand" href="#/" aria-label="R1-Router">
          <Logo size={22} />
          <span>R1-Router</span>
        </a>
        <nav aria-label="Parts of the page">
          {links.length > 1 &&
            links.map((part) => (
              <a key={part} href={hrefOf({ part })} aria-current={part === route.part ? 'page' : undefined}>
                {TITLES[part]}
              </a>
            ))}
        </nav>
        <ThemeSwitch />
      </header>
      <main ref={main} tabIndex={-1}>
        {/* The run goes on while another part is looked at. */}
        <div hidden={route.part !== 'ask'}>
          <AskPage />
        </div>
        {route.part === 'knowledge' && <KnowledgePage key={keys} name={route.name} />}
        {route.part === 'runs' && <RunsPage key={keys} id={route.name} />}
        {route.part === 'reports' && <ReportsPage key={keys} />}
      </main>
      <KeyDialog onKey={onKey} />
    </ServerContext.Provider>
  );
}

const TITLES: Readonly<Record<Route['part'], string>> = {
  ask: 'Ask',
  knowledge: 'Knowledge',
  runs: 'Runs',
  reports: 'Reports',
};

function isOffered(part: Route['part'], { offers, knowledgeBases, settings }: ServerView): boolean {
  switch (part) {
    case 'ask':
      return true;
    case 'knowledge':
      return knowledgeBases.status !== 'missing';
    case 'runs':
      return offers('runs');
    case 'reports':
      return settings.reports;
    default:
      return part satisfies never;
  }
}
