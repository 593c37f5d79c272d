// Messages over a pipe, one in each line: read within a bound, and written no faster than the other side reads.
import type { Readable, Writable } from "node:stream";

/** Bytes of one message. */
export const MESSAGE_BYTES_MAX = 8 * 1024 * 1024;
/** Characters at both ends of a line that is too long, in which its id may stand. */
const ENDS_CHARS = 512;
/** Bytes that wait for a side which does not read. */
const WAITING_BYTES_MAX = 4 * 1024 * 1024;

export type LineEvents = {
  /** A line that is JSON. */
  value(value: unknown): void;
  /** A line that is none. */
  invalid(): void;
  /** A line of more bytes than a message may have, by its ends; the rest is thrown away. */
  tooLarge(ends: string): void;
};

/** Reads until the stream ends. `until` is waited for between pieces. Never rejects. */
export async function readJsonLines(
  stream: Readable,
  events: LineEvents,
  until: () => Promise<void> | undefined,
): Promise<void> {
  let parts: Buffer[] = [];
  let bytes = 0;
  let head: string | undefined;
  let tail = Buffer.alloc(0);
  const add = (piece: Buffer): void => {
    bytes += piece.length;
    if (head === undefined && bytes <= MESSAGE_BYTES_MAX) return void parts.push(piece);
    if (head === undefined) {
      const all = Buffer.concat([...parts, piece]);
      head = all.subarray(0, ENDS_CHARS).toString("latin1");
      parts = [];
      tail = Buffer.from(all.subarray(-ENDS_CHARS));
    } else tail = Buffer.concat([tail, piece.subarray(-ENDS_CHARS)]).subarray(-ENDS_CHARS);
  };
  const end = (): void => {
    if (head !== undefined) events.tooLarge(`${head}\n${tail.toString("latin1")}`);
    else tell(parts.length === 1 ? (parts[0] ?? tail) : Buffer.concat(parts));
    parts = [];
    bytes = 0;
    head = undefined;
  };
  const tell = (line: Buffer): void => {
    const text = line.toString("utf8").trim();
    if (text === "") return;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return events.invalid();
    }
    events.value(value);
  };
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      let from = 0;
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
        add(chunk.subarray(from, at));
        end();
        from = at + 1;
      }
      if (from < chunk.length) add(chunk.subarray(from));
      await until();
    }
  } catch {
    // The stream broke, which is an end as well.
  }
}

/** Writes messages into a pipe. What is written after its end is thrown away. */
export function jsonLineWriter(stream: Writable): {
  send(message: unknown): void;
  /** Something to wait for while the other side does not read; undefined where it does. */
  ready(): Promise<void> | undefined;
} {
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  stream.on("error", over).on("close", over);
  return {
    send(message) {
      if (!isOver) stream.write(`${JSON.stringify(message)}\n`);
    },
    ready() {
      if (isOver || stream.writableLength < WAITING_BYTES_MAX) return undefined;
      return new Promise((resolve) => {
        const done = (): void => {
          for (const name of ["drain", "error", "close"]) stream.off(name, done);
          resolve();
        };
        for (const name of ["drain", "error", "close"]) stream.on(name, done);
      });
    },
  };
}
