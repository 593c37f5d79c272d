// The view of a file of JSON: the same signs between the values, and other values.
import { disguisedNumber, type Stream } from "./disguise.ts";
import type { ViewAsked } from "./line-view.ts";
import { edited, editsOf, quotedView, shapeOf, type Tree } from "./tree-view.ts";
import { valueView } from "./value-view.ts";

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;
const DEPTH_MAX = 64;

/** The same text with other values; undefined where it is no JSON, or too large. */
export function jsonView(text: string, { stream }: ViewAsked): string | undefined {
  const bom = text.startsWith("\ufeff") ? 1 : 0;
  const whole = parsed(text.slice(bom));
  if (whole === undefined) return undefined;
  const tokens = [...text.matchAll(TOKEN)];
  const tree = treeOf(tokens);
  const edits = tree && editsOf(tree, stream);
  const shown = edits && edited(text, edits);
  if (shown === undefined) return undefined;
  const again = parsed(shown.slice(bom));
  return again !== undefined && shapeOf(again.value) === shapeOf(whole.value) ? shown : undefined;
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** The tree of tokens that were found to be JSON. */
function treeOf(tokens: readonly RegExpExecArray[]): Tree | undefined {
  let at = 0;
  let isTooDeep = false;
  const next = (): RegExpExecArray | undefined => tokens[at++];
  const read = (depth: number): Tree => {
    const token = next();
    const sign = token?.[0] ?? "";
    isTooDeep ||= depth > DEPTH_MAX;
    if (isTooDeep || token === undefined) return { kind: "list", items: [] };
    if (sign !== "{" && sign !== "[") return valueOf(sign, token.index);
    const entries: [string, Tree][] = [];
    const close = sign === "{" ? "}" : "]";
    while (at < tokens.length && !isTooDeep) {
      const [one] = tokens[at] ?? [];
      if (one === close || one === ",") at += 1;
      if (one === close) break;
      if (one === ",") continue;
      const key = sign === "{" ? textOf(next()?.[0] ?? "") : "";
      if (sign === "{") at += 1;
      entries.push([key, read(depth + 1)]);
    }
    return sign === "{"
      ? { kind: "map", entries }
      : { kind: "list", items: entries.map(([, item]) => item) };
  };
  const tree = read(0);
  return isTooDeep ? undefined : tree;
}

function textOf(source: string): string {
  return String(parsed(source)?.value);
}

function valueOf(source: string, start: number): Tree {
  const value = textOf(source);
  const view = (key: string, stream: Stream): string | undefined => {
    if (source.startsWith('"')) {
      const shown = quotedView(source.slice(1, -1), value, { key, stream });
      return shown === undefined ? undefined : `"${shown}"`;
    }
    return valueView(key, source, stream) === source ? source : disguisedNumber(source, stream);
  };
  return { kind: "value", start, end: start + source.length, value, view };
}
