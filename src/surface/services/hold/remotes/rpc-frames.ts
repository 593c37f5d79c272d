// What `git send-pack --stateless-rpc` sends: one request in frames, the end of it, and then what it tells of each reference.
import { PieceReader } from "./frames.ts";

/** What was read of a piece. `tail`: what lies behind the request, the second flush at its beginning. */
export type RpcRead =
  | { readonly kind: "read"; readonly payloads: readonly Buffer[]; readonly tail: Buffer }
  | { readonly kind: "bad" };

const HEAD_BYTES = 4;
const FRAME_BYTES_MAX = 65_520;
const FLUSH = "0000";

/** Reads it in pieces. WHY strict: a second request would be one that nobody judged. */
export class RpcReader {
  readonly #bytes = new PieceReader();
  #part: "request" | "closing" | "tail" = "request";
  #isEmpty = true;

  /** Whether the request ended. */
  get hasEnded(): boolean {
    return this.#part !== "request";
  }

  /** Whether nothing was asked for in it. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  take(piece: Buffer): RpcRead {
    this.#bytes.add(piece);
    const payloads: Buffer[] = [];
    while (this.#part !== "tail") {
      const head = this.#bytes.peek(HEAD_BYTES)?.toString("latin1");
      if (head === undefined) return { kind: "read", payloads, tail: NOTHING };
      if (this.#part === "closing" || (head === FLUSH && this.#isEmpty)) {
        if (head !== FLUSH) return { kind: "bad" };
        this.#part = "tail";
      } else if (head === FLUSH) {
        this.#bytes.take(HEAD_BYTES);
        this.#part = "closing";
      } else {
        const size = /^[0-9a-f]{4}$/.test(head) ? Number.parseInt(head, 16) : 0;
        if (size <= HEAD_BYTES || size > FRAME_BYTES_MAX) return { kind: "bad" };
        const whole = this.#bytes.take(size);
        if (whole === undefined) return { kind: "read", payloads, tail: NOTHING };
        this.#isEmpty = false;
        payloads.push(whole.subarray(HEAD_BYTES));
      }
    }
    return { kind: "read", payloads, tail: this.#bytes.take(this.#bytes.size) ?? NOTHING };
  }
}

const NOTHING = Buffer.alloc(0);
