// The value of a secret in memory: given out only on request, and never by printing, formatting or serialising it.
import { inspect } from "node:util";

const HIDDEN = "[secret]";

/** A secret's value. Whatever formats it (a template, JSON, `console.log`, an error) sees `[secret]`. */
export class SecretValue {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The value itself: for a child's environment, a pipe or a provider's request, and for nothing else. */
  reveal(): string {
    return this.#text;
  }

  /** Length in UTF-16 units. */
  get length(): number {
    return this.#text.length;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
