// What an archive gives: files with their bytes, and what of it could not be seen, with the reason.
import { ARCHIVE_ENTRY_BYTES_MAX, ARCHIVE_RATIO_MAX } from "#base/limits.ts";

/** A file of an archive. `unpack` gives its bytes or why there are none; without a name it is the archive as such that is spoken of. */
export type Entry =
  | { readonly kind: "file"; readonly name: string; readonly unpack: () => Unpacked }
  | { readonly kind: "unseen"; readonly name: string | undefined; readonly why: string };

/** Bytes, as far as they are whole: `why` says what is missing of them. */
export type Unpacked = { readonly bytes: Buffer; readonly why?: string };

/** Something of an archive that was not seen. */
export function unseen(name: string | undefined, why: string): Entry {
  return { kind: "unseen", name, why };
}

const RATIO_FROM_BYTES = 1024 * 1024;

/** How many bytes this many packed ones may become. */
export function unpackedMax(packed: number): number {
  return Math.min(ARCHIVE_ENTRY_BYTES_MAX, Math.max(RATIO_FROM_BYTES, packed * ARCHIVE_RATIO_MAX));
}

/** Runs a function of `node:zlib`; what it throws becomes words. */
export function inflated(inflate: () => Buffer): Unpacked {
  try {
    return { bytes: inflate() };
  } catch (error) {
    const code = typeof error === "object" && error !== null && "code" in error ? error.code : "";
    const isLarge = code === "ERR_BUFFER_TOO_LARGE" || error instanceof RangeError;
    return {
      bytes: Buffer.alloc(0),
      why: isLarge ? "it unpacks to more than is looked at" : "it is damaged or cut off",
    };
  }
}
