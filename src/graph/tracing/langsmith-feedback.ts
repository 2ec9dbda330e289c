/** Feedback on a traced run, sent to LangSmith. Needs the package `langsmith`, which LangChain brings. */
import type { Client } from 'langsmith';

interface TracedFeedback {
  /** Of the run, or of a run below it. */
  runId: string;
  /** What LangSmith lists it under. */
  key: string;
  score: number;
  comment?: string;
  /** What else is known of where it comes from. */
  source?: Record<string, unknown>;
}

export interface FeedbackSenderOptions {
  /** Default: the client that the environment describes. */
  client?: Client;
  /**
   * The project that the runs are in; default as the environment says. `null` where that is not known: LangSmith then looks for the
   * run itself, which not every installation of it can.
   */
  project?: string | null;
}

export type FeedbackSender = (feedback: TracedFeedback) => Promise<void>;

export function feedbackSender({ client: given, project = projectOf() }: FeedbackSenderOptions = {}): FeedbackSender {
  let client: Promise<Client> | undefined;
  let session: Promise<string | undefined> | undefined;
  return async ({ runId, key, score, comment, source }) => {
    client ??= given ? Promise.resolve(given) : import('langsmith').then(({ Client }) => new Client());
    const sender = await client;
    if (project !== null) session ??= sessionOf(sender, project);
    const sessionId = await session;
    // A project is there from its first trace on: ask again next time.
    if (sessionId === undefined) session = undefined;
    await sender.createFeedback(runId, key, {
      score,
      ...(comment !== undefined && { comment }),
      ...(source && { sourceInfo: source }),
      ...(sessionId !== undefined && { sessionId }),
    });
  };
}

async function sessionOf(client: Client, projectName: string): Promise<string | undefined> {
  return client.readProject({ projectName }).then(
    ({ id }) => id,
    () => undefined,
  );
}

function projectOf({ LANGSMITH_PROJECT, LANGCHAIN_PROJECT }: NodeJS.ProcessEnv = process.env): string {
  return LANGSMITH_PROJECT ?? LANGCHAIN_PROJECT ?? 'default';
}
