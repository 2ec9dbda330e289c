/** Shapes that programs are built for: whole steps, so that many batches share one. */
export const roundUp = (value: number, step: number): number => Math.max(step, Math.ceil(value / step) * step);
