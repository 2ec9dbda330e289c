/** Arithmetic on static shapes: sizes, broadcasting, axes. Every error names the operator that was being built. */
import { userError } from '../common/errors.ts';

export type Shape = readonly number[];

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

export function shapeError(operator: string, problem: string): never {
  throw userError('engine-shape', `engine.${operator}: ${problem}`);
}

/** NumPy's rule: align on the right, sizes are equal or one of them is 1. */
export function broadcastShapes(operator: string, a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - (rank - a.length)] ?? 1;
    const right = b[axis - (rank - b.length)] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      shapeError(operator, `shapes [${a}] and [${b}] do not broadcast (axis ${axis}: ${left} against ${right})`);
    }
    return left === 1 ? right : left;
  });
}

/** An axis counted from the front; negative axes count from the back. */
export function normaliseAxis(operator: string, axis: number, rank: number): number {
  const normal = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(normal) || normal < 0 || normal >= rank) {
    shapeError(operator, `axis ${axis} is outside of a tensor with ${rank} axes`);
  }
  return normal;
}
