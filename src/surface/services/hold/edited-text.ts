// What a file holds after the client's tool for edits, as far as its input says so.
import type { Json } from "#guard/toolcall/tool-call.ts";

/** The text afterwards; undefined where the input does not tell. What the client does otherwise gives another text, which nobody takes for this one. */
export function editedText(before: string, given: Json): string | undefined {
  if (typeof given !== "object" || given === null || !("old_string" in given)) return undefined;
  const { old_string: from, new_string: to, replace_all: isAll } = given;
  if (typeof from !== "string" || typeof to !== "string" || from === "") return undefined;
  const parts = before.split(from);
  if (parts.length < 2 || (parts.length > 2 && isAll !== true)) return undefined;
  return parts.join(to);
}
