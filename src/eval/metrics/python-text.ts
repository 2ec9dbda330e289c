/**
 * The few habits of Python's `str` and `float` that the reference metric leans on and JavaScript does not share: which
 * characters are white space, how a float prints, how `round` breaks a tie. Nothing here is about language or scoring.
 */

/** `str.isspace` for one character: Unicode white space plus the four ASCII separators; not the byte order mark. */
const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const SPACES = new RegExp(`[${SPACE}]+`);
const ENDS = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, 'g');

/** `text.strip()` */
export function pythonStrip(text: string): string {
  return text.replace(ENDS, '');
}

/** `text.split()`: no empty pieces. */
export function pythonSplit(text: string): string[] {
  const pieces = text.split(SPACES);
  if (pieces[0] === '') pieces.shift();
  if (pieces.at(-1) === '') pieces.pop();
  return pieces;
}

/** `str(x)` of a float: shortest digits that read back the same, `1.0` for whole numbers, exponents from 1e16 and below 1e-4. */
export function pythonFloatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    const sign = exponent < 0 ? '-' : '+';
    return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  // Between 1e-7 and 1e-4 JavaScript has gone over to exponents already, and from 1e21 on, which is out of this branch.
  const plain = Math.abs(value) < 1e-6 ? value.toFixed(Math.min(100, 20 - exponent)).replace(/0+$/, '') : String(value);
  return plain.includes('.') ? plain : `${plain}.0`;
}

/** `round(x, 3)`: to the nearest thousandth of the exact binary value, a true tie to the even digit. */
export function pythonRoundThousandths(value: number): number {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e21) return value;
  // Only odd multiples of 1/16 end exactly in the middle between two thousandths; `toFixed` would take such a tie upwards.
  const sixteenths = value * 16;
  if (Number.isInteger(sixteenths) && sixteenths % 2 !== 0) {
    const cut = value.toFixed(4).slice(0, -1);
    if (Number(cut.at(-1)) % 2 === 0) return Number(cut);
  }
  return Number(value.toFixed(3));
}
