// What expressions of awk probably are: texts put together of constants, variables, fields of a known line and formats.
import { TEXT_CHARS_MAX } from "#base/limits.ts";

/** A word of a program. */
export type AwkToken = {
  readonly kind: "string" | "number" | "regex" | "name" | "sign" | "newline";
  readonly text: string;
};

/** What a program is run on, as far as it is known. */
export type AwkInput = {
  /** The first line. */
  readonly line: string | undefined;
  /** A variable of the environment. */
  variable(name: string): string | undefined;
};

const STEPS_MAX = 4_000;

/**
 * Works out texts of one program. WHY only probable ones: which assignment came last depends on the path taken, so who asks
 * takes the answer beside the unknown and never in its place.
 */
export class AwkValues {
  readonly #tokens: readonly AwkToken[];
  readonly #input: AwkInput;
  readonly #values = new Map<string, string>();
  #steps = 0;

  constructor(
    tokens: readonly AwkToken[],
    variables: ReadonlyMap<string, string>,
    input: AwkInput,
  ) {
    this.#tokens = tokens.filter((token) => token.kind !== "newline" || token.text !== "\\\n");
    this.#input = input;
    for (const [name, value] of variables) this.#values.set(name, value);
    // What is assigned from what is assigned later is found in the second round.
    for (let round = 0; round < 2; round += 1) this.#collect();
  }

  /** The text of an expression; undefined where something in it is not known. */
  text(tokens: readonly AwkToken[]): string | undefined {
    this.#steps += tokens.length + 1;
    if (this.#steps > STEPS_MAX) return undefined;
    const question = topLevel(tokens, "?");
    if (question >= 0) {
      const rest = tokens.slice(question + 1);
      const colon = topLevel(rest, ":");
      return this.text(rest.slice(0, colon)) ?? this.text(rest.slice(colon + 1));
    }
    let result = "";
    for (let at = 0; at < tokens.length; ) {
      const [value, end] = this.#primary(tokens, at);
      if (value === undefined || result.length + value.length > TEXT_CHARS_MAX) return undefined;
      result += value;
      at = end;
    }
    return tokens.length === 0 ? undefined : result;
  }

  /** What a statement prints: the expressions behind `print`, or the format behind `printf`. */
  printed(tokens: readonly AwkToken[]): string | undefined {
    const [verb, ...rest] = tokens;
    const isRound = rest[0]?.text === "(" && closingOf(rest, 0) === rest.length - 1;
    const args = split(isRound ? rest.slice(1, -1) : rest);
    if (verb?.text === "printf") return this.#formatted(args);
    if (rest.length === 0) return this.#input.line;
    const texts = args.map((arg) => this.text(arg));
    return texts.includes(undefined) ? undefined : `${texts.join(" ")}\n`;
  }

  #collect(): void {
    const parameters = new Map<string, readonly string[]>();
    this.#tokens.forEach((token, at) => {
      const next = this.#tokens[at + 1];
      if (token.kind !== "name") return;
      if (/^func(?:tion)?$/.test(token.text) && next?.kind === "name") {
        const open = this.#tokens.slice(at + 2);
        const names = open.slice(1, closingOf(open, 0)).filter((one) => one.kind === "name");
        parameters.set(
          next.text,
          names.map((one) => one.text),
        );
      } else if (next?.text === "(" && parameters.has(token.text)) {
        const rest = this.#tokens.slice(at + 1);
        const args = split(rest.slice(1, closingOf(rest, 0)));
        args.forEach((arg, place) => this.#assign(parameters.get(token.text)?.[place], arg));
      } else if (/^g?sub$/.test(token.text) && next?.text === "(") {
        const rest = this.#tokens.slice(at + 1);
        this.#substitute(token.text, split(rest.slice(1, closingOf(rest, 0))));
      } else if (next?.text === "=") this.#assign(token.text, this.#statement(at + 2));
      else if (next?.text === "[") {
        const rest = this.#tokens.slice(at + 1);
        const close = closingOf(rest, 0);
        const key = this.text(rest.slice(1, close));
        if (rest[close + 1]?.text === "=" && key !== undefined)
          this.#assign(`${token.text}[${key}]`, this.#statement(at + close + 3));
      }
    });
  }

  #statement(from: number): readonly AwkToken[] {
    const rest = this.#tokens.slice(from);
    const end = rest.findIndex((token) => token.kind === "newline" || /^[;}]$/.test(token.text));
    return end < 0 ? rest : rest.slice(0, end);
  }

  #assign(name: string | undefined, tokens: readonly AwkToken[]): void {
    const value = name === undefined ? undefined : this.text(tokens);
    if (name !== undefined && value !== undefined) this.#values.set(name, value);
  }

  #substitute(how: string, args: readonly (readonly AwkToken[])[]): void {
    const [pattern, replacement, target] = args;
    const [name, ...others] = target ?? [];
    const [first] = pattern ?? [];
    const from = first?.kind === "regex" ? first.text.slice(1, -1) : this.text(pattern ?? []);
    const to = this.text(replacement ?? []);
    const value = name === undefined ? undefined : this.#values.get(name.text);
    if (others.length > 0 || name === undefined || value === undefined || to === undefined) return;
    // Of patterns plain characters alone: each stands for itself.
    if (from === undefined || from === "" || /[^\w #%:;,@~_=-]/.test(from) || /[\\&]/.test(to))
      return;
    const changed =
      how === "gsub" ? value.replaceAll(from, () => to) : value.replace(from, () => to);
    this.#values.set(name.text, changed);
  }

  #primary(tokens: readonly AwkToken[], at: number): [value: string | undefined, end: number] {
    const token = tokens[at];
    const next = tokens[at + 1];
    if (token?.kind === "string") return [unquoted(token.text), at + 1];
    if (token?.kind === "number") return [token.text, at + 1];
    if (token?.text === "(") {
      const close = closingOf(tokens, at);
      return [this.text(tokens.slice(at + 1, close)), close + 1];
    }
    if (token?.text === "$" && next?.kind === "number") {
      const { line } = this.#input;
      const place = Number(next.text);
      const value = place === 0 ? line : line?.trim().split(/[ \t]+/)[place - 1];
      return [value, at + 2];
    }
    if (token?.kind !== "name") return [undefined, at + 1];
    if (next?.text !== "(" && next?.text !== "[") return [this.#values.get(token.text), at + 1];
    const close = closingOf(tokens, at + 1);
    const inside = tokens.slice(at + 2, close);
    const value =
      next.text === "("
        ? this.#called(token.text, split(inside))
        : this.#element(token.text, inside);
    return [value, close + 1];
  }

  #element(name: string, inside: readonly AwkToken[]): string | undefined {
    const key = this.text(inside);
    if (key === undefined) return undefined;
    return name === "ENVIRON"
      ? (this.#input.variable(key) ?? this.#values.get(key))
      : this.#values.get(`${name}[${key}]`);
  }

  #called(name: string, args: readonly (readonly AwkToken[])[]): string | undefined {
    if (name === "sprintf") return this.#formatted(args);
    const [first, ...rest] = args.map((arg) => this.text(arg));
    if (first === undefined) return undefined;
    if (name === "toupper") return first.toUpperCase();
    if (name === "tolower") return first.toLowerCase();
    const [from, length] = rest.map(Number);
    if (name !== "substr" || from === undefined || Number.isNaN(from)) return undefined;
    return first.slice(from - 1, length === undefined ? undefined : from - 1 + length);
  }

  #formatted(args: readonly (readonly AwkToken[])[]): string | undefined {
    const [template, ...values] = args.map((arg) => this.text(arg));
    if (template === undefined || values.includes(undefined)) return undefined;
    let at = 0;
    return template.replace(/%(?:%|[sdi])/g, (mark) =>
      mark === "%%" ? "%" : (values[at++] ?? ""),
    );
  }
}

