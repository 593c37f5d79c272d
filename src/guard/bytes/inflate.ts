// Unpacking of known bytes: the one place where the guard computes with a module of Node, within bounds (decision 0002).
import { gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { TEXT_CHARS_MAX } from "#base/limits.ts";
import { binaryOfBytes, bytesOfBinary } from "../shell/values/bytes.ts";

const FORMATS = { gzip: gunzipSync, zlib: inflateSync, raw: inflateRawSync };

/** The bytes that packed ones hold; undefined where they are not whole, of another format, or more than a text may hold. */
export function inflate(binary: string, format: keyof typeof FORMATS): string | undefined {
  if (binary === "" || binary.length > TEXT_CHARS_MAX) return undefined;
  try {
    const unpacked = FORMATS[format](bytesOfBinary(binary), { maxOutputLength: TEXT_CHARS_MAX });
    return binaryOfBytes(unpacked);
  } catch {
    return undefined;
  }
}
