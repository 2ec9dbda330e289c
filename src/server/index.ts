/** The door `r1-router/server`. */
export { createRouterApp, type RouterAppOptions } from './app.ts';
export { type AskRequest, AskRequestSchema } from './ask-request.ts';
export { type Listening, type ListenOptions, listen } from './listen.ts';
export { createPageRouter, type PageExample, type PageOptions, type PagePart } from './page.ts';
export { createRouterRouter, type RouterServerOptions } from './router.ts';