function unquoted(quoted: string): string {
  const named: Readonly<Record<string, string>> = { n: "\n", t: "\t" };
  const octal = /\\([0-7]{1,3})|\\x([0-9a-fA-F]{1,2})|\\([\s\S])/g;
  return quoted.slice(1, -1).replace(octal, (_, digits?: string, hex?: string, char = "") => {
    if (digits !== undefined) return String.fromCharCode(Number.parseInt(digits, 8));
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return named[char] ?? char;
  });
}

function closingOf(tokens: readonly AwkToken[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    const { kind, text } = tokens[at] ?? { kind: "sign", text: "" };
    if (kind === "sign" && /^[([]$/.test(text)) depth += 1;
    if (kind === "sign" && /^[)\]]$/.test(text)) depth -= 1;
    if (depth === 0) return at;
  }
  return tokens.length;
}

function topLevel(tokens: readonly AwkToken[], sign: string): number {
  for (let at = 0; at < tokens.length; at += 1) {
    const { kind, text } = tokens[at] ?? { kind: "sign", text: "" };
    if (kind !== "sign") continue;
    if (text === sign) return at;
    if (/^[([]$/.test(text)) at = closingOf(tokens, at);
  }
  return -1;
}

function split(tokens: readonly AwkToken[]): readonly (readonly AwkToken[])[] {
  const comma = topLevel(tokens, ",");
  if (tokens.length === 0) return [];
  return comma < 0 ? [tokens] : [tokens.slice(0, comma), ...split(tokens.slice(comma + 1))];
}
