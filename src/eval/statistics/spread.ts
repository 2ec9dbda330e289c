/** Spread of one figure over seeds: how much of a difference is luck of the draw. */

export interface Spread {
  mean: number;
  /** Sample standard deviation (n - 1); null for a single seed. */
  deviation: number | null;
  minimum: number;
  maximum: number;
  seeds: number;
}

/** Mean, deviation and extremes of one figure over seeds; null where there is no value. */
export function spreadOverSeeds(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    mean,
    deviation: values.length < 2 ? null : Math.sqrt(square / (values.length - 1)),
    minimum: Math.min(...values),
    maximum: Math.max(...values),
    seeds: values.length,
  };
}
