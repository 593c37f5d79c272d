// Texts that a pinned key signed: one line of canonical JSON, which has a single right spelling.
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { canonicalJson } from "#record/log/canonical.ts";
import { type NoteVerifier, strictBase64 } from "#record/log/note.ts";
import { keyLabel } from "./bundle-keys.ts";

/**
 * What lies in a text; undefined for what is none, or spelled otherwise. WHY compared as a whole: a member twice, another order or
 * a blank would be read by us and not by what was signed.
 */
export function readExact<Schema extends v.GenericSchema>(
  text: string,
  schema: Schema,
): v.InferOutput<Schema> | undefined {
  // What is no UTF-8 was read as this character, and several bytes would be the same text.
  if (text.includes("\uFFFD")) return undefined;
  try {
    const read = v.safeParse(schema, JSON.parse(text));
    return read.success && `${canonicalJson(read.output as Json)}\n` === text
      ? read.output
      : undefined;
  } catch {
    return undefined;
  }
}

/** Throws a Failure `bundle-key` or `bundle-signature` unless one of the keys signed it. */
export function requirePinned(
  signed: { readonly key: string; readonly signature: string; readonly bytes: Uint8Array },
  keys: readonly NoteVerifier[],
  { file, what }: { readonly file: string; readonly what: "bundle" | "assignment" },
): void {
  const key = keys.find((one) => keyLabel(one) === signed.key);
  if (key === undefined)
    throw new Failure(
      "bundle-key",
      `the ${what} \`${file}\` is not used: its key \`${printable(signed.key)}\` is not pinned on this machine; an administrator pins it with \`sallyport policy bundle pin\``,
      { at: { file } },
    );
  const given = strictBase64(signed.signature);
  if (given !== undefined && key.verify(signed.bytes, given)) return;
  throw new Failure(
    "bundle-signature",
    `the ${what} \`${file}\` is not used: its signature does not hold, so somebody changed it; fetch it again`,
    { at: { file } },
  );
}
