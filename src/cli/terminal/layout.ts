/**
 * Lines that fit: a narrow column of labels, texts wrapped beside it, texts cut to one line. Widths are those of the terminal,
 * so that Chinese and emoji take two columns and colours none.
 */
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

const LABEL_WIDTH = 10;
const MARGIN = '  ';
const WIDEST = 100;
const NARROWEST = 40;

/** Lines longer than 100 columns are hard to read; below 40 nothing fits. */
export function usableColumns(stream: { columns?: number }): number {
  return Math.min(WIDEST, Math.max(NARROWEST, stream.columns ?? 80));
}

export interface Layout {
  /** `  label     text ...`, wrapped under itself. `hang` indents the lines after the first further. */
  row(label: string, text: string, options?: { hang?: number; paintLabel?: (label: string) => string }): string;
  /** A line across, begun by a few words. */
  rule(words: string, paint?: { words?: (text: string) => string; line?: (text: string) => string }): string;
  /** As much of the text as fits into `columns`, with an ellipsis. */
  cut(text: string, columns: number): string;
  /** Columns beside the labels. */
  readonly textColumns: number;
}

export function createLayout(columns: number): Layout {
  const textColumns = columns - MARGIN.length - LABEL_WIDTH - 1;
  return {
    textColumns,
    row(label, text, { hang = 0, paintLabel = same } = {}) {
      const gap = ' '.repeat(Math.max(0, LABEL_WIDTH - stringWidth(label)));
      const indent = MARGIN + ' '.repeat(LABEL_WIDTH);
      const [first = '', ...rest] = wrapAnsi(text, textColumns - hang, { hard: true }).split('\n');
      const lines = [
        `${MARGIN}${paintLabel(label)}${gap}${first}`,
        ...rest.map((line) => indent + ' '.repeat(hang) + line),
      ];
      return `${lines.join('\n')}\n`;
    },
    rule(words, { words: paintWords = same, line: paintLine = same } = {}) {
      const length = Math.max(0, columns - MARGIN.length - 1 - stringWidth(words) - 1);
      return `${MARGIN}${paintWords(words)} ${paintLine('─'.repeat(length))}\n`;
    },
    cut: cutToWidth,
  };
}

const same = (text: string): string => text;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export function cutToWidth(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let width = 1; // the ellipsis
  let cut = '';
  for (const { segment } of graphemes.segment(text)) {
    width += stringWidth(segment);
    if (width > columns) break;
    cut += segment;
  }
  return `${cut.trimEnd()}…`;
}

export { stringWidth };
