import { describe, expect, it } from 'vitest';
import { differentiate } from '../../src/engine/differentiate.ts';
import { Graph } from '../../src/engine/graph.ts';
import { gatherRows, sum } from '../../src/engine/operators/index.ts';
import { compile } from '../../src/engine/program.ts';

// Small finite-difference cases miss a lost addition: this one has many duplicates, several threads and several runs.
describe('the gradient of a lookup with repeated rows', () => {
  it('loses no addition with two threads', async () => {
    const [rows, width, lookups] = [8, 64, 4096];
    const graph = new Graph();
    const table = graph.input('table', [rows, width]);
    const indices = graph.input('indices', [lookups], 'int32');
    const [gradient] = differentiate(sum(gatherRows(table, indices)), [table]);
    const program = await compile({ gradient: gradient! }, { threads: 2 });
    const feeds = {
      table: new Float32Array(rows * width),
      indices: Int32Array.from({ length: lookups }, (_, i) => i % rows),
    };
    for (let run = 0; run < 20; run++) {
      await program.run(feeds);
      expect(program.outputs.gradient!.every((value) => value === lookups / rows)).toBe(true);
    }
    await program.release();
  });

  it('is not made with ScatterND', () => {
    const graph = new Graph();
    const table = graph.input('table', [3, 2]);
    const [gradient] = differentiate(sum(gatherRows(table, graph.input('indices', [4], 'int32'))), [table]);
    const text = Buffer.from(graph.toModel({ gradient: gradient! }).bytes).toString('latin1');
    expect(text).toContain('ScatterElements');
    expect(text).not.toContain('ScatterND');
  });
});
