/** A thread that takes the types out of many sources, as Node does for each module of a thread written in TypeScript. */
import { stripTypeScriptTypes } from 'node:module';
import { parentPort } from 'node:worker_threads';

for (let i = 0; i < 400; i++) stripTypeScriptTypes(`const a${i}: number = ${i}; interface Unused { a: string }`);
parentPort!.postMessage('done' as string);
