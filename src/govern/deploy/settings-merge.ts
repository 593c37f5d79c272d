// Compiled rules put into settings that others write too, and taken out again: what is not ours keeps its place and its text.
import { isDeepStrictEqual } from "node:util";
import { isObject } from "#base/json.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { type JsonPath, nodeAt, removeAt, setMember } from "#govern/settings/json-edit.ts";
import { parseJsonText, toJson } from "#govern/settings/json-text.ts";
import { checkSettings } from "#govern/settings/settings-edit.ts";

/** What one deployment put at a path: entries of a list, or a value. */
type Part =
  | { readonly kind: "entries"; readonly path: JsonPath; readonly entries: readonly Json[] }
  | { readonly kind: "value"; readonly path: JsonPath; readonly value: Json };

/** Settings before and after an earlier deployment, as text. */
export type EarlierWrite = { readonly before: string | undefined; readonly after: string };

/**
 * The settings with the compiled ones in them. Entries of lists are added, values set; what an earlier deployment put in
 * and nobody changed goes first. Throws a Failure with its place for text that the client could not read.
 */
export function mergeSettings(
  text: string | undefined,
  compiled: string,
  { file, earlier }: { readonly file: string; readonly earlier?: EarlierWrite | undefined },
): string {
  let now = text === undefined || text.trim() === "" ? "{}\n" : text;
  checkSettings(now, file);
  for (const part of earlier === undefined ? [] : addedBy(earlier, file))
    now = withoutPart(now, part, file);
  for (const part of partsOf(toJson(parseJsonText(compiled, file)), []))
    now = withPart(now, part, file);
  checkSettings(now, file);
  return now;
}

/** Paths of what an earlier deployment put into settings and is no longer there. */
export function missingParts(now: Json, earlier: EarlierWrite, file: string): readonly string[] {
  return addedBy(earlier, file).flatMap((part) => {
    const present = part.path.reduce<Json | undefined>(
      (json, step) => (isObject(json) ? json[String(step)] : undefined),
      now,
    );
    const held = Array.isArray(present) ? present : [];
    const stands =
      part.kind === "value"
        ? isDeepStrictEqual(present, part.value)
        : part.entries.every((entry) => has(held, entry));
    return stands ? [] : [part.path.join(".")];
  });
}

/** Lists and values of an object, outermost first; empty ones say nothing. */
function partsOf(json: Json, path: JsonPath): readonly Part[] {
  if (Array.isArray(json))
    return json.length === 0 ? [] : [{ kind: "entries", path, entries: json }];
  if (!isObject(json)) return [{ kind: "value", path, value: json }];
  return Object.entries(json).flatMap(([key, value]) => partsOf(value, [...path, key]));
}

/** What an earlier deployment added to what it found. */
function addedBy({ before, after }: EarlierWrite, file: string): readonly Part[] {
  const found = before === undefined || before.trim() === "" ? "{}" : before;
  const old = parseJsonText(found, file);
  return partsOf(toJson(parseJsonText(after, file)), []).flatMap((part): Part[] => {
    const node = nodeAt(old, part.path);
    const was = node === undefined ? undefined : toJson(node);
    if (part.kind === "value") return isDeepStrictEqual(was, part.value) ? [] : [part];
    const known = Array.isArray(was) ? was : [];
    return [{ ...part, entries: part.entries.filter((entry) => !has(known, entry)) }];
  });
}

function withPart(text: string, part: Part, file: string): string {
  const now = withParents(text, part.path.slice(0, -1), file);
  const present = valueAt(now, part.path, file);
  if (part.kind === "value")
    return isDeepStrictEqual(present, part.value) ? now : setMember(now, part.path, part.value);
  const held = Array.isArray(present) ? present : [];
  const fresh = part.entries.filter((entry) => !has(held, entry));
  return fresh.length === 0 ? now : setMember(now, part.path, [...held, ...fresh]);
}

function withParents(text: string, path: JsonPath, file: string): string {
  return path.reduce<string>((now, _, index) => {
    const parent = path.slice(0, index + 1);
    return isObject(valueAt(now, parent, file)) ? now : setMember(now, parent, {});
  }, text);
}

/** WHY a value that differs stays: somebody changed it since, and it is theirs now. */
function withoutPart(text: string, part: Part, file: string): string {
  const present = valueAt(text, part.path, file);
  if (part.kind === "value")
    return isDeepStrictEqual(present, part.value) ? withoutMember(text, part.path, file) : text;
  if (!Array.isArray(present)) return text;
  const left = present.filter((entry) => !has(part.entries, entry));
  if (left.length === 0) return withoutMember(text, part.path, file);
  return left.length === present.length ? text : setMember(text, part.path, left);
}

/** Takes a member out, and objects around it that are empty then. */
function withoutMember(text: string, path: JsonPath, file: string): string {
  const now = removeAt(text, path);
  const parent = path.slice(0, -1);
  const around = valueAt(now, parent, file);
  const isEmpty = isObject(around) && Object.keys(around).length === 0;
  return parent.length > 0 && isEmpty ? withoutMember(now, parent, file) : now;
}

function valueAt(text: string, path: JsonPath, file: string): Json | undefined {
  const node = nodeAt(parseJsonText(text, file), path);
  return node === undefined ? undefined : toJson(node);
}

function has(list: readonly Json[], entry: Json): boolean {
  return list.some((other) => isDeepStrictEqual(other, entry));
}
