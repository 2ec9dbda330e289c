/** Learning-rate schedules: plain functions from the update's number (from 0) to a rate. */

export type Schedule = (update: number) => number;

export function constant(rate: number): Schedule {
  return () => rate;
}

/** Linear rise over `warmup` updates, then `peak`. */
export function warmupConstant({ peak, warmup }: Pick<WarmupCosineOptions, 'peak' | 'warmup'>): Schedule {
  return (update) => peak * Math.min(1, (update + 1) / Math.max(1, warmup));
}

interface WarmupCosineOptions {
  peak: number;
  /** Updates of linear rise from 0. */
  warmup: number;
  /** Updates in all, after which the rate stays at `floor`. */
  total: number;
  /** Default 0. */
  floor?: number;
}

/** Linear rise over `warmup` updates, then half a cosine down to `floor`. Loshchilov and Hutter, arXiv 1608.03983. */
export function warmupCosine({ peak, warmup, total, floor = 0 }: WarmupCosineOptions): Schedule {
  return (update) => {
    if (update < warmup) return (peak * (update + 1)) / warmup;
    const progress = Math.min(1, (update - warmup) / Math.max(1, total - warmup));
    return floor + ((peak - floor) * (1 + Math.cos(Math.PI * progress))) / 2;
  };
}
