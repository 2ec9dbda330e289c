/** A token drawn from the logits of a vocabulary. */

/** A token drawn by a uniform number in [0, 1), with its log-probability. */
export function drawToken(
  logits: Float32Array,
  { temperature, topK, draw }: { temperature: number; topK?: number; draw: number },
): { token: number; logProbability: number } {
  const scale = 1 / (temperature || 1);
  let best = 0;
  for (let id = 1; id < logits.length; id++) if (logits[id]! > logits[best]!) best = id;
  const top = logits[best]! * scale;
  let total = 0;
  for (let id = 0; id < logits.length; id++) total += Math.exp(logits[id]! * scale - top);
  const logProbability = (id: number): number => logits[id]! * scale - top - Math.log(total);
  if (temperature === 0) return { token: best, logProbability: logProbability(best) };
  const floor =
    topK === undefined ? Number.NEGATIVE_INFINITY : (logits.toSorted().at(-topK) ?? Number.NEGATIVE_INFINITY);
  let mass = 0;
  for (let id = 0; id < logits.length; id++) if (logits[id]! >= floor) mass += Math.exp(logits[id]! * scale - top);
  let left = draw * mass;
  let token = best;
  for (let id = 0; id < logits.length; id++) {
    if (logits[id]! < floor) continue;
    token = id;
    left -= Math.exp(logits[id]! * scale - top);
    if (left < 0) break;
  }
  return { token, logProbability: logProbability(token) };
}
