/**
 * What the graph itself costs: the same scripted three-hop question, with parts that answer at once, through the LangGraph
 * graph, through the plain driver, and through a loop that makes the same calls of policy, knowledge base, reader and answerer
 * and keeps no records; and beside them a graph of LangGraph alone that goes through as many supersteps and does nothing in
 * them. Prints milliseconds of CPU a run and a step, and ratios; the ratio to a loop of parts that do nothing is large by
 * nature, the milliseconds a step are what is added to real parts. `node bench/graph-overhead.ts [--json]`
 */
import { cpus, platform, release } from 'node:os';
import { Command, END, START, StateGraph, StateSchema } from '@langchain/langgraph';
import { z } from 'zod';
import { searchFor } from '../src/graph/decision.ts';
import { driveRouter } from '../src/graph/driver.ts';
import { createRouterGraph } from '../src/graph/graph.ts';
import type { RouterGraphOptions } from '../src/graph/options.ts';
import type { Answerer, EvidenceStep, Policy, PolicyState, Reader, StepContext } from '../src/graph/policy.ts';
import { withoutAmbientTracing } from '../src/graph/tracing/ambient.ts';
import type { SearchableKnowledgeBase } from '../src/tools/knowledge-base.ts';
import type { Passage } from '../src/tools/passage.ts';

const HOPS = 3;
const STEPS = HOPS + 1; // the last one stops
const ROUNDS = 9;
const RUNS_A_ROUND = 200;

const passages: Passage[] = Array.from({ length: 10 }, (_, rank) => ({
  id: `p${rank}`,
  documentId: `d${rank}`,
  knowledgeBase: 'Texts',
  score: 10 - rank,
  rank,
  text: 'A passage of about a hundred words. '.repeat(16),
}));
const knowledgeBase: SearchableKnowledgeBase = {
  name: 'Texts',
  description: 'Ten passages, always the same.',
  modality: 'text',
  cost: 1,
  search: async () => passages,
};
const policy: Policy = {
  name: 'scripted',
  version: '1',
  async decide({ steps }) {
    if (steps.length === HOPS) return { decision: { type: 'stop' } };
    return { decision: searchFor(`hop ${steps.length}`, 'Texts') };
  },
};
const reader: Reader = {
  name: 'first',
  limit: 5,
  async read({ passages: [first] }) {
    return { answer: 'an answer', citations: [{ passageId: first!.id, knowledgeBase: 'Texts' }] };
  },
};
const answerer: Answerer = {
  name: 'last',
  async answer({ steps }) {
    return { answer: steps.at(-1)!.answer, citations: [] };
  },
};
const options: RouterGraphOptions = { knowledgeBases: [knowledgeBase], policy, reader, answerer };

/** The same calls, and nothing else. */
async function plainLoop(question: string): Promise<string | null> {
  const steps: EvidenceStep[] = [];
  const state = (): PolicyState => ({
    question,
    steps,
    knowledgeBases: [knowledgeBase],
    maxSteps: 5,
    conversation: [],
  });
  const context: StepContext = {
    seed: '0',
    config: {},
    image: async () => undefined,
    search: async (_name, text) => ({ outcome: 'passages', passages: await knowledgeBase.search({ text }) }),
  };
  for (;;) {
    const { decision } = await policy.decide(state(), context);
    if (decision.type !== 'search') break;
    const { subQuestion, knowledgeBase: name } = decision.searches[0]!;
    const { outcome, passages: found } = await context.search(name, subQuestion);
    const shown = found.slice(0, reader.limit);
    const knowledgeBases = [knowledgeBase];
    const reading = await reader.read({ question, subQuestion, knowledgeBases, passages: shown, steps }, context);
    const { answer } = reading;
    steps.push({ subQuestion, knowledgeBases: [name], outcome, answer, passages: shown, reading });
  }
  return (await answerer.answer({ question, steps, conversation: [] }, context)).answer;
}

/** Nodes that follow each other as the router's do, by commands, and write a counter. */
const bareState = new StateSchema({ question: z.string(), count: z.number().default(0) });
const goTo = (next: (count: number) => string) => async (state: { count: number }) =>
  new Command({ update: { count: state.count + 1 }, goto: next(state.count + 1) });
const bareGraph = new StateGraph(bareState)
  .addNode(
    'begin',
    goTo(() => 'decide'),
    { ends: ['decide'] },
  )
  .addNode(
    'decide',
    goTo((count) => (count === 2 + 3 * HOPS ? 'conclude' : 'retrieve')),
    { ends: ['retrieve', 'conclude'] },
  )
  .addNode(
    'retrieve',
    goTo(() => 'read'),
    { ends: ['read'] },
  )
  .addNode(
    'read',
    goTo(() => 'decide'),
    { ends: ['decide'] },
  )
  .addNode(
    'conclude',
    goTo(() => END),
    { ends: [END] },
  )
  .addEdge(START, 'begin')
  .compile({ checkpointer: false });

const graph = createRouterGraph(options);
const drive = driveRouter(options);
const ways: Record<string, () => Promise<unknown>> = {
  'plain loop': () => plainLoop('q'),
  driver: () => drive({ question: 'q' }),
  'bare LangGraph, same supersteps': () => bareGraph.invoke({ question: 'q' }),
  graph: () => graph.invoke({ question: 'q' }),
};

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

async function measure(): Promise<Record<string, number[]>> {
  const milliseconds: Record<string, number[]> = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let round = -2; round < ROUNDS; round++) {
    // In turn within a round, so that a busy spell of the machine meets all of them.
    for (const [name, run] of Object.entries(ways)) {
      const started = process.cpuUsage();
      for (let index = 0; index < RUNS_A_ROUND; index++) await run();
      const { user, system } = process.cpuUsage(started); // not the clock: the machine may be shared
      const each = (user + system) / 1000 / RUNS_A_ROUND;
      if (round >= 0) milliseconds[name]!.push(each); // two rounds to warm up
    }
  }
  return milliseconds;
}

const milliseconds = await withoutAmbientTracing(measure);
const base = median(milliseconds['plain loop']!);
const rows = Object.entries(milliseconds).map(([name, values]) => {
  const ratioTo = (other: string) => median(values.map((value, round) => value / milliseconds[other]![round]!));
  return {
    way: name,
    'CPU ms a run': median(values),
    'CPU ms a step': median(values) / STEPS,
    'added ms a step': (median(values) - base) / STEPS,
    'ratio to loop': ratioTo('plain loop'),
    'ratio to bare graph': ratioTo('bare LangGraph, same supersteps'),
    lowest: Math.min(...values),
    highest: Math.max(...values),
  };
});
const machine = `${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} cores, ${platform()} ${release()}, Node ${process.version}`;
if (process.argv.includes('--json')) console.log(JSON.stringify({ machine, rounds: ROUNDS, runs: RUNS_A_ROUND, rows }));
else {
  console.log(`${machine}\n${HOPS} hops and a stop, ${ROUNDS} rounds of ${RUNS_A_ROUND} runs, medians\n`);
  console.table(
    Object.fromEntries(
      rows.map(({ way, ...row }) => [
        way,
        Object.fromEntries(Object.entries(row).map(([key, value]) => [key, Number(value.toFixed(4))])),
      ]),
    ),
  );
}
