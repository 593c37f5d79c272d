// Tcl that is put together on the way: lists that are spread, variables, texts that are turned round and run.
import { ALPHABETS, decodeDigits, decodeHexadecimal } from "../../../bytes/encodings.ts";
import { type Folding, NAME } from "./folding.ts";

/** A word of Tcl that stands for itself, in braces or quotes. */
const WORD = String.raw`(?:\{[^{}]{0,400}\}|"[^"$\[\\]{0,400}"|[^\s{}"\[\]$;]{1,200})`;

function tcl(pattern: string, rewritten: Folding[1]): Folding {
  return [new RegExp(pattern.replaceAll("WORD", WORD).replaceAll("NAME", NAME), "g"), rewritten];
}

function bare(word: string): string {
  return /^[{"]/.test(word) ? word.slice(1, -1) : word;
}

export const TCL: readonly Folding[] = [
  tcl(
    String.raw`\[\s*string\s+reverse\s+(WORD)\s*\]`,
    (word) => `"${[...bare(word)].reverse().join("")}"`,
  ),
  tcl(String.raw`\[\s*string\s+tolower\s+(WORD)\s*\]`, (word) => `"${bare(word).toLowerCase()}"`),
  tcl(
    String.raw`\[\s*split\s+(WORD)\s+(WORD)\s*\]`,
    (word, by) => `{${bare(word).split(bare(by)).join(" ")}}`,
  ),
  tcl(
    String.raw`\[\s*join\s+(WORD)(?:\s+(WORD))?\s*\]`,
    (word, by) =>
      `{${bare(word)
        .trim()
        .split(/\s+/)
        .join(by === undefined ? " " : bare(by))}}`,
  ),
  tcl(
    String.raw`\[\s*(?:list|concat|subst|string\s+cat)\s+(WORD(?:\s+WORD){0,31})\s*\]`,
    (words) => `{${words.trim()}}`,
  ),
  tcl(
    String.raw`\[\s*binary\s+(?:decode\s+hex|format\s+H\*)\s+(WORD)\s*\]`,
    (word) => `"${decodeHexadecimal(bare(word)) ?? ""}"`,
  ),
  tcl(
    String.raw`\[\s*binary\s+decode\s+base64\s+(WORD)\s*\]`,
    (word) => `"${decodeDigits(bare(word), ALPHABETS["base64"] ?? "") ?? ""}"`,
  ),
  tcl(String.raw`\{\*\}(\{[^{}]{0,400}\}|"[^"$\[\\]{0,400}")`, (word) => bare(word)),
  tcl(
    String.raw`(^|[;\n])\s*set\s+(NAME)\s+(WORD)\s*[;\n]([^]{0,800}?)\$(?:\{\2\}|\2\b)`,
    (start, name, value, rest) => `${start}set ${name} ${value};${rest}${bare(value)}`,
  ),
  tcl(
    String.raw`\b(?:eval|uplevel(?:\s+#?\d)?|after\s+\d+|after\s+idle|namespace\s+eval\s+\S+|interp\s+eval\s+\{\})\s+(\{[^{}]{1,400}\}|"[^"$\[\\]{1,400}")`,
    (code) => bare(code),
  ),
];
