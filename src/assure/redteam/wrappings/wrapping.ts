// What a wrapping is, and what several of them share.

/** `wrap` gives a command that does what the given one does. `needs`: a program that a test has to have to see that. */
export type Wrapping = {
  readonly id: string;
  readonly wrap: (command: string) => string;
  readonly needs?: string;
  /** It does nothing in zsh, which computes no commands in what a variable holds (tried with 5.9). */
  readonly isOfBash?: true;
};

export const base64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");
export const hex = (text: string): string => Buffer.from(text, "utf8").toString("hex");
export const escaped = (text: string, radix: 8 | 16, mark: string): string =>
  [...Buffer.from(text, "utf8")]
    .map((byte) => `\\${mark}${byte.toString(radix).padStart(radix === 8 ? 3 : 2, "0")}`)
    .join("");
/** A line of its own for the end of a text, so that wrappings can lie in one another. */
export const endOf = (command: string): string => `END_${command.length}`;
/** A program given as a here-document. */
export const hereDocument = (program: string, text: string): string =>
  `${program} <<'${endOf(text)}'\n${text}\n${endOf(text)}`;
