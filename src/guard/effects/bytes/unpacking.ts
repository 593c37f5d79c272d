// Packed bytes of any of the formats that say at their beginning which they are.
import { inflate } from "../../bytes/inflate.ts";
import { unpackStoredXz } from "../../bytes/uncompressed-blocks.ts";

/** The bytes that packed ones hold, whatever packed them; undefined where that is not known or they are damaged. `isRaw`: without a header. */
export function unpackedBytes(binary: string, isRaw = false): string | undefined {
  if (isRaw) return inflate(binary, "raw");
  if (binary.startsWith("\x1f\x8b")) return inflate(binary, "gzip");
  if (binary.startsWith("\xfd7zXZ")) return unpackStoredXz(binary);
  return inflate(binary, "zlib");
}
