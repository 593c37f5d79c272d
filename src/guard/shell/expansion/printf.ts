// What `printf` and `echo -e` print, where their arguments are known.
import { LETTER_ESCAPES } from "#base/letter-escapes.ts";
import { binaryOf, binaryOfString, stringOfBinary, textOfBinary } from "../values/bytes.ts";
import {
  EMPTY,
  append,
  hole,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
} from "../values/text.ts";

/** What backslash escapes print: bytes that are no text are kept too. Undefined for characters that there are not. */
export function printedEscapes(text: string, isEcho: boolean): Text | undefined {
  const binary = decodeEscapes(text, isEcho);
  return binary === undefined ? undefined : textOfBinary(binary, "unmodelled");
}

/** Bytes that backslash escapes stand for, one character for each. */
function decodeEscapes(text: string, isEcho: boolean): string | undefined {
  const written = binaryOfString(text);
  if (written === undefined) return undefined;
  let broken = false;
  const pattern = isEcho
    ? /\\(0[0-7]{0,3}|x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8}|c[\s\S]*|[\s\S])/g
    : /\\([0-7]{1,3}|x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8}|c[\s\S]*|[\s\S])/g;
  const decoded = written.replace(pattern, (whole: string, body: string) => {
    if (body.startsWith("c")) return "";
    const octal = isEcho ? /^0[0-7]*$/.test(body) : /^[0-7]+$/.test(body);
    if (octal || (body.startsWith("x") && body.length > 1)) {
      return String.fromCharCode(
        octal ? Number.parseInt(body, 8) & 0xff : Number.parseInt(body.slice(1), 16),
      );
    }
    if (/^[uU]./.test(body)) {
      const code = Number.parseInt(body.slice(1), 16);
      if (code === 0 || code > 0x10ffff) {
        broken = true;
        return "";
      }
      const bytes = binaryOfString(String.fromCodePoint(code));
      if (bytes === undefined) broken = true;
      return bytes ?? "";
    }
    // Quotes are escaped in the format of printf alone.
    return isEcho && /["']/.test(body) ? whole : (LETTER_ESCAPES[body] ?? whole);
  });
  return broken ? undefined : decoded;
}

/** Text as `${x@Q}` writes it; undefined for control characters, which get another form. */
export function quotedForShell(text: string): string | undefined {
  return /[\0-\x1f\x7f-\x9f]/.test(text) ? undefined : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Text with its escapes decoded as those of `$'...'` are. */
export function decodeAnsi(text: string): string | undefined {
  if (/\\(?:c|[\s\S]?$)/.test(text)) return undefined;
  const binary = decodeEscapes(text, false);
  return binary === undefined ? undefined : stringOfBinary(binary);
}

/** The output of `printf format arguments...`. */
export function formatPrintf(
  args: readonly Text[],
  dialects: readonly ("bash" | "zsh")[],
): TextSet {
  const [format, ...values] = args;
  if (format === undefined) return EMPTY;
  const lost: TextSet = [[hole("unmodelled", { sources: sourcesOf(args) })]];
  const pattern = textOf(format);
  if (pattern === undefined) return lost;
  const pieces = pattern.split(/(%%|%[-+ #0]*(?:[1-9]\d*|\*)?(?:\.\d+)?[a-zA-Z])/);
  const directives = pieces.filter((piece) => piece.startsWith("%") && piece !== "%%").length;
  const rounds = directives === 0 ? 1 : Math.max(1, Math.ceil(values.length / directives));
  let output: Text = [];
  let next = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const piece of pieces) {
      if (piece === "%%") output = append(output, literal("%"));
      else if (!piece.startsWith("%")) {
        // `\c` ends the output in zsh and is nothing special in bash.
        const decoded = /\\c/.test(piece) ? undefined : printedEscapes(piece, false);
        if (decoded === undefined) return lost;
        output = append(output, decoded);
      } else {
        const formatted = formatOne(piece, values[next] ?? [], dialects);
        if (formatted === undefined) return lost;
        output = append(output, formatted);
        next += 1;
      }
    }
  }
  if (!output.some((piece) => piece.kind === "hole" && piece.bytes !== undefined)) return [output];
  const binary = binaryOf(output);
  return binary === undefined ? lost : [textOfBinary(binary, "unmodelled")];
}

function formatOne(
  directive: string,
  value: Text,
  dialects: readonly ("bash" | "zsh")[],
): Text | undefined {
  const kind = directive[directive.length - 1];
  const plain = directive.length === 2;
  if (kind === "s" && plain)
    return value.map((piece) =>
      piece.kind === "glob" ? { kind: "text", text: piece.glob } : piece,
    );
  const text = textOf(value);
  // Whatever it is, a number comes of it, without blanks in front.
  if (text === undefined && /^%(?:0\d*)?[diu]$/.test(directive))
    return [hole("unmodelled", { splits: true, like: "[-0-9]*", sources: sourcesOf([value]) })];
  if (text === undefined) return undefined;
  if (kind === "b" && plain) {
    // Octal digits without a zero before them are an escape in bash, and nothing special in zsh.
    if (!/\\[1-7]/.test(text) || !dialects.includes("bash")) return printedEscapes(text, true);
    if (dialects.includes("zsh")) return undefined;
    return printedEscapes(
      text.replace(/(\\\\)|\\(?=[1-7])/g, (_, pair) => pair ?? "\\0"),
      true,
    );
  }
  if (kind === "c" && plain) return literal(text.slice(0, 1));
  return padded(directive, text, dialects);
}

/** The number that a text is for `printf`: behind a zero in front bash counts in eights, and zsh does not. */
function numberOf(text: string, dialects: readonly ("bash" | "zsh")[]): number | undefined {
  const [, digits] = /^-?(\d{1,15})$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const values = new Set(
    dialects.map((dialect) =>
      dialect === "bash" && /^0\d/.test(digits) ? eights(digits) : Number(digits),
    ),
  );
  const [value, ...others] = values;
  if (value === undefined || others.length > 0) return undefined;
  return text.startsWith("-") ? -value : value;
}

function eights(digits: string): number | undefined {
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

/** A directive with a width: `%02d`, `%-8s`, `%.3s`. */
function padded(
  directive: string,
  text: string,
  dialects: readonly ("bash" | "zsh")[],
): Text | undefined {
  const found = /^%(-?)(0?)([1-9]\d{0,2})?(?:\.(\d{1,3}))?([dixs])$/.exec(directive);
  if (found === null || !/^[ -~]*$/.test(text)) return undefined;
  const [, left, zero, wide, precise, kind] = found;
  const width = Number(wide ?? 0);
  if (kind === "s") {
    if (zero !== "") return undefined;
    const cut = precise === undefined ? text : text.slice(0, Number(precise));
    return literal(left === "" ? cut.padStart(width) : cut.padEnd(width));
  }
  const number = numberOf(text, dialects);
  if (number === undefined || precise !== undefined) return undefined;
  if (kind === "x" && text.startsWith("-")) return undefined;
  const digits = kind === "x" ? number.toString(16) : String(number === 0 ? 0 : number);
  if (left !== "") return literal(digits.padEnd(width));
  if (zero === "") return literal(digits.padStart(width));
  const sign = digits.startsWith("-") ? "-" : "";
  return literal(sign + digits.slice(sign.length).padStart(width - sign.length, "0"));
}
