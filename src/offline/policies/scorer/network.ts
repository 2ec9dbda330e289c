/**
 * The scorer's network in plain TypeScript: what serves. Each sub-question is a bag of hashed features with a vector q, each
 * knowledge base a bag of description features with a vector d; a candidate's logit is q.d plus a small network over q, d,
 * their product and dense features. Stopping has a head of its own. No weight belongs to a place in a list, so reordering or
 * renaming knowledge bases changes nothing. `scorerLogits` in src/train/models builds the same as a differentiable graph.
 */
import type { ScorerInput } from './input.ts';
import { closedActions, featureNames, type ScorerShape } from './shape.ts';
import type { FeatureBag } from './text-features.ts';

type ScorerWeights = Readonly<Record<string, Float32Array>>;

export interface ScorerNetwork {
  readonly shape: ScorerShape;
  readonly weights: ScorerWeights;
}

/** Logits of every action: sub-question s of knowledge base k at s * knowledgeBases + k, stop last. */
export function scorerForward({ shape, weights }: ScorerNetwork, input: ScorerInput): Float32Array {
  const { width, hidden, stopHidden } = shape;
  const count = input.descriptions.length;
  const logits = new Float32Array(input.subQuestions.length * count + 1);
  const descriptions = input.descriptions.map((bag) => embed(bag, weights['description.embedding']!, width));
  const fromDescriptions = descriptions.map((d) => multiplied(weights['candidate.description']!, d, hidden));
  const denseSize = featureNames(shape).dense.length;
  const product = new Float32Array(width);
  input.subQuestions.forEach((bag, s) => {
    const q = embed(bag, weights['question.embedding']!, width);
    const fromQuestion = multiplied(weights['candidate.question']!, q, hidden);
    descriptions.forEach((d, k) => {
      const action = s * count + k;
      let logit = 0;
      for (let i = 0; i < width; i++) {
        product[i] = q[i]! * d[i]!;
        logit += product[i]!;
      }
      const fromProduct = multiplied(weights['candidate.product']!, product, hidden);
      const dense = input.dense.subarray(action * denseSize, (action + 1) * denseSize);
      const fromDense = multiplied(weights['candidate.dense']!, dense, hidden);
      const fromDescription = fromDescriptions[k]!;
      for (let h = 0; h < hidden; h++) {
        const sum =
          fromQuestion[h]! + fromDescription[h]! + fromProduct[h]! + fromDense[h]! + weights['candidate.bias']![h]!;
        if (sum > 0) logit += sum * weights['candidate.output']![h]!;
      }
      logits[action] = logit;
    });
  });
  const state = multiplied(
    weights['stop.question']!,
    embed(input.question, weights['question.embedding']!, width),
    stopHidden,
  );
  const fromStop = multiplied(weights['stop.dense']!, input.stop, stopHidden);
  let stop = 0;
  for (let h = 0; h < stopHidden; h++) {
    const sum = state[h]! + fromStop[h]! + weights['stop.bias']![h]!;
    if (sum > 0) stop += sum * weights['stop.output']![h]!;
  }
  logits[logits.length - 1] = stop;
  const isClosed = closedActions(shape, input);
  return isClosed ? logits.map((logit, action) => (isClosed(action) ? CLOSED : logit)) : logits;
}

/** The logit of what is out of the question: no other comes near it, and its chance is 0. */
const CLOSED = -1e9;

function embed({ ids, weights }: FeatureBag, table: Float32Array, width: number): Float32Array {
  const vector = new Float32Array(width);
  for (let f = 0; f < ids.length; f++) {
    const row = ids[f]! * width;
    const weight = weights[f]!;
    for (let i = 0; i < width; i++) vector[i] = vector[i]! + weight * table[row + i]!;
  }
  return vector;
}

/** Matrix [rows, vector.length] times vector. */
function multiplied(matrix: Float32Array, vector: Float32Array, rows: number): Float32Array {
  const result = new Float32Array(rows);
  const columns = vector.length;
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++) sum += matrix[row * columns + column]! * vector[column]!;
    result[row] = sum;
  }
  return result;
}

/** Natural log-probabilities of the actions at a temperature. */
export function logSoftmax(logits: Float32Array, temperature = 1): Float64Array {
  const scaled = Float64Array.from(logits, (logit) => logit / temperature);
  const top = scaled.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const logTotal = top + Math.log(scaled.reduce((total, value) => total + Math.exp(value - top), 0));
  return scaled.map((value) => value - logTotal);
}
