/** The table of commands. A command's file is imported only when it is called: `--help` needs none of them. */
import type { CommandEntry } from './command-entry.ts';

export const commands: readonly CommandEntry[] = [
  {
    name: 'init',
    description: 'set up a router of your files: knowledge bases, a model, a configuration',
    load: () => import('./init.ts'),
  },
  {
    name: 'ask',
    description: 'answer a question step by step, with citations',
    load: () => import('./ask.ts'),
  },
  {
    name: 'chat',
    description: 'ask one question after another, in a terminal or from a pipe',
    load: () => import('./chat.ts'),
  },
  {
    name: 'demo',
    description: 'three questions of the atlas that ships, from pictures to figures',
    load: () => import('./demo.ts'),
  },
  {
    name: 'kb',
    description: 'list, describe, search, move and check knowledge bases',
    load: () => import('./kb.ts'),
  },
  {
    name: 'ingest',
    description: 'fill a knowledge base from files',
    load: () => import('./ingest.ts'),
  },
  {
    name: 'serve',
    description: 'answer over HTTP, as JSON or as server-sent events',
    load: () => import('./serve.ts'),
  },
  {
    name: 'eval',
    description: 'measure methods on a set of questions',
    load: () => import('./eval.ts'),
  },
  {
    name: 'synthesize',
    description: 'make questions to train on from your knowledge bases',
    load: () => import('./synthesize.ts'),
  },
  {
    name: 'train',
    description: 'train a policy',
    load: () => import('./train.ts'),
  },
  {
    name: 'environment',
    description: 'the graph as an environment for trainers: OpenEnv, MCP tools, rewards',
    load: () => import('./environment.ts'),
  },
  {
    name: 'rollouts',
    description: 'groups of runs against a model server, with token ids and advantages',
    load: () => import('./rollouts.ts'),
  },
  {
    name: 'tune',
    description: 'better what a chat model is told of your knowledge bases, without training',
    load: () => import('./tune.ts'),
  },
  {
    name: 'route',
    description: 'first decisions for a file of questions',
    load: () => import('./route.ts'),
  },
  {
    name: 'export',
    description: 'training data, reward and settings for trainers elsewhere',
    load: () => import('./export.ts'),
  },
  {
    name: 'import',
    description: "a trainer's rows as questions with gold steps",
    load: () => import('./import.ts'),
  },
  {
    name: 'doctor',
    description: 'look at Node, store, models, server and caches, and say what to fix',
    load: () => import('./doctor.ts'),
  },
  {
    name: 'completion',
    description: 'print what bash, zsh or fish needs to complete commands and options',
    load: () => import('./completion.ts'),
  },
];
