/** Rotary position embedding in the half-split layout that Llama and Qwen2 use. Su et al., arXiv 2104.09864. */
import type { Tensor } from '../graph.ts';
import { sameShape, shapeError } from '../shapes.ts';

/** Cosines and sines, [positions, headSize / 2] each, row-major. */
export function rotaryTables({ positions, headSize, base }: { positions: number; headSize: number; base: number }): {
  cosine: Float32Array<ArrayBuffer>;
  sine: Float32Array<ArrayBuffer>;
} {
  const half = headSize / 2;
  const cosine = new Float32Array(positions * half);
  const sine = new Float32Array(positions * half);
  for (let position = 0; position < positions; position++) {
    for (let i = 0; i < half; i++) {
      // float32 frequencies: what PyTorch's checkpoints were trained with.
      const angle = Math.fround(position * Math.fround(1 / base ** ((2 * i) / headSize)));
      cosine[position * half + i] = Math.cos(angle);
      sine[position * half + i] = Math.sin(angle);
    }
  }
  return { cosine, sine };
}

/**
 * Rotates pairs (i, i + half) of x [batch, heads, length, headSize] by angles given as cosine and sine: [length, half] for every
 * sequence, or [batch, 1, length, half] for each its own. Angles get no gradient.
 */
export function rotary(x: Tensor, cosine: Tensor, sine: Tensor): Tensor {
  const { graph } = x;
  const [batch, , length, size] = x.shape;
  const half = (size ?? 0) / 2;
  const own = cosine.shape.length === 4;
  if (
    batch === undefined ||
    length === undefined ||
    !sameShape(cosine.shape, own ? [batch, 1, length, half] : [length, half]) ||
    !sameShape(sine.shape, cosine.shape)
  ) {
    return shapeError('rotary', `angles [${cosine.shape}] and [${sine.shape}] do not fit [${x.shape}]`);
  }
  const table = (angles: Tensor): Tensor =>
    own
      ? graph.node('Reshape', [angles, graph.constant([batch * length, half], [2], 'int64')], [batch * length, half])
      : angles;
  // Which row of the table each place takes; a single number is where the first one starts.
  const rows = own
    ? graph.constant([...Array(batch * length).keys()], [batch, length], 'int64')
    : graph.constant([0], [1], 'int64');
  const rotate = (of: Tensor, by: Tensor): Tensor =>
    graph.node('RotaryEmbedding', [of, rows, table(cosine), by], x.shape, { domain: 'com.microsoft' });
  return graph.record(rotate(x, table(sine)), [x], (g) => [
    rotate(g, graph.node('Neg', [table(sine)], table(sine).shape)),
  ]);
}
