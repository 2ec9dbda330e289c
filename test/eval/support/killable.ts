/** A process to be killed: evaluates the small world in the folder named on the command line. */
import { runEvaluation } from '../../../src/eval/runner/run-evaluation.ts';
import { images, knowledgeBases, methods, questions } from './small-world.ts';

await runEvaluation({
  folder: process.argv[2]!,
  dataset: { name: 'small-world', questions },
  methods: methods({ delay: 4 }),
  seeds: [0, 1],
  concurrency: 6,
  images,
  counterfactual: { knowledgeBases },
});
