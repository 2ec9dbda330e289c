/** What a program printed to a terminal, colours included, as an SVG that shows on GitHub and npm alike. */
import stringWidth from 'string-width';

interface Style {
  colour: string;
  bold: boolean;
  dim: boolean;
  italic: boolean;
}

const PLAIN: Style = { colour: '#d8dee9', bold: false, dim: false, italic: false };
const COLOURS: Readonly<Record<number, string>> = {
  31: '#ff7b72',
  32: '#7ee787',
  33: '#e3b341',
  35: '#d2a8ff',
  36: '#79c0ff',
  39: PLAIN.colour,
};
const [FONT_SIZE, COLUMN, LINE, MARGIN, BAR] = [14, 8.43, 20, 20, 34];

/** SGR codes as Node's `styleText` writes them. */
function after(style: Style, code: number): Style {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 3) return { ...style, italic: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 23) return { ...style, italic: false };
  return { ...style, colour: COLOURS[code] ?? style.colour };
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** One line as pieces of one style each, every piece at the column where it stands. */
function lineSvg(line: string, y: number): string {
  let [style, column] = [PLAIN, 0];
  const pieces: string[] = [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape is what separates the styles
  for (const part of line.split(/(\u001b\[[\d;]*m)/)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
    const codes = /^\u001b\[([\d;]*)m$/.exec(part)?.[1];
    if (codes !== undefined) {
      for (const code of codes.split(';')) style = after(style, Number(code));
      continue;
    }
    const width = stringWidth(part);
    if (part.trim() !== '') {
      const looks = [
        `fill="${style.colour}"`,
        ...(style.bold ? ['font-weight="bold"'] : []),
        ...(style.italic ? ['font-style="italic"'] : []),
        ...(style.dim ? ['opacity="0.65"'] : []),
        // So that a font of another width keeps the columns.
        `textLength="${(width * COLUMN).toFixed(1)}"`,
      ];
      pieces.push(
        `<text x="${(MARGIN + column * COLUMN).toFixed(1)}" y="${y}" ${looks.join(' ')} xml:space="preserve">${escaped(part)}</text>`,
      );
    }
    column += width;
  }
  return pieces.join('');
}

export function terminalSvg(printed: string, { title }: { title: string }): string {
  const lines = printed.replace(/\n+$/, '').split('\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
  const columns = Math.max(...lines.map((line) => stringWidth(line.replace(/\u001b\[[\d;]*m/g, ''))));
  const [width, height] = [Math.ceil(2 * MARGIN + columns * COLUMN), BAR + lines.length * LINE + MARGIN];
  const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
    (fill, i) => `<circle cx="${20 + 18 * i}" cy="17" r="5.5" fill="${fill}"/>`,
  );
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>${dots.join('')}`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${FONT_SIZE}">`,
    ...lines.map((line, i) => lineSvg(line, BAR + (i + 1) * LINE)).filter((line) => line !== ''),
    '</g></svg>',
  ].join('\n')}\n`;
}
