/** The standard normal distribution, as far as the bias-corrected bootstrap needs it. */

/** P(Z <= z), to about 1e-7 (Abramowitz and Stegun 26.2.17). */
export function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const upper = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return z >= 0 ? 1 - upper : upper;
}

/** The z with P(Z <= z) = p, by bisection on the cdf; p is kept within [1e-12, 1 - 1e-12]. */
export function normalQuantile(p: number): number {
  const target = Math.min(1 - 1e-12, Math.max(1e-12, p));
  let low = -8;
  let high = 8;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
