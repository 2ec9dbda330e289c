/**
 * Date-times in the forms the server reads: RFC 3339, the same with a space or without an offset (then UTC), without seconds, or
 * a date alone.
 */
const FORM =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?\s*(Z|z|[+-]\d{2}(?::?\d{2})?)?)?$/;

/** Milliseconds since 1970, with microseconds as a fraction; undefined if the text is no date-time. */
export function parseDatetime(text: string): number | undefined {
  const match = FORM.exec(text.trim());
  if (!match) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction, zone] = match;
  const whole = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const date = new Date(whole);
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day) || Number(hour) > 23)
    return undefined;
  const microseconds = fraction ? Math.trunc(Number(fraction) * 1e6) : 0;
  return whole + microseconds / 1000 - zoneOffset(zone);
}

function zoneOffset(zone: string | undefined): number {
  if (!zone || zone === 'Z' || zone === 'z') return 0;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
