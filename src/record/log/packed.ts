// Packed bundles: a gzip file (RFC 1952) with one fixed head, so that no byte of it but the last bits before its sum says the same as another.
import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";

/** Ends the name of a packed bundle. */
export const PACKED_END = ".gz";
const BUNDLE = /^tile\/entries\/(?:x\d{3}\/)*\d{3}$/;
/** Magic, deflate, no flags, no time, no hint, no system. */
const HEAD = Buffer.from("1f8b08000000000000ff", "hex");
const TAIL_BYTES = 8;

/** Whether a path of the log is that of a full bundle, which may lie there packed. */
export function isBundlePath(path: string): boolean {
  return BUNDLE.test(path);
}

/** The path that a file stands for: of a packed bundle that of the bundle. */
export function unpackedPath(path: string): string {
  const bare = path.endsWith(PACKED_END) ? path.slice(0, -PACKED_END.length) : path;
  return isBundlePath(bare) ? bare : path;
}

/** Packs bytes. Any program that reads gzip gives them back. */
export function pack(bytes: Uint8Array): Buffer {
  const tail = Buffer.alloc(TAIL_BYTES);
  tail.writeUInt32LE(crc32(bytes), 0);
  tail.writeUInt32LE(bytes.length % 2 ** 32, 4);
  return Buffer.concat([HEAD, deflateRawSync(bytes), tail]);
}

/** The bytes; undefined where the file is not what `pack` makes, whole and nothing behind it, or gives more than `bytesMax`. */
export function unpack(packed: Uint8Array, bytesMax: number): Buffer | undefined {
  const given = Buffer.from(packed.buffer, packed.byteOffset, packed.length);
  const tailAt = given.length - TAIL_BYTES;
  if (tailAt < HEAD.length || !given.subarray(0, HEAD.length).equals(HEAD)) return undefined;
  try {
    const middle = given.subarray(HEAD.length, tailAt);
    // WHY the cast: the types do not know what `info` gives back.
    const { buffer, engine } = inflateRawSync(middle, {
      maxOutputLength: bytesMax,
      info: true,
    }) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    const isWhole =
      engine.bytesWritten === middle.length &&
      given.readUInt32LE(tailAt) === crc32(buffer) &&
      given.readUInt32LE(tailAt + 4) === buffer.length;
    return isWhole ? buffer : undefined;
  } catch {
    return undefined;
  }
}
