// The mark of a withheld value: the same for the same value within a session, and made by nobody without the key.
import type { Mark } from "#guard/content/detection/withheld.ts";
import type { Subject } from "../log/subject.ts";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const MARK_CHARS = 8;

/** Marks of values under the keys of a subject. */
export function markUnder(subject: Pick<Subject, "pseudonym">): (sessionId: string) => Mark {
  return (sessionId) => (value) =>
    base32(Buffer.from(subject.pseudonym("content", `${sessionId}\0${value}`), "base64url"));
}

function base32(bytes: Uint8Array): string {
  let bits = 0n;
  for (const byte of bytes.subarray(0, 5)) bits = (bits << 8n) | BigInt(byte);
  let text = "";
  for (let at = 0; at < MARK_CHARS; at += 1)
    text = (BASE32[Number((bits >> BigInt(5 * at)) & 31n)] ?? "A") + text;
  return text;
}
