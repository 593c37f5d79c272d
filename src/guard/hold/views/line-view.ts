// The view of a file of `key = value` lines: `.env` and its kin, `.npmrc`, `pip.conf`, properties and the like.
import { nameStrength } from "../../content/detection/secret-names.ts";
import { disguised, type Stream } from "./disguise.ts";
import { valueView } from "./value-view.ts";

/** What a view is made with. `known`: lines that lie open elsewhere, and stay as they are. */
export type ViewAsked = { readonly stream: Stream; readonly known?: ReadonlySet<string> };

const SECTION = /^\s*\[{1,2}[^[\]\n]*\]{1,2}\s*$/;
/** Ends of lists and maps, in lines of their own. */
const BRACKETS = /^\s*[\]})]+,?\s*$/;
const NESTED = /^[[{(]/;
const HERE_DOCUMENT = /^<<[-~]?(\w{1,64})\s*$/;
const ASSIGNMENT =
  /^(\s*(?:export\s+|set\s+)?)((?:\/\/)?[\w./@:+*[\]-]*?[\w\]*])(\s*(?:=|:\s|:(?=$))\s*)([\s\S]*)$/;
const PARTS = /("[^"\\]*(?:\\.[^"\\]*)*"|'[^']*'|[^\s"'{}[\](),=:]+)(\s{0,20}[=:])?/g;
const COMMENT = /^\s*(?:#|;|!|\/\/(?!\S*[=]))/;
const QUOTES = ["'", '"', "`"] as const;
const LONG_QUOTES = ['"""', "'''"] as const;

/**
 * The same text with other values; `isNested`: with lists, maps and long texts, as TOML and HCL have them. Undefined where a line is none that such a file has, so that nobody knows what in it is a secret.
 * Ends of lines, a byte order mark, order, comments and empty lines stay.
 */
export function lineView(
  text: string,
  { stream, known, isNested = false }: ViewAsked & { readonly isNested?: boolean },
): string | undefined {
  const quotes = isNested ? [...LONG_QUOTES, ...QUOTES] : QUOTES;
  const bom = text.startsWith("\ufeff") ? "\ufeff" : "";
  const parts = text.slice(bom.length).split(/(\r\n|\n|\r)/);
  let shown = bom;
  let key: string | undefined;
  for (let at = 0; at < parts.length; at += 2) {
    let line = parts[at] ?? "";
    let end = parts[at + 1] ?? "";
    const isOpen = SECTION.test(line) || known?.has(line) === true;
    if (line.trim() === "" || isOpen || (isNested && BRACKETS.test(line))) {
      shown += line + end;
      continue;
    }
    if (COMMENT.test(line)) {
      shown += commentView(line, stream) + end;
      continue;
    }
    const found = ASSIGNMENT.exec(line);
    if (found === null) {
      // A value that goes on in the next line, as files of sections have it.
      if (!/^\s+\S/.test(line) || key === undefined) return undefined;
      const view = isNested ? partsView : valueView;
      shown += view(key, line, stream) + end;
      continue;
    }
    const [, before = "", name = "", between = "", first = ""] = found;
    let value = first;
    if (isNested && NESTED.test(value)) {
      key = name;
      shown += before + name + between + partsView(name, value, stream) + end;
      continue;
    }
    const mark = isNested ? HERE_DOCUMENT.exec(value)?.[1] : undefined;
    if (mark !== undefined) {
      const last = parts.findIndex((one, place) => place > at && one.trim() === mark);
      if (last < 0) return undefined;
      const body = parts.slice(at + 2, last).join("");
      shown += line + end + valueView(name, body, stream) + (parts[last] ?? "");
      at = last;
      shown += parts[at + 1] ?? "";
      continue;
    }
    const quote = quotes.find((one) => value.startsWith(one));
    while (quote !== undefined && !isClosed(value, quote)) {
      if (at + 2 >= parts.length) return undefined;
      at += 2;
      line = parts[at] ?? "";
      value += end + line;
      end = parts[at + 1] ?? "";
    }
    key = name;
    shown += before + name + between + quotedView(name, value, { quote, stream }) + end;
  }
  return shown;
}

/** The name that a line gives a value to, also one that was taken out of use; undefined where it is no such line. */
export function lineKey(line: string): string | undefined {
  return ASSIGNMENT.exec(line.replace(/^\s*[#;!]+\s*/, ""))?.[2];
}

function isClosed(value: string, quote: string): boolean {
  return closeOf(value, quote) < value.length;
}

/** Where a value in quotes ends; past its end where it does not. */
function closeOf(value: string, quote: string): number {
  let at = quote.length;
  while (at < value.length && !value.startsWith(quote, at))
    at += value.charAt(at) === "\\" && quote.startsWith('"') ? 2 : 1;
  return at;
}

/** Lists and maps in one line: each text and word by the name before it. */
function partsView(key: string, text: string, stream: Stream): string {
  let name = key;
  return text.replace(PARTS, (_, part: string, is = "") => {
    const quote = /^["']/.exec(part)?.[0] ?? "";
    const inner = part.slice(quote.length, part.length - quote.length);
    if (is === "") return quote + valueView(name, inner, stream) + quote;
    name = inner;
    return part + is;
  });
}

/** A value with its quotes and the comment behind it. */
function quotedView(
  key: string,
  value: string,
  { quote, stream }: { readonly quote: string | undefined; readonly stream: Stream },
): string {
  if (quote === undefined) {
    const start = value.search(/\s#/);
    const inner = (start < 0 ? value : value.slice(0, start)).trimEnd();
    const rest = value.slice(inner.length);
    return valueView(key, inner, stream) + (rest.trim() === "" ? rest : commentView(rest, stream));
  }
  const close = closeOf(value, quote);
  const rest = value.slice(close + quote.length);
  const behind = /^\s*(?:#|$)/.test(rest)
    ? commentView(rest, stream)
    : valueView(key, rest, stream);
  return quote + valueView(key, value.slice(quote.length, close), stream) + quote + behind;
}

/** Comments stay, but for assignments that were taken out of use, for words that look like no word, and for what is told as a secret. */
export function commentView(line: string, stream: Stream): string {
  const [, before = "", name = "", value = ""] =
    /^(\s*[#;!/]+\s*)(\w+\s*[=:]\s*)(\S.*)$/s.exec(line) ?? [];
  if (name !== "") return before + name + valueView(name.replace(/\s*[=:]\s*$/, ""), value, stream);
  let isNamed = false;
  let isTold = false;
  return line.replace(/\S+/g, (word) => {
    const bare = word.replace(AROUND, "");
    const isHidden =
      !PLAIN_ADDRESS.test(bare) &&
      (isNoWord(bare) || (isNamed && (isTold || /[\d!@$%^&*~]/.test(bare) || /^["'`]/.test(word))));
    isTold = /^(?:is|was|to|[=:]+)$|[=:]$/i.test(word);
    isNamed ||= nameStrength(bare) !== "none";
    return isHidden ? disguised(word, stream) : word;
  });
}

/** Signs around a word that are no part of it. */
const AROUND = /^["'`(<[]+|["'`)>\],.;:!?=]+$/g;
const PLAIN_ADDRESS = /^[a-z]+:\/\/[^@\s?#]*$/i;

/** A word of which nobody would say that a person wrote it. */
function isNoWord(word: string): boolean {
  return word.length >= 12 && /\d/.test(word) && /[A-Za-z]/.test(word);
}
