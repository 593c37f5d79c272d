// Which files have a view, and the view of one.
import { baseName } from "#base/path.ts";
import { disguised } from "./disguise.ts";
import { lineView, type ViewAsked } from "./line-view.ts";
import { xmlView } from "./xml-view.ts";

/** Bytes of a file of which a view is made; of a larger one nothing is shown. */
export const VIEW_BYTES_MAX = 1_048_576;

const LINES =
  /^\.env(?:\..+)?$|\.env$|^\.(?:npmrc|pypirc|my\.cnf|s3cfg|boto|dev\.vars)$|^(?:pip\.conf|pip\.ini|gradle\.properties|key(?:store)?\.properties|credentials\.properties)$/;
const LOGINS = /^[._]netrc$/;
const XML = /^settings.*\.xml$|^nuget\.config$/;

/** Whether a file of this name has a form of which a view can be made. */
export function hasView(path: string): boolean {
  const name = baseName(path).toLowerCase();
  return LINES.test(name) || LOGINS.test(name) || XML.test(name);
}

/** The view of a file; undefined where it is too large, no text, or of no form that is understood, so that all of it stays hidden. */
export function viewOf(path: string, text: string, asked: ViewAsked): string | undefined {
  if (text.length > VIEW_BYTES_MAX || text.includes("\0") || text.includes("\ufffd"))
    return undefined;
  const name = baseName(path).toLowerCase();
  if (XML.test(name)) return xmlView(text, asked);
  return LOGINS.test(name) ? loginView(text, asked) : lineView(text, asked);
}

/** `machine`, `login`, `password` and `account`, each followed by a word; comments are lines that begin with `#`. */
function loginView(text: string, { stream }: ViewAsked): string | undefined {
  const words = text
    .replace(/^\s*#.*$/gm, "")
    .split(/\s+/)
    .filter((word) => word !== "");
  for (let at = 0; at < words.length; at += 1) {
    if (words[at] === "default") continue;
    if (
      !/^(?:machine|login|password|account)$/.test(words[at] ?? "") ||
      words[at + 1] === undefined
    )
      return undefined;
    at += 1;
  }
  return text
    .replace(/^(\s*#)(.*)$/gm, (_, sign: string, rest: string) => sign + disguised(rest, stream))
    .replace(
      /(\b(?:password|account)\s+)(\S+)/g,
      (_, before: string, value: string) => before + disguised(value, stream),
    );
}
