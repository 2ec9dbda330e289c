/** Rotary position embedding in the half-split layout that Llama and Qwen2 use. Su et al., arXiv 2104.09864. */
import type { Tensor } from '../graph.ts';
import { shapeError } from '../shapes.ts';
import { add, multiply, subtract } from './arithmetic.ts';
import { concat, slice } from './layout.ts';

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

/** Rotates pairs (i, i + half) of x [..., length, headSize] by angles given as cosine and sine, broadcastable [..., length, half]. */
export function rotary(x: Tensor, cosine: Tensor, sine: Tensor): Tensor {
  const size = x.shape.at(-1) ?? 0;
  if (size % 2 !== 0 || cosine.shape.at(-1) !== size / 2) {
    shapeError('rotary', `angles [${cosine.shape}] do not fit heads of ${size}`);
  }
  const left = slice(x, -1, 0, size / 2);
  const right = slice(x, -1, size / 2, size);
  return concat(
    [subtract(multiply(left, cosine), multiply(right, sine)), add(multiply(right, cosine), multiply(left, sine))],
    -1,
  );
}
