// The view of a file of `key = value` lines: `.env` and its kin, `.npmrc`, `pip.conf`, properties and the like.
import { nameStrength } from "../../content/detection/secret-names.ts";
import { disguised, type Stream } from "./disguise.ts";
import { valueView } from "./value-view.ts";

/** What a view is made with. `known`: lines that lie open elsewhere, and stay as they are. */
export type ViewAsked = { readonly stream: Stream; readonly known?: ReadonlySet<string> };

const SECTION = /^\s*\[[^\]\n]*\]\s*$/;
const ASSIGNMENT =
  /^(\s*(?:export\s+|set\s+)?)((?:\/\/)?[\w./@:+*[\]-]*?[\w\]*])(\s*(?:=|:\s|:(?=$))\s*)([\s\S]*)$/;
const COMMENT = /^\s*(?:#|;|!|\/\/(?!\S*[=]))/;
const QUOTES = ["'", '"', "`"] as const;

/**
 * The same text with other values; undefined where a line is none that such a file has, so that nobody knows what in it is a secret.
 * Ends of lines, a byte order mark, order, comments and empty lines stay.
 */
export function lineView(text: string, { stream, known }: ViewAsked): string | undefined {
  const mark = text.startsWith("\ufeff") ? "\ufeff" : "";
  const parts = text.slice(mark.length).split(/(\r\n|\n|\r)/);
  let shown = mark;
  let key: string | undefined;
  for (let at = 0; at < parts.length; at += 2) {
    let line = parts[at] ?? "";
    let end = parts[at + 1] ?? "";
    if (line.trim() === "" || SECTION.test(line) || known?.has(line) === true) {
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
      shown += valueView(key, line, stream) + end;
      continue;
    }
    const [, before = "", name = "", between = "", first = ""] = found;
    let value = first;
    const quote = QUOTES.find((one) => value.startsWith(one));
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
  for (let at = 1; at < value.length; at++) {
    if (value.charAt(at) === "\\" && quote === '"') at++;
    else if (value.charAt(at) === quote) return true;
  }
  return false;
}

/** A value with its quotes and the comment behind it. */
function quotedView(
  key: string,
  value: string,
  { quote, stream }: { readonly quote: string | undefined; readonly stream: Stream },
): string {
  if (quote === undefined) {
    const [, inner = "", rest = ""] = /^(.*?)(\s+#.*|\s*)$/s.exec(value) ?? [];
    return valueView(key, inner, stream) + (rest.trim() === "" ? rest : commentView(rest, stream));
  }
  let close = 1;
  while (close < value.length && value.charAt(close) !== quote)
    close += value.charAt(close) === "\\" && quote === '"' ? 2 : 1;
  const rest = value.slice(close + 1);
  const behind = /^\s*(?:#|$)/.test(rest)
    ? commentView(rest, stream)
    : valueView(key, rest, stream);
  return quote + valueView(key, value.slice(1, close), stream) + quote + behind;
}

/** Comments stay, but for assignments that were taken out of use, for words that look like no word, and for what is told as a secret. */
function commentView(line: string, stream: Stream): string {
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
