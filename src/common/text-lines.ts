/**
 * Lines of a text as JSON Lines means them: they end with a line feed, perhaps after a carriage return, and with nothing else.
 * Node's readline also splits at U+2028 and U+2029, which may stand as they are inside of a JSON string and would tear its row.
 */
export async function* textLines(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let held: string[] = [];
  const take = (end: string): string => {
    held.push(end);
    const line = held.join('');
    held = [];
    return line.endsWith('\r') ? line.slice(0, -1) : line;
  };
  for await (const chunk of chunks) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      yield take(text.slice(start, end));
      start = end + 1;
    }
    if (start < text.length) held.push(text.slice(start));
  }
  const rest = take(decoder.decode());
  if (rest !== '') yield rest;
}
