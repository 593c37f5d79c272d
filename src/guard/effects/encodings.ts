// Bytes and text: the encodings that commands undo on the way to a shell.

/** Bytes as UTF-8 text; undefined when they are not, or hold NUL, which shells and files treat differently. */
export function textOfBytes(bytes: readonly number[]): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      Uint8Array.from(bytes),
    );
  } catch {
    return undefined;
  }
}

/**
 * Decodes groups of digits of an alphabet (RFC 4648): 6 bits each for 64 letters, 5 for 32. Newlines are skipped;
 * undefined for any other foreign character.
 */
export function decodeDigits(text: string, alphabet: string): string | undefined {
  const bits = Math.log2(alphabet.length);
  const digits = text.replace(/\n/g, "").replace(/=+$/, "");
  const bytes: number[] = [];
  let value = 0;
  let held = 0;
  for (const digit of digits) {
    const at = alphabet.indexOf(digit);
    if (at < 0) return undefined;
    value = (value << bits) | at;
    held += bits;
    if (held < 8) continue;
    held -= 8;
    bytes.push((value >> held) & 0xff);
    value &= (1 << held) - 1;
  }
  return textOfBytes(bytes);
}

/** The text as digits of an alphabet, filled up with `=`. */
export function encodeDigits(text: string, alphabet: string): string {
  const bits = Math.log2(alphabet.length);
  let digits = "";
  let value = 0;
  let held = 0;
  for (const byte of new TextEncoder().encode(text)) {
    value = (value << 8) | byte;
    held += 8;
    while (held >= bits) {
      held -= bits;
      digits += alphabet[(value >> held) & (alphabet.length - 1)] ?? "";
      value &= (1 << held) - 1;
    }
  }
  if (held > 0) digits += alphabet[(value << (bits - held)) & (alphabet.length - 1)] ?? "";
  const group = alphabet.length === 64 ? 4 : 8;
  return digits.padEnd(Math.ceil(digits.length / group) * group, "=");
}
