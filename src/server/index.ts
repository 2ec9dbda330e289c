/** The door `r1-router/server`. */
export { createRouterApp } from './app.ts';
export { type AskRequest, AskRequestSchema } from './ask-request.ts';
export { type Listening, type ListenOptions, listen } from './listen.ts';
export { createRouterRouter, type RouterServerOptions } from './router.ts';
