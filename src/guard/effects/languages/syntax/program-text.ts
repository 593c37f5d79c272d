// The text of a program without its comments, with its brackets, texts, blocks and calls, read by the lexicon of its language.
import { type Lexicon, match, type Piece, piecesOf, readString } from "../evaluation/tokens.ts";

/** How a language lays out what a reader looks for. */
export type Layout = {
  readonly lexicon: Lexicon;
  /** Signs, and those that are read for them: how objects are written differs, what they hold does not. */
  readonly signs: readonly (readonly [RegExp, string])[];
  /** Whether arguments may stand without brackets. */
  readonly isBare: boolean;
  readonly ignoresCase: boolean;
};

/** A call where it stands. `inside`: what it is given, as it is written. */
export type CallText = {
  readonly at: number;
  readonly name: string;
  /** Where what it is given begins and ends. */
  readonly from: number;
  readonly to: number;
  readonly inside: string;
  readonly args: readonly string[];
};

/** Characters that one value or the inside of one pair of brackets is looked at, where nothing closes it. */
export const VALUE_CHARS_MAX = 8_000;

/** Characters in front of a brace that are looked at. */
const HEAD_CHARS_MAX = 400;

/** Any text with quotes and brackets, of whatever language. */
const plain: Lexicon = {
  space: /[ \t\r\f]+/y,
  name: /[\w$]+/y,
  special: (spot) => {
    const char = spot.code[spot.at] ?? "";
    if (char === "\\") return { tokens: [], end: spot.at + 2 };
    if (!/["'`]/.test(char)) return "none";
    const end = { tokens: [{ kind: "string", text: undefined, inner: [] } as const] };
    const read = readString(spot, spot.at + 1, { close: char, escapes: "all" });
    return { ...end, end: read?.end ?? spot.code.length };
  },
};

/** The text between a bracket and the one that closes it. */
export function bracketed(text: string, open: number): string {
  const end = endWhere(text, piecesOf(text, plain, open), (_, depth) => depth === 0);
  return text.slice(open + 1, end ?? open + VALUE_CHARS_MAX);
}

/** An expression from a place to its end: a line, further while brackets are open. */
export function expressionAt(text: string, from: number): string {
  const end = endWhere(text, piecesOf(text, plain, from), endsExpression);
  return text.slice(from, end ?? from + VALUE_CHARS_MAX).trim();
}

function endsExpression(sign: string, depth: number): boolean {
  return depth < 0 || (depth === 0 && (sign === ";" || sign.includes("\n")));
}

/** Arguments of a call, split at the commas that lie in no bracket. */
export function listed(text: string): readonly string[] {
  const found: string[] = [];
  let from = 0;
  endWhere(text, piecesOf(text, plain), (sign, depth, at) => {
    if (sign === "," && depth === 0) {
      found.push(text.slice(from, at).trim());
      from = at + 1;
    }
    return false;
  });
  return [...found, text.slice(from).trim()].filter((one) => one !== "");
}

/** The first place whose sign ends it, at the depth of brackets behind that sign; the end of the line in what is no text. */
function endWhere(
  text: string,
  pieces: Iterable<Piece>,
  isEnd: (sign: string, depth: number, at: number) => boolean,
): number | undefined {
  let depth = 0;
  let start: number | undefined;
  for (const { kind, from, to } of pieces) {
    start ??= from;
    if (from > start + VALUE_CHARS_MAX) return undefined;
    if (kind !== "op" && kind !== "space") continue;
    const sign = text.slice(from, to);
    if (kind === "op" && /[([{]$/.test(sign)) depth += 1;
    if (kind === "op" && /^[)\]}]$/.test(sign)) depth -= 1;
    if (isEnd(sign, depth, from)) return from + Math.max(0, sign.indexOf("\n"));
  }
  return undefined;
}

/** One program. Places are those of its source: what is left out stands there as spaces. */
export class ProgramText {
  readonly text: string;
  readonly layout: Layout;
  readonly #pieces: readonly Piece[];
  /** Brackets by their places, and the places of what closes or opens them. */
  readonly #partners = new Map<number, number>();
  /** Places of the brackets that are open behind each bracket, by places in their order. */
  readonly #opened: { readonly at: number; readonly open: readonly number[] }[] = [];

  constructor(source: string, layout: Layout) {
    this.layout = layout;
    this.#pieces = [...piecesOf(source, layout.lexicon)];
    const bare = this.#pieces
      .map(({ kind, from, to }) =>
        kind === "space" ? source.slice(from, to).replaceAll(/\S/g, " ") : source.slice(from, to),
      )
      .join("");
    this.text = layout.signs.reduce(
      (text, [sign, other]) =>
        text.replaceAll(sign, (found, ...rest) =>
          this.isQuoted(Number(rest.find((one) => typeof one === "number")))
            ? found
            : other.padStart(found.length),
        ),
      bare,
    );
    this.#findBrackets();
  }

  /** Whether a place lies within a text. */
  isQuoted(place: number): boolean {
    const piece = this.#pieces[this.#indexAt(place)];
    return piece?.kind === "quoted" && piece.from < place;
  }

  /** The text between a bracket and the one that closes it. */
  inside(open: number): string {
    return this.text.slice(open + 1, this.#partners.get(open) ?? open + VALUE_CHARS_MAX);
  }

  /**
   * What stands in front of a brace and belongs to it: from the end of the statement, line or block before it, where brackets
   * are passed as a whole.
   */
  headOf(brace: number): string {
    let at = brace - 1;
    while (at >= 0 && /\s/.test(this.text[at] ?? "")) at -= 1;
    const least = Math.max(0, brace - HEAD_CHARS_MAX);
    for (; at >= least; at -= 1) {
      const sign = this.text[at] ?? "";
      if (!/[;{}()[\]\n]/.test(sign) || this.isQuoted(at)) continue;
      if (sign === ";" && this.#isInHead(at)) continue;
      const open = this.#partners.get(at);
      if (open === undefined || open > at || sign === "}") break;
      at = open;
    }
    return this.text.slice(at + 1, brace);
  }

  /** An expression from a place to its end: a line, further while brackets are open. */
  expression(from: number): string {
    if (this.isQuoted(from)) return expressionAt(this.text, from);
    const at = this.#indexAt(from);
    const [first, ...more] = this.#pieces.slice(at, this.#indexAt(from + VALUE_CHARS_MAX) + 1);
    const pieces = first === undefined ? [] : [{ ...first, from }, ...more];
    const end = endWhere(this.text, pieces, endsExpression);
    return this.text.slice(from, end ?? from + VALUE_CHARS_MAX).trim();
  }

  /** Whether a semicolon stands in a condition without brackets: `if err := read(); err != nil {`. */
  #isInHead(semicolon: number): boolean {
    const before = this.text.slice(Math.max(0, semicolon - HEAD_CHARS_MAX), semicolon);
    return /^[^\S\n\r]*(?:\}\s*else\s+)?(?:if|for|switch)\s+[^(\s][^\n]*(?![^])/m.test(before);
  }

  /** What a statement is given from a place on, without a condition behind it. */
  argument(from: number): string {
    return this.expression(from).replace(/(?:^|\s)(?:if|unless)\s(?!.*["'][^"']*$).*$/, "");
  }

  /** The place of the bracket that belongs to the one at a place. */
  closing(bracket: number): number | undefined {
    return this.#partners.get(bracket);
  }

  /** Places of the braces that are open at a place, the innermost first. */
  openBraces(place: number): readonly number[] {
    let [low, high] = [0, this.#opened.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#opened[middle]?.at ?? 0) < place) low = middle + 1;
      else high = middle;
    }
    return this.#opened[low - 1]?.open.filter((at) => this.text[at] === "{") ?? [];
  }

  /** Every call of some names, in the order of the text: `name`, `one.name`, `.name` of anything, `start*`. */
  calls(names: string): readonly CallText[] {
    const { isBare, ignoresCase } = this.layout;
    const pattern = new RegExp(namesPattern(names), ignoresCase ? "gi" : "g");
    return [...this.text.matchAll(pattern)].flatMap(({ index, 0: name }) => {
      if (this.isQuoted(index)) return [];
      const after = index + name.length;
      const gap = match(/[ \t]+/y, this.text, after)?.length ?? 0;
      const isOpen = this.text[after + gap] === "(";
      if (!isOpen && !isBare) return [];
      // Of a name that takes all behind it a bracket is only then the whole of it, if nothing stands between.
      const from = isOpen ? after + gap + 1 : after;
      const inside = isOpen ? this.inside(after + gap) : this.argument(after);
      return [{ at: index, name, from, to: from + inside.length, inside, args: listed(inside) }];
    });
  }

  #indexAt(place: number): number {
    let [low, high] = [0, this.#pieces.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#pieces[middle]?.to ?? 0) <= place) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #findBrackets(): void {
    let open: readonly number[] = [];
    for (const { kind, from, to } of this.#pieces) {
      if (kind !== "op" || to !== from + 1) continue;
      const sign = this.text[from] ?? "";
      if (/[([{]/.test(sign)) open = [from, ...open].slice(0, OPEN_MAX);
      else if (/[)\]}]/.test(sign)) {
        const [last, ...rest] = open;
        if (last !== undefined) this.#partners.set(last, from).set(from, last);
        open = rest;
      } else continue;
      this.#opened.push({ at: from, open });
    }
  }
}

/** Brackets that are followed within each other. */
const OPEN_MAX = 64;

function namesPattern(names: string): string {
  const one = (name: string): string => {
    const bare = name.replace(/^\./, "");
    const escaped = bare.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("\\*", "\\w*");
    const before = name.startsWith(".") ? "(?<=[.:>])" : "(?<![\\w$@%.:>-])";
    return `${before}${escaped}`;
  };
  return `(?:${names.split(" ").toSorted().toReversed().map(one).join("|")})(?![\\w-])`;
}
