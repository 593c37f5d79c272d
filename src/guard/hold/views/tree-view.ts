// Views of files of nested values: which name each value goes by, and its place in the text with other letters.
import { scanText } from "../../content/scan.ts";
import { isIssued, type Stream } from "./disguise.ts";
import { isNamedSecret, valueView } from "./value-view.ts";

/** A part of such a file. `view` gives what stands in a value's place; undefined where nobody can tell. */
export type Tree =
  | { readonly kind: "map"; readonly entries: readonly (readonly [key: string, value: Tree])[] }
  | { readonly kind: "list"; readonly items: readonly Tree[] }
  | {
      readonly kind: "value";
      readonly start: number;
      readonly end: number;
      readonly value: string;
      view(key: string, stream: Stream): string | undefined;
    };

/** What stands in the place of a part of a text. */
export type Edit = { readonly start: number; readonly end: number; readonly shown: string };

/** Values of one file. Each is looked at by the content engine. */
const VALUES_MAX = 4_096;
const DEPTH_MAX = 64;

/** What to write in the place of the values of a tree; undefined where something in it is not understood, or there is too much. */
export function editsOf(tree: Tree, stream: Stream): readonly Edit[] | undefined {
  const edits: Edit[] = [];
  /** `path`: the names down to a part. `named`: one of them that says that all below it is secret. */
  const walk = (part: Tree, path: readonly string[], named: string | undefined): boolean => {
    if (path.length > DEPTH_MAX || edits.length > VALUES_MAX) return false;
    if (part.kind === "list") return part.items.every((item) => walk(item, path, named));
    if (part.kind === "value") {
      const { start, end } = part;
      const shown = part.view(named ?? path.slice(-8).join("."), stream);
      if (shown !== undefined) edits.push({ start, end, shown });
      return shown !== undefined;
    }
    // `{ name: API_KEY, value: x }`: the first says what the second is.
    const said = part.entries.find(
      ([key, { kind }]) => /^(?:name|key)$/i.test(key) && kind === "value",
    );
    const name = said?.[1].kind === "value" ? said[1].value : undefined;
    return part.entries.every(([key, value]) => {
      if (isSecretKey(key)) return false;
      const own = /^value$/i.test(key) && name !== undefined ? name : key;
      return walk(value, [...path, own], isNamedSecret(own) ? own : named);
    });
  };
  return walk(tree, [], undefined) ? edits : undefined;
}

/** WHY: names stay, so of a file that is keyed by secrets nothing is shown. */
function isSecretKey(key: string): boolean {
  if (key.length < 16) return false;
  return isIssued(key) || scanText(key, "view", { families: ["secret"] }).findings.length > 0;
}

/** The text with other values in their places; undefined where places lie in each other. */
export function edited(text: string, edits: readonly Edit[]): string | undefined {
  let shown = "";
  let at = 0;
  for (const edit of edits.toSorted((one, other) => one.start - other.start)) {
    if (edit.start < at) return undefined;
    shown += text.slice(at, edit.start) + edit.shown;
    at = edit.end;
  }
  return shown + text.slice(at);
}

/** Names, kinds and order of a value that was read, without the values: two with the same are the same to a program. */
export function shapeOf(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === "object" || typeof one === "boolean" ? one : typeof one,
  );
}

const SIGN = /\\(?:x[\da-f]{2}|u[\da-f]{4}|U[\da-f]{8}|[^xu\r\n])|[^\\\r\n]/gi;

/** What stands between double quotes, where signs may be written as escapes; undefined where it does not say `value`. */
export function quotedView(
  raw: string,
  value: string,
  { key, stream }: { readonly key: string; readonly stream: Stream },
): string | undefined {
  if (!raw.includes("\\")) return valueView(key, raw, stream);
  const view = valueView(key, value, stream);
  if (view === value) return raw;
  let shown = "";
  let at = 0;
  let read = 0;
  for (const [sign] of raw.matchAll(SIGN)) {
    const isLong = sign.startsWith("\\U") && (value.codePointAt(at) ?? 0) > 0xffff;
    const next = at + (isLong ? 2 : 1);
    const now = view.slice(at, next);
    if (value.slice(at, next) === now) shown += sign;
    else if (sign.length > 2) shown += now.replace(/[^]/g, (one) => escaped(one, sign));
    else shown += now;
    at = next;
    read += sign.length;
  }
  return read === raw.length && at === value.length && view.length === at ? shown : undefined;
}

function escaped(one: string, like: string): string {
  const isShort = like.length === 4;
  return (
    (isShort ? "\\x" : "\\u") +
    one
      .charCodeAt(0)
      .toString(16)
      .padStart(isShort ? 2 : 4, "0")
  );
}
