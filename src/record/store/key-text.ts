// The text of a key file: what it is for and the key itself, in one right spelling.
import { strictBase64 } from "../log/note.ts";

/** The text of a key file. */
export function keyText(purpose: string, key: Uint8Array): string {
  return `sallyport-key/v1 ${purpose} ${Buffer.from(key).toString("base64")}\n`;
}

/** The key in such a text; undefined when it is none of `length` bytes for this purpose. */
export function parseKey(source: string, purpose: string, length: number): Buffer | undefined {
  const [format, kind, text, ...rest] = source.trimEnd().split(" ");
  const key = text === undefined ? undefined : strictBase64(text);
  const isRight = format === "sallyport-key/v1" && kind === purpose && rest.length === 0;
  return isRight && key?.length === length ? key : undefined;
}
