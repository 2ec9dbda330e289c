/** JSON whose long numbers keep their digits: an id of 64 bits, or an amount, is more than a JavaScript number holds. */

/** As many significant digits as a number always keeps. */
const SAFE_DIGITS = 15;
/** Of many digits, or beyond the range of a number. */
const LONG_NUMBER = /\d[\d.]{15}|\d[eE][+-]?\d{3}/;

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown;

function digits(source: string): number {
  return source.replace(/[eE].*|[-.]/g, '').replace(/^0+/, '').length;
}

/** Python writes these for numbers that JSON has not. */
const NO_NUMBER = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;
const MAY_HOLD_NO_NUMBER = /NaN|Infinity/;

/**
 * The value of a JSON text; a number that would be rounded is the string that stands there, `NaN` and `Infinity` are null. Throws what
 * `JSON.parse` throws.
 */
export function exactJson(text: string): unknown {
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  try {
    return parsed(body);
  } catch (error) {
    if (!MAY_HOLD_NO_NUMBER.test(body)) throw error;
    return parsed(body.replace(NO_NUMBER, (piece) => (piece.startsWith('"') ? piece : 'null')));
  }
}

function parsed(body: string): unknown {
  // A reviver takes several times as long, and few texts have such a number.
  if (!LONG_NUMBER.test(body)) return JSON.parse(body);
  return parseWithSource(body, (_key, value, { source }) => {
    if (typeof value !== 'number' || source === undefined || String(value) === source) return value;
    return digits(source) > SAFE_DIGITS || !Number.isFinite(value) ? source : value;
  });
}
