/** The door `r1-router/server`. */
export { type ApiKey, ApiKeySchema } from './admission/api-key.ts';
export { createRouterApp, type RouterAppOptions } from './app.ts';
export { type AskRequest, AskRequestSchema } from './ask/ask-request.ts';
export type { DocumentStore, UploadOptions, UploadTarget } from './document-store.ts';
export { type Listening, type ListenOptions, listen } from './listen.ts';
export { jsonLines, type Log, type LogEntry, type LogLevel } from './log.ts';
export { createPageRouter, type PageExample, type PageOptions } from './page.ts';
export type { PagePart } from './page-part.ts';
export { createRouterRouter, type RouterServerOptions } from './router.ts';
export type { Feedback } from './runs/run-log.ts';
export { SqliteSaver, type SqliteSaverOptions } from './threads/sqlite-saver.ts';
export { langsmithFeedback } from './tracing.ts';
