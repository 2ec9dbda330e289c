/**
 * Large dense scans as matrix products in onnxruntime, which is several times faster than JavaScript and runs off the event loop.
 * It only proposes: whatever comes near the best k is scored again by the plain code, so results do not depend on the path taken.
 */
import '../../../../common/quiet-onnxruntime.ts';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { importOnnxRuntime } from '../../../../common/native-packages.ts';
import type { Bitmap } from '../index/bitmap.ts';
import { BLOCK_SLOTS, type DenseIndex } from '../index/dense-index.ts';
import type { TopK } from '../index/top-k.ts';
import { blockInput, scoresOutput, scoringModel } from './onnx-model.ts';

interface Runtime {
  /** By the number of blocks in a call, the most first. */
  sessions: ReadonlyMap<number, InferenceSession>;
  tensor: (values: Float32Array, rows: number, columns: number) => Tensor;
}

/** Below this many vectors to look at, plain JavaScript is as fast. */
export const ONNX_LEAST_VECTORS = BLOCK_SLOTS;
/** A filter that leaves less than this share of the vectors is cheaper to follow vector by vector. */
const LEAST_SHARE = 0.3;
/** Where a large part of the vectors is wanted, looking for the best few first is a detour. */
const MOST_WANTED_SHARE = 0.1;
/** How far apart two ways of adding up the same 32-bit products may come, relative to the largest score. */
const TOLERANCE = 1e-5;

/** A large collection is scanned in a few calls of many blocks; the last ones go in smaller calls. */
const BLOCKS_A_CALL = [16, 8, 4, 2, 1];

let runtime: Runtime | undefined;
let loading: Promise<void> | undefined;

async function load(): Promise<void> {
  try {
    const { InferenceSession: Session, Tensor: TensorClass } = await importOnnxRuntime();
    // One thread: a product with one row is bound by memory, and more threads only get in the way of each other.
    const threads = { intraOpNumThreads: 1, interOpNumThreads: 1 };
    const sessions = new Map<number, InferenceSession>();
    for (const blocks of BLOCKS_A_CALL) sessions.set(blocks, await Session.create(scoringModel(blocks), threads));
    runtime = { sessions, tensor: (values, rows, columns) => new TensorClass('float32', values, [rows, columns]) };
  } catch {
    // No native library for this platform: the plain scan serves.
  }
}

/** Starts loading onnxruntime; resolves when large scans will use it, or never will. */
export function prepareOnnxScan(): Promise<void> {
  loading ??= load();
  return loading;
}

/** Whether this scan should go through onnxruntime now. Starts loading it where it would be of use. */
export function onnxScanFits(index: DenseIndex, allowed: Bitmap | undefined, limit: number): boolean {
  if (index.distance !== 'Cosine' && index.distance !== 'Dot') return false;
  if (index.slots < ONNX_LEAST_VECTORS || limit > index.slots * MOST_WANTED_SHARE) return false;
  if (allowed && allowed.count() < index.slots * LEAST_SHARE) return false;
  void prepareOnnxScan();
  return runtime !== undefined;
}

/** As `index.scan`; call only after `onnxScanFits`. */
export async function onnxScan(
  index: DenseIndex,
  query: Float32Array,
  allowed: Bitmap | undefined,
  threshold: number,
  top: TopK,
): Promise<void> {
  if (!runtime) return index.scan(query, allowed, threshold, top);
  const scores = await scoresOf(runtime, index, query);
  const eligible = allowed ? allowed.copy().and(index.present) : index.present;
  const floor = candidateFloor(scores, eligible, threshold, top.limit);
  for (const [b, values] of scores.entries()) {
    const base = b * BLOCK_SLOTS;
    for (let i = 0; i < values.length; i++) {
      if (values[i]! < floor || !eligible.has(base + i)) continue;
      const score = index.score(base + i, query);
      if (score >= threshold) top.offer(base + i, score);
    }
  }
}

/** Of every slot, block by block. */
async function scoresOf(
  { sessions, tensor }: Runtime,
  index: DenseIndex,
  query: Float32Array,
): Promise<Float32Array[]> {
  const scores: Float32Array[] = [];
  const count = index.blockCount;
  for (const [blocks, session] of sessions) {
    while (scores.length + blocks <= count) {
      const feeds: Record<string, Tensor> = { queries: tensor(query, 1, index.size) };
      for (let b = 0; b < blocks; b++) {
        const block = index.usedBlock(scores.length + b);
        feeds[blockInput(b)] = tensor(block, block.length / index.size, index.size);
      }
      const results = await session.run(feeds);
      for (let b = 0; b < blocks; b++) scores.push(results[scoresOutput(b)]!.data as Float32Array);
    }
  }
  return scores;
}

/** The score from which on a vector may be among the best `limit`. */
function candidateFloor(scores: readonly Float32Array[], eligible: Bitmap, threshold: number, limit: number): number {
  const best = new Float32Array(limit).fill(-Infinity);
  let lowest = -Infinity;
  let smallest = Infinity;
  const { words } = eligible;
  for (const [b, values] of scores.entries()) {
    const base = b * BLOCK_SLOTS;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (value < smallest) smallest = value;
      if (value <= lowest) continue;
      const slot = base + i;
      if ((words[slot >>> 5]! & (1 << (slot & 31))) === 0) continue;
      // A heap of the best, its worst at the root.
      best[0] = value;
      sink(best);
      lowest = best[0]!;
    }
  }
  const largest = Math.max(...best.filter(Number.isFinite), -smallest, 1e-30);
  const margin = TOLERANCE * largest;
  return Math.max(lowest, threshold) - margin;
}

function sink(heap: Float32Array): void {
  let at = 0;
  for (;;) {
    const left = at * 2 + 1;
    let least = at;
    if (left < heap.length && heap[left]! < heap[least]!) least = left;
    if (left + 1 < heap.length && heap[left + 1]! < heap[least]!) least = left + 1;
    if (least === at) return;
    const value = heap[at]!;
    heap[at] = heap[least]!;
    heap[least] = value;
    at = least;
  }
}
