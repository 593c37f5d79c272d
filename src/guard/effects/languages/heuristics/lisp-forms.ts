// Emacs Lisp that calls functions by names it has put together: the plain calls that it comes to.
import { ALPHABETS, decodeDigits } from "../../../bytes/encodings.ts";
import { type Folding, quoted } from "./folding.ts";

const TEXT = String.raw`"(?:[^"\\\n]|\\.){0,400}"`;
/** A function as it is handed on. */
const FUNCTION = String.raw`(?:#?'|\(\s*(?:quote|function|intern|intern-soft)\s+)\s*"?([a-z][\w-]{1,60})"?\s*\)?`;

function lisp(pattern: string, rewritten: Folding[1]): Folding {
  return [
    new RegExp(pattern.replaceAll("TEXT", TEXT).replaceAll("FUNCTION", FUNCTION), "g"),
    rewritten,
  ];
}

/** A word of the shell; in quotes only where it needs them. */
function asWord(text: string): string {
  return /^[\w./~@%+,:=-]+$/.test(text) ? text : quoted(text);
}

function textsIn(list: string): readonly string[] {
  return [...list.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) => text);
}

export const LISP: readonly Folding[] = [
  lisp(
    String.raw`\((?:concat|string-join|mapconcat\s+#?'identity)\s+((?:TEXT\s*){1,16})\)`,
    (list) => `"${textsIn(list).join("")}"`,
  ),
  lisp(
    String.raw`\(string-join\s+(?:'|\(quote\s+)?\(\s*(?:list\s+)?((?:TEXT\s*){1,16})\)\)?\s*(TEXT)?\s*\)`,
    (list, by) => `"${textsIn(list).join(by === undefined ? "" : by.slice(1, -1))}"`,
  ),
  lisp(
    String.raw`\(file-name-concat\s+((?:TEXT\s*){1,16})\)`,
    (list) => `"${textsIn(list).join("/")}"`,
  ),
  lisp(
    String.raw`\(expand-file-name\s+"([^"/~][^"]{0,200})"\s+"([^"]{1,200})"\s*\)`,
    (name, folder) => `"${folder}/${name}"`,
  ),
  lisp(String.raw`\(base64-decode-string\s+"([\w+/=]{1,400})"\s*\)`, (text) =>
    JSON.stringify(decodeDigits(text, ALPHABETS["base64"] ?? "") ?? ""),
  ),
  lisp(
    String.raw`\((?:string-reverse|reverse)\s+"([^"\\]{1,400})"\s*\)`,
    (text) => `"${[...text].reverse().join("")}"`,
  ),
  lisp(
    String.raw`\(let\*?\s*\(\(\s*([a-z][\w-]{0,40})\s+(TEXT)\s*\)\)([^]{1,800})`,
    (name, text, rest) =>
      rest.replaceAll(new RegExp(`(?<![\\w-])${name}(?![\\w-])`, "g"), () => text),
  ),
  lisp(String.raw`\(setq\s+([a-z][\w-]{0,40})\s+(TEXT)\s*\)([^]{1,800})`, (name, text, rest) =>
    rest.replaceAll(new RegExp(`(?<![\\w-])${name}(?![\\w-])`, "g"), () => text),
  ),
  // Code in a text.
  lisp(String.raw`\(eval\s+\((?:car\s+\()?read(?:-from-string)?\s+(TEXT)\s*\)\)?`, (text) =>
    text.slice(1, -1).replace(/\\(.)/g, "$1"),
  ),
  lisp(
    String.raw`\((?:apply|funcall|mapc|mapcar|run-with-timer\s+\S+\s+\S+|run-at-time\s+\S+\s+\S+)\s+FUNCTION\s+(?:(?:'|\(\s*quote\s+)?\(\s*(?:list\s+|quote\s+)?)?(?=")`,
    (name) => `(${name} `,
  ),
  // Programs with their words.
  lisp(
    String.raw`\((?:call-process|process-lines|start-process\s+TEXT\s+\S+|process-file)\s+(TEXT)((?:\s+(?:nil|t|0|TEXT)){1,32})\s*\)`,
    (program, rest) =>
      `(shell-command ${JSON.stringify([program, rest].flatMap(textsIn).map(asWord).join(" "))})`,
  ),
];
