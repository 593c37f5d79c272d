// Reads options out of a rendered manual page or a help text: lines that begin with an option and what stands behind it before the description.
import type { Arity, DocumentedOption, ValueKind } from "./documented.ts";

/** A letter with how the page sets it: placeholders are underlined. */
type Letter = { readonly letter: string; readonly isUnderlined: boolean };

/** How deep an option may be indented, and how long the text in front of its description may be. */
const INDENT_MAX = 24;
const TAG_MAX = 160;

const OPTION =
  /^(?:--?\[no-?\][A-Za-z0-9][\w.+-]*|--[A-Za-z0-9][\w.+-]*|-[A-Za-z0-9][\w.+-]*|-[?@#%:,!$^*+])/;

/** The options that a text documents, each spelling once; where it says different things of one, its arity is open. */
export function optionsOf(text: string): readonly DocumentedOption[] {
  const found = new Map<string, { arity: Arity; kind: ValueKind }>();
  for (const line of text.split("\n")) {
    for (const { spelling, arity, kind } of optionsOfLine(line)) {
      const known = found.get(spelling);
      found.set(spelling, {
        arity: known === undefined || known.arity === arity ? arity : "either",
        kind: known === undefined || known.kind === "other" ? kind : known.kind,
      });
    }
  }
  return [...found].map(([spelling, what]) => ({ spelling, ...what }));
}

type Tagged = { readonly spelling: string; readonly value: Value | undefined };
type Value = { readonly arity: Arity; readonly placeholder: string };

function optionsOfLine(line: string): readonly DocumentedOption[] {
  const letters = lettersOf(line);
  const indent = letters.findIndex(({ letter }) => letter !== " ");
  if (indent < 1 || indent > INDENT_MAX || letters[indent]?.letter !== "-") return [];
  const tag = tagOf(letters.slice(indent));
  if (tag === undefined) return [];
  const spelled = spellingsOf(tag.letters, tag.isWhole);
  // An alias without a value of its own has that of another: `-o, --output=FILE`.
  const last = spelled.findLast(({ value }) => value !== undefined)?.value;
  // `-c, --check, --check=FORM`: the value may be left out, and then the aliases have none.
  const isOpen = new Set(spelled.map(({ spelling }) => spelling)).size < spelled.length;
  return spelled.map(({ spelling, value }) => {
    const own = value ?? last;
    if (own === undefined) return { spelling, arity: "none", kind: "other" };
    const isInherited = value === undefined && (isOpen || own.arity !== "required");
    return { spelling, arity: isInherited ? "either" : own.arity, kind: kindOf(own.placeholder) };
  });
}

function lettersOf(line: string): readonly Letter[] {
  const letters: Letter[] = [];
  const plain = line.replaceAll("\t", "        ");
  for (let at = 0; at < plain.length; at += 1) {
    const letter = plain[at] ?? "";
    if (letter === "\b") {
      const before = letters.pop();
      const over = plain[at + 1] ?? "";
      at += 1;
      letters.push({ letter: over, isUnderlined: before?.letter === "_" && over !== "_" });
    } else letters.push({ letter: /[‐‑−–]/.test(letter) ? "-" : letter, isUnderlined: false });
  }
  return letters;
}

/** What stands before the description, and whether that is all of the line. */
function tagOf(
  letters: readonly Letter[],
): { readonly letters: readonly Letter[]; readonly isWhole: boolean } | undefined {
  const text = letters.map(({ letter }) => letter).join("");
  const gap = /(?<![,|]) {2,}(?!-)| -- | – |: /.exec(text)?.index;
  const trimmed = text.trimEnd().length;
  const end = gap === undefined ? trimmed : Math.min(gap, trimmed);
  return end > TAG_MAX ? undefined : { letters: letters.slice(0, end), isWhole: end === trimmed };
}

function spellingsOf(letters: readonly Letter[], isWhole: boolean): readonly Tagged[] {
  const text = letters.map(({ letter }) => letter).join("");
  const found: Tagged[] = [];
  let at = 0;
  while (at < text.length) {
    const separator = /^(?:\s*[,|/]\s*|\s+or\s+|\s+)/.exec(text.slice(at))?.[0].length ?? 0;
    at += found.length === 0 ? 0 : separator;
    const match = OPTION.exec(text.slice(at))?.[0];
    if (match === undefined || (found.length > 0 && separator === 0)) break;
    // `-Dmacro` with an underlined `macro`: the letter has a glued value.
    const glued = [...match].findIndex((_, offset) => letters[at + offset]?.isUnderlined === true);
    const written = (glued > 1 ? match.slice(0, glued) : match).replace(/[.+-]+$/, "");
    if (written.length < 2) break;
    at += written.length;
    const { value, length } = valueAt(letters.slice(at), isWhole);
    at += length;
    if (/NUM|OPTION|^-[rwxdl-]{9,}/.test(written)) break;
    for (const spelling of negatable(written)) found.push({ spelling, value });
  }
  return found;
}

function negatable(written: string): readonly string[] {
  const no = /\[(no-?)\]/.exec(written);
  return no === null
    ? [written]
    : [written.replace(no[0], ""), written.replace(no[0], no[1] ?? "")];
}

const NO_VALUE = { value: undefined, length: 0 };

/** What stands behind a spelling: `=FILE`, `[=FILE]`, `<file>`, ` FILE`. */
function valueAt(
  letters: readonly Letter[],
  isWhole: boolean,
): { readonly value: Value | undefined; readonly length: number } {
  const text = letters.map(({ letter }) => letter).join("");
  // `--type=` and nothing else: the placeholder stands in the description.
  const bare = /^=()(?=[\s,|]|$)/.exec(text);
  if (bare !== null) return valueOf("required", bare);
  const optional = /^\[\s*=?\s*([^\]]*)\](?:\S*)/.exec(text);
  if (optional !== null) return valueOf("optional", optional);
  const equals =
    /^\s?=\s?(\[[^\]]*\]|<[^>]*>|\{[^}]*\}|"[^"]*"|'[^']*'|[^\s,|]+(?:\|[^\s,|]+)*)/.exec(text);
  if (equals !== null)
    return valueOf(equals[1]?.startsWith("[") === true ? "either" : "required", equals);
  const spacedOptional = /^\s\[([^\]]*)\]\S*/.exec(text);
  if (spacedOptional !== null) return valueOf("either", spacedOptional);
  const bracketed = /^\s?(<[^>]*>|\{[^}]*\})\S*/.exec(text);
  if (bracketed !== null) return valueOf("required", bracketed);
  const word = /^\s?([^\s,|]+)/.exec(text);
  if (word === null) return NO_VALUE;
  const [whole, placeholder = ""] = word;
  const isSpaced = whole.startsWith(" ");
  const first = letters[isSpaced ? 1 : 0];
  if (/^[-|/]/.test(placeholder)) return NO_VALUE;
  if (first?.isUnderlined === true) return valueOf("required", word);
  if (!isSpaced) return NO_VALUE;
  if (/^[A-Z][A-Z0-9_.:/-]*$/.test(placeholder)) return valueOf("required", word);
  const rest = text.slice(whole.length).trim();
  const isLast = rest === "" || /^[,|]/.test(rest);
  const isWord = /^[a-z][\w-]*$/i.test(placeholder) && placeholder !== "or";
  return isLast &&
    isWord &&
    (isWhole ||
      /^(?:string|int|uint|duration|value|list|file|path|dir|strings|float|num|arg|name)/.test(
        placeholder,
      ))
    ? valueOf("required", word)
    : NO_VALUE;
}

function valueOf(
  arity: Arity,
  match: RegExpExecArray,
): { readonly value: Value; readonly length: number } {
  return { value: { arity, placeholder: match[1] ?? "" }, length: match[0].length };
}

function kindOf(placeholder: string): ValueKind {
  const name = placeholder.toLowerCase().replaceAll(/[^a-z]/g, "");
  if (/^(?:command|cmd|program|prog|shell|cmdline|executable|editor|pager)$/.test(name))
    return "command";
  if (/ur[li]$/.test(name)) return "url";
  if (/dir(?:ectory|s|ectories|name)?$|^folder$|^root$/.test(name)) return "directory";
  if (/(?:file|filename|path|files|logfile|pathname|outfile|infile|fn|fname)$/.test(name))
    return "file";
  return "other";
}
