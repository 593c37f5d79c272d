// Edits of JSON text by path: what is not edited keeps every character, comma and blank it has.
import { assert } from "#base/failure.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { type JsonNode, memberOf, parseJsonText } from "./json-text.ts";

/** Keys and indexes from the root to a value. */
export type JsonPath = readonly (string | number)[];

type Item = { readonly start: number; readonly end: number };
type Container = Extract<JsonNode, { kind: "object" | "array" }>;

/** The node at a path, or undefined. */
export function nodeAt(root: JsonNode, path: JsonPath): JsonNode | undefined {
  return path.reduce<JsonNode | undefined>((node, step) => {
    if (typeof step === "string") return memberOf(node, step);
    return node?.kind === "array" ? node.elements[step] : undefined;
  }, root);
}

/** Sets the member that the path names, at the end of its object when it is new. The object must exist. */
export function setMember(text: string, path: JsonPath, value: Json): string {
  const root = parseJsonText(text, "");
  const parent = nodeAt(root, path.slice(0, -1));
  const key = path.at(-1);
  assert(parent?.kind === "object" && typeof key === "string", "set in an object");
  const existing = memberOf(parent, key);
  if (existing !== undefined) {
    const column = indentOf(text, existing.start);
    return splice(text, existing, render(value, column, layoutOf(text, parent)));
  }
  return insert(text, parent, (column, layout) => {
    return `${JSON.stringify(key)}: ${render(value, column, layout)}`;
  });
}

/** Adds a value at the end of the array that the path names. The array must exist. */
export function appendElement(text: string, path: JsonPath, value: Json): string {
  return appendElements(text, path, [value]);
}

/** Adds values at the end of the array that the path names. The array must exist. */
export function appendElements(text: string, path: JsonPath, values: readonly Json[]): string {
  const parent = nodeAt(parseJsonText(text, ""), path);
  assert(parent?.kind === "array", "append to an array");
  if (values.length === 0) return text;
  const found = layoutOf(text, parent);
  if (parent.elements.length === 0 && !found.isOneLine) {
    const column = indentOf(text, parent.start);
    const ahead = parent.start - text.lastIndexOf("\n", parent.start - 1) - 1 - column.length;
    return splice(text, parent, render(values, column, found, ahead));
  }
  return insert(text, parent, (column, layout) =>
    values
      .map((value) => render(value, column, layout))
      .join(layout.isOneLine ? ", " : `,${layout.newline}${column}`),
  );
}

/** Removes the member or element that the path names, with the comma that belongs to it. */
export function removeAt(text: string, path: JsonPath): string {
  const parent = nodeAt(parseJsonText(text, ""), path.slice(0, -1));
  const step = path.at(-1);
  assert(parent !== undefined && parent.kind !== "scalar", "remove from an object or array");
  const items = itemsOf(parent);
  const index =
    parent.kind === "object" ? parent.members.findIndex(({ key }) => key === step) : Number(step);
  const item = items[index];
  assert(item !== undefined, "remove what is there");
  const previous = items[index - 1];
  const next = items[index + 1];
  if (next !== undefined) return splice(text, { start: item.start, end: next.start }, "");
  if (previous !== undefined) return splice(text, { start: previous.end, end: item.end }, "");
  return splice(text, { start: parent.start + 1, end: parent.end - 1 }, "");
}

/** Removes elements of the array that the path names, with their commas. */
export function removeElements(
  text: string,
  path: JsonPath,
  isRemoved: (index: number) => boolean,
): string {
  const parent = nodeAt(parseJsonText(text, ""), path);
  assert(parent?.kind === "array", "remove from an array");
  const { elements } = parent;
  if (elements.every((_, index) => isRemoved(index)))
    return splice(text, { start: parent.start + 1, end: parent.end - 1 }, "");
  let edited = text;
  let last = elements.length - 1;
  while (last >= 0) {
    if (!isRemoved(last)) {
      last -= 1;
      continue;
    }
    let first = last;
    while (first > 0 && isRemoved(first - 1)) first -= 1;
    const next = elements[last + 1]?.start;
    const gap =
      next === undefined
        ? { start: elements[first - 1]?.end ?? 0, end: elements[last]?.end ?? 0 }
        : { start: elements[first]?.start ?? 0, end: next };
    edited = splice(edited, gap, "");
    last = first - 1;
  }
  return edited;
}

type Layout = { readonly unit: string; readonly newline: string; readonly isOneLine: boolean };

function insert(
  text: string,
  parent: Container,
  body: (column: string, layout: Layout) => string,
): string {
  const layout = layoutOf(text, parent);
  const outer = indentOf(text, parent.start);
  const inner = outer + layout.unit;
  const last = itemsOf(parent).at(-1);
  if (layout.isOneLine) {
    const place = last?.end ?? parent.start + 1;
    const end = last === undefined ? parent.end - 1 : place;
    const lead = last === undefined ? "" : ", ";
    return splice(text, { start: place, end }, `${lead}${body(outer, layout)}`);
  }
  if (last === undefined) {
    const line = `${layout.newline}${inner}${body(inner, layout)}${layout.newline}${outer}`;
    return splice(text, { start: parent.start + 1, end: parent.end - 1 }, line);
  }
  const column = indentOf(text, last.start);
  const line = `,${layout.newline}${column}${body(column, layout)}`;
  return splice(text, { start: last.end, end: last.end }, line);
}

/** How the text around a container is laid out; a document without any line break stays on its line unless it is empty. */
function layoutOf(text: string, parent: Container): Layout {
  const isEmpty = itemsOf(parent).length === 0;
  const inside = text.slice(parent.start, parent.end);
  const document = text.trim();
  const isOneLine = isEmpty
    ? document.length > 2 && !document.includes("\n")
    : !inside.includes("\n");
  const unit = /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ";
  return { unit, newline: text.includes("\r\n") ? "\r\n" : "\n", isOneLine };
}

/** Columns of a line, as formatters have it that look at all JSON of a project. */
const COLUMNS = 80;

/** WHY short lists on their line: `prettier --check .` of a project would complain of our file. `ahead`: characters before it, behind `column`. */
function render(value: Json, column: string, layout: Layout, ahead = 0): string {
  if (layout.isOneLine || typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = column + layout.unit;
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const items = Array.isArray(value)
    ? value.map((one: Json) => render(one, inner, layout))
    : Object.entries(value).map(([key, one]) => {
        const name = `${JSON.stringify(key)}: `;
        return name + render(one, inner, layout, name.length);
      });
  const line = `${open}${items.join(", ")}${close}`;
  const isShort = Array.isArray(value) && value.every((one) => typeof one !== "object");
  if (items.length === 0 || (isShort && column.length + ahead + line.length < COLUMNS)) return line;
  const lines = items.join(`,${layout.newline}${inner}`);
  return `${open}${layout.newline}${inner}${lines}${layout.newline}${column}${close}`;
}

function itemsOf(node: Container): readonly Item[] {
  if (node.kind === "array") return node.elements;
  return node.members.map(({ start, value }) => ({ start, end: value.end }));
}

/** The blanks at the start of the line on which an offset lies. */
function indentOf(text: string, offset: number): string {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart, offset))?.[0] ?? "";
}

function splice(text: string, { start, end }: Item, replacement: string): string {
  return text.slice(0, start) + replacement + text.slice(end);
}
