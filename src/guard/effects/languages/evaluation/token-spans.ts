// Spans of tokens: where brackets close, where expressions, statements and loops end, and which names lie between.
import type { Token } from "./tokens.ts";

const OPENING = new Set(["(", "[", "{"]);
/** Brackets that close. */
export const CLOSING = new Set([")", "]", "}"]);
const CONTINUES = /^(?:[-+*/%.?<>=&|^,:([]|\.\.+|&&|\|\||\?\?|\?\.|->|::|===?|!==?|=~|tagged)$/;
const CONTINUING_WORD = /^(?:x|and|or|in|is|not|instanceof|eq|ne|if|unless|else|xor|cmp)$/;

/** The tokens of a program with the brackets that belong together. */
export class TokenSpans {
  readonly #tokens: readonly Token[];
  readonly #partner = new Map<number, number>();
  readonly #depths: number[] = [];

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
    const open: number[] = [];
    tokens.forEach((token, at) => {
      if (token.kind === "op" && CLOSING.has(token.text)) {
        const start = open.pop();
        if (start !== undefined) {
          this.#partner.set(start, at);
          this.#partner.set(at, start);
        }
      }
      this.#depths.push(open.length);
      if (token.kind === "op" && OPENING.has(token.text)) open.push(at);
    });
  }

  /** The place of the bracket that belongs to the one at a place. */
  partner(at: number): number | undefined {
    return this.#partner.get(at);
  }

  /** How many brackets are open at a place. */
  depth(at: number): number | undefined {
    return this.#depths[at];
  }

  /** Names between two places. */
  names(from: number, to: number): readonly string[] {
    return this.#tokens
      .slice(from, to)
      .flatMap((token) => (token.kind === "name" ? [token.text] : []));
  }

  /** `name = join "", a, b`: a call without brackets takes what is behind the comma, to the end of its brackets. */
  endOfValue(start: number, takesRest: boolean): number {
    let end = this.endOf(start);
    if (!takesRest) return end;
    const depth = this.#depths[start] ?? 0;
    const isTaken = this.#tokens.slice(start, end).some((token, at, all) => {
      const next = all[at + 1];
      return (
        token.kind === "name" &&
        /^[A-Za-z_]/.test(token.text) &&
        this.#depths[start + at] === depth &&
        next !== undefined &&
        (next.kind !== "op" || next.text === "[")
      );
    });
    while (isTaken && matchesOperator(this.#tokens[end], /^,$/) && this.#depths[end] === depth)
      end = this.endOf(end + 1);
    return end;
  }

  /** The place after an expression that starts at `start`. */
  endOf(start: number): number {
    const depth = this.#depths[start] ?? 0;
    for (let at = start; at < this.#tokens.length; at += 1) {
      const token = this.#tokens[at];
      if ((this.#depths[at] ?? 0) < depth) return at;
      if ((this.#depths[at] ?? 0) > depth) continue;
      if (token?.kind === "end" && depth === this.#depths[at]) return at;
      if (matchesOperator(token, /^,$/)) return at;
    }
    return this.#tokens.length;
  }

  /** The place after the statement that goes on at `start`. */
  endOfStatement(start: number): number {
    let at = start;
    while (at < this.#tokens.length && this.#tokens[at]?.kind !== "end") at += 1;
    return at;
  }

  /** The place after what a loop goes over, which starts at `start`. */
  endOfLoop(start: number): number {
    const depth = this.#depths[start] ?? 0;
    for (let at = start; at < this.#tokens.length; at += 1) {
      const token = this.#tokens[at];
      if ((this.#depths[at] ?? 0) < depth) return at;
      if ((this.#depths[at] ?? 0) > depth) continue;
      if (token?.kind === "end" || matchesOperator(token, /^:$/)) return at;
      if (token?.kind === "name" && /^(?:if|for|do|async)$/.test(token.text)) return at;
    }
    return this.#tokens.length;
  }

  /** Whether what stands after the end of an expression may go on with it, as most languages allow on the next line. */
  goesOn(end: number): boolean {
    let at = end;
    if (this.#tokens[at]?.kind !== "end") return false;
    while (this.#tokens[at]?.kind === "end") at += 1;
    const token = this.#tokens[at];
    return (
      matchesOperator(token, CONTINUES) ||
      (token?.kind === "name" && CONTINUING_WORD.test(token.text))
    );
  }

  /** The first place between two whose name a pattern matches. */
  findWord(from: number, to: number, pattern: RegExp): number | undefined {
    for (let at = from; at < to; at += 1) if (pattern.test(this.word(at))) return at;
    return undefined;
  }

  /** The first place from one on whose operator a pattern matches; the end where there is none. */
  findOperator(from: number, pattern: RegExp): number {
    let at = from;
    while (at < this.#tokens.length && !matchesOperator(this.#tokens[at], pattern)) at += 1;
    return at;
  }

  /** The name at a place; empty where there is none. */
  word(at: number): string {
    const token = this.#tokens[at];
    return token?.kind === "name" ? token.text : "";
  }

  /** Whether a value may end at a place. */
  isValue(at: number): boolean {
    const token = this.#tokens[at];
    return (
      token !== undefined &&
      token.kind !== "end" &&
      (token.kind !== "op" || CLOSING.has(token.text))
    );
  }
}

/** Whether a token is an operator that a pattern matches. */
export function matchesOperator(token: Token | undefined, text: RegExp): boolean {
  return token?.kind === "op" && text.test(token.text);
}
