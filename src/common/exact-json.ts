/**
 * JSON whose whole numbers above 2^53 survive: read as BigInt and written as digits, which is what the Qdrant client does. Texts
 * and values without such numbers take the plain, fast way.
 */
interface ExactJson {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): unknown;
}
const json = JSON as unknown as ExactJson;

/** Only a number of 16 digits can be above 2^53. */
const MAY_BE_LARGE = /[0-9]{16}/;
const WHOLE = /^-?[0-9]+$/;

/** Throws SyntaxError as `JSON.parse` does. */
export function parseExactly(text: string): unknown {
  if (!MAY_BE_LARGE.test(text)) return JSON.parse(text);
  return json.parse(text, (_, value, { source = '' }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && WHOLE.test(source) ? BigInt(source) : value,
  );
}

export function stringifyExactly(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // A BigInt, or a circle, which throws again.
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? json.rawJSON(String(item)) : item));
  }
}
