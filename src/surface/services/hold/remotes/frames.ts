// What a held call and the daemon say to each other of one contact: frames of a letter, a length of four bytes, and so many bytes.

/**
 * Letters of frames. From the inside `d` what git sends, `e` its end, `c` a commit that was asked for, `n` no more of them, `p` what a
 * part of git says that was started there, `f` its status; to it `o` and `r` output and errors, `q` commits are asked for, `s` such a part
 * is to start, with its words, `i` its input, `j` the end of that, `g` all may be sent, `x` the end with its status.
 */
export type FrameKind =
  | "d"
  | "e"
  | "c"
  | "n"
  | "p"
  | "f"
  | "o"
  | "r"
  | "q"
  | "s"
  | "i"
  | "j"
  | "g"
  | "x";

/** Bytes of one frame: a commit with what was merged and signed in it is the largest. */
export const FRAME_BYTES_MAX = 2 * 1024 * 1024;
const HEAD_BYTES = 5;

/** One frame as bytes. */
export function frame(kind: FrameKind, payload: Uint8Array | string = ""): Buffer {
  const body = Buffer.from(payload);
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(kind, "latin1");
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

/** Bytes that come in pieces, taken in the sizes that are wanted. WHY in a list: joining them at each piece would cost the square. */
export class PieceReader {
  #pieces: Buffer[] = [];
  #length = 0;

  get size(): number {
    return this.#length;
  }

  add(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  /** The first bytes, left where they are; undefined where there are fewer. */
  peek(size: number): Buffer | undefined {
    if (this.#length < size) return undefined;
    const [first] = this.#pieces;
    if (first === undefined || first.length < size) this.#pieces = [Buffer.concat(this.#pieces)];
    return this.#pieces[0]?.subarray(0, size);
  }

  /** Where a byte stands first; -1 where it does not. */
  find(byte: number): number {
    return this.peek(this.#length)?.indexOf(byte) ?? -1;
  }

  /** The first bytes, taken out; undefined where there are fewer. */
  take(size: number): Buffer | undefined {
    const found = this.peek(size);
    if (found === undefined) return undefined;
    const rest = this.#pieces[0]?.subarray(size);
    this.#pieces[0] = rest ?? Buffer.alloc(0);
    this.#length -= size;
    return found;
  }
}

/** Reads frames; `bad` once for what is none. Nothing is read after that. */
export class FrameReader {
  readonly #bytes = new PieceReader();
  #isBad = false;

  *take(piece: Buffer): Generator<{ readonly kind: string; readonly payload: Buffer } | "bad"> {
    this.#bytes.add(piece);
    while (!this.#isBad) {
      const head = this.#bytes.peek(HEAD_BYTES);
      if (head === undefined) return;
      const size = head.readUInt32BE(1);
      const kind = head.toString("latin1", 0, 1);
      if (size > FRAME_BYTES_MAX || !/^[decnpf]$/.test(kind)) {
        this.#isBad = true;
        yield "bad";
        return;
      }
      const whole = this.#bytes.take(HEAD_BYTES + size);
      if (whole === undefined) return;
      yield { kind, payload: whole.subarray(HEAD_BYTES) };
    }
  }
}
