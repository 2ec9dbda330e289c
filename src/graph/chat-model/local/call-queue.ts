/** From a callback to an async iterator: what is pushed comes out in order, and nothing is lost while nobody waits. */
export interface PieceQueue<Piece> extends AsyncIterable<Piece> {
  push: (piece: Piece) => void;
  end: () => void;
}

export function queueOf<Piece>(): PieceQueue<Piece> {
  const waiting: Piece[] = [];
  let ended = false;
  let wake: () => void = () => undefined;
  return {
    push(piece) {
      waiting.push(piece);
      wake();
    },
    end() {
      ended = true;
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        while (waiting.length > 0) yield waiting.shift() as Piece;
        if (ended) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
