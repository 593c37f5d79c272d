// The form of a label: a word that a session may bear.
import * as v from "valibot";

/** A word that a session may bear, as rules name it. */
export const labelWord = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$/, "letters, digits, `.`, `_`, `-` and `/`"),
);
