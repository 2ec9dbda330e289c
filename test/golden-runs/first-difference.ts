/** Where two values of JSON first differ, as `outcomes[0].steps[1].passages[3]: expected ..., got ...`. */

/** Rounding to six digits may fall either way where the seventh differs. */
const TOLERANCE = 1.5e-6;

export function firstDifference(expected: unknown, actual: unknown, path = ''): string | undefined {
  if (Object.is(expected, actual)) return undefined;
  if (typeof expected === 'number' && typeof actual === 'number' && Math.abs(expected - actual) <= TOLERANCE) {
    return undefined;
  }
  if (Array.isArray(expected) && Array.isArray(actual)) {
    for (let index = 0; index < Math.min(expected.length, actual.length); index++) {
      const found = firstDifference(expected[index], actual[index], `${path}[${index}]`);
      if (found) return found;
    }
    if (expected.length === actual.length) return undefined;
    return `${path}.length: expected ${expected.length}, got ${actual.length}`;
  }
  if (isObject(expected) && isObject(actual)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      const found = firstDifference(expected[key], actual[key], path === '' ? key : `${path}.${key}`);
      if (found) return found;
    }
    return undefined;
  }
  return `${path}: expected ${shown(expected)}, got ${shown(actual)}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
