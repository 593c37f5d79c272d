// How random a text looks: bits per character, and which kinds of characters it has.

const ASCII = 128;
/** How often each ASCII character stands in the text that is looked at; all 0 between two texts. */
const COUNTS = new Uint32Array(ASCII);

/** Bits per UTF-16 unit, by how often each stands in the text (Shannon); 0 for an empty one. */
export function entropy(text: string): number {
  const others = new Map<number, number>();
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < ASCII) COUNTS[unit] = (COUNTS[unit] ?? 0) + 1;
    else others.set(unit, (others.get(unit) ?? 0) + 1);
  }
  let bits = 0;
  for (const count of others.values()) bits += bitsOf(count / text.length);
  // INVARIANT: each count is taken once and put back to 0, for the next text.
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    const count = unit < ASCII ? (COUNTS[unit] ?? 0) : 0;
    if (count === 0) continue;
    bits += bitsOf(count / text.length);
    COUNTS[unit] = 0;
  }
  return bits;
}

function bitsOf(share: number): number {
  return -share * Math.log2(share);
}

/** How many of the four kinds of characters stand in a text: lower case, upper case, digits, others. */
export function characterKinds(text: string): number {
  return [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(text)).length;
}
