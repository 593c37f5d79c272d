// What stands where a value was withheld: a typed placeholder, the same for the same value within a session.

/** Eight characters of base32 (RFC 4648) that stand for a value under a key of the session: 40 bits. */
export type Mark = (value: string) => string;

/** The placeholder of a value that a detector found. */
export function placeholderText(detector: string, mark: string): string {
  return `[[SP:${detector}:${mark}]]`;
}

/** A placeholder in a text. A value of this form was never a secret. */
export const PLACEHOLDER = /\[\[SP:[a-z0-9/-]{1,64}:[A-Z2-7]{8}\]\]/g;
