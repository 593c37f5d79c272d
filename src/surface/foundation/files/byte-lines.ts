// Lines of a stream as bytes, one at a time, however long the stream is and wherever its pieces end.
import type { Readable } from "node:stream";

/** Pieces of a line kept before they are joined. */
const PIECES_MAX = 1024;

/** The lines of a stream as bytes, without their ends; undefined for a line of more than `bytesMax`. `shut` ends it early and quietly. */
export async function* byteLines(
  input: Readable,
  bytesMax: number,
  shut?: AbortSignal,
): AsyncGenerator<Uint8Array | undefined> {
  let pieces: Buffer[] = [];
  let length = 0;
  const take = (): Uint8Array | undefined => {
    const line = length > bytesMax ? undefined : Buffer.concat(pieces);
    pieces = [];
    length = 0;
    return line;
  };
  for await (const chunk of untilShut(input, shut)) {
    const bytes = Buffer.from(chunk);
    let from = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
      length += end - from;
      if (length <= bytesMax) pieces.push(bytes.subarray(from, end));
      yield take();
      from = end + 1;
    }
    length += bytes.length - from;
    // WHY: the rest of a line that is too long is counted and dropped, so that it cannot fill the memory.
    if (length > bytesMax) pieces = [];
    else if (from < bytes.length) pieces.push(bytes.subarray(from));
    // Input that comes byte by byte would otherwise cost a hundred times its size.
    if (pieces.length > PIECES_MAX) pieces = [Buffer.concat(pieces)];
  }
  if (length > 0 && shut?.aborted !== true) yield take();
}

async function* untilShut(
  input: Readable,
  shut: AbortSignal | undefined,
): AsyncGenerator<Buffer | string> {
  try {
    yield* input;
  } catch (error) {
    if (shut?.aborted !== true) throw error;
  }
}
