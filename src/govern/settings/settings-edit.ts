// Adds our hooks and environment to the text of a settings file, and takes them out again.
import { assert, Failure } from "#base/failure.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import type { Switch } from "./fixed-entries.ts";
import { groupOf, type Insertion, ourToken } from "./hook-entries.ts";
import { withoutLoopback } from "./hook-environment.ts";
import {
  appendElement,
  appendElements,
  type JsonPath,
  nodeAt,
  removeAt,
  removeElements,
  setMember,
} from "./json-edit.ts";
import { type JsonNode, memberOf, parseJsonText, placeIn, toJson } from "./json-text.ts";
import { RULE_LISTS, type RuleList } from "./rule-lists.ts";
import { voidingFaults } from "./settings-check.ts";

/** What was there before we came: enough to take out exactly what was put in. Holds no token. */
export type Undo = {
  /** Objects and lists that we created, outermost first; they go again when nothing else is in them. */
  readonly created: readonly string[];
  /** Per variable: what we wrote, and what it was before. */
  readonly env: readonly {
    readonly name: string;
    readonly written: string;
    readonly before: string | null;
  }[];
  /** Rules of the client that we wrote; one that stood there already is the person's and is not among them. */
  readonly rules?: readonly string[] | undefined;
  /** The same of rules that ask. */
  readonly asks?: readonly string[] | undefined;
  /** Switches that we wrote; one that stood there already is the person's. */
  readonly switches?: readonly Switch[] | undefined;
};

/**
 * The settings with the insertion added; everything else keeps its text. `text` is undefined when there is no file.
 * Throws a Failure with its place for invalid JSON and for any entry by which the client would ignore the whole file.
 */
export function addToSettings(
  text: string | undefined,
  insertion: Insertion,
  file: string,
): { readonly text: string; readonly undo: Undo } {
  const created: string[] = [];
  let now = text === undefined || text.trim() === "" ? "{}\n" : text;
  checkSettings(now, file);
  const ensure = (path: JsonPath, empty: Json) => {
    if (nodeAt(parseJsonText(now, file), path) !== undefined) return;
    now = setMember(now, path, empty);
    created.push(path.join("."));
  };
  ensure(["hooks"], {});
  for (const entry of insertion.hooks) {
    ensure(["hooks", entry.event], []);
    now = appendElement(now, ["hooks", entry.event], groupOf(entry));
  }
  ensure(["env"], {});
  const env = insertion.env.map(({ name, value }) => {
    const node = nodeAt(parseJsonText(now, file), ["env", name]);
    now = setMember(now, ["env", name], value);
    return { name, written: value, before: node === undefined ? null : variableText(node) };
  });
  const written = { rules: [] as readonly string[], asks: [] as readonly string[] };
  for (const { list, of } of RULE_LISTS) {
    const present = new Set(rulesIn(now, file, list));
    const rules = (insertion[of] ?? []).filter((rule) => !present.has(rule));
    written[of] = rules;
    if (rules.length === 0) continue;
    checkRules(now, file, list);
    ensure(["permissions"], {});
    ensure(["permissions", list], []);
    now = appendElements(now, ["permissions", list], rules);
  }
  const root = parseJsonText(now, file);
  const switches = (insertion.switches ?? []).filter(({ key }) => !memberOf(root, key));
  for (const { key, value } of switches) now = setMember(now, [key], value);
  checkSettings(now, file);
  return { text: now, undo: { created, env, ...written, switches } };
}

/** Throws a Failure where rules of the client stand in a form that it does not take, so that none can be added. */
function checkRules(text: string, file: string, list: RuleList): void {
  const root = parseJsonText(text, file);
  for (const [path, kind] of [
    [["permissions"], "object"],
    [["permissions", list], "array"],
  ] as const) {
    const node = nodeAt(root, path);
    if (node === undefined || node.kind === kind) continue;
    const what = kind === "array" ? "a list" : "an object";
    const message = `\`${path.join(".")}\` is not ${what}; correct this first`;
    throw new Failure("settings-entry", message, { at: { file, ...placeIn(text, node.start) } });
  }
}

/** The rules of the client in a list of a settings text, in order. */
export function rulesIn(text: string, file: string, list: RuleList): readonly string[] {
  const node = nodeAt(parseJsonText(text, file), ["permissions", list]);
  return node?.kind === "array" ? node.elements.map(ruleText) : [];
}

/** What is no text is no rule. */
function ruleText(node: JsonNode): string {
  return node.kind === "scalar" && typeof node.value === "string" ? node.value : "";
}

/** Throws a Failure when the client would ignore this settings text, because one bad entry voids the whole file. */
export function checkSettings(text: string, file: string): void {
  const root = parseJsonText(text, file);
  const [first] = voidingFaults({ file, text, root });
  if (first === undefined) return;
  const message = `${first.message}; the client would ignore the whole file: correct this first`;
  throw new Failure("settings-entry", message, { at: first.at });
}

/**
 * The settings without our entries. Entries are known by what they call, so reformatting and edits around them do not
 * matter; a variable that somebody changed since is left and named in `left`. Without `undo` (its record was lost) the
 * hooks go, and the variables that can only be ours.
 */
export function removeFromSettings(
  text: string,
  undo: Undo | undefined,
  options: { readonly file: string; readonly caBundlePath: string | undefined },
): { readonly text: string; readonly left: readonly string[] } {
  const left: string[] = [];
  let now = removeHooks(text, options.file);
  for (const { name, written, before } of undo?.env ?? lostUndo(now, options)) {
    const node = nodeAt(parseJsonText(now, options.file), ["env", name]);
    if (node === undefined) continue;
    const restored = restoredValue(name, variableText(node), written, before);
    if (restored.kind === "keep") left.push(name);
    else if (restored.value === null) now = removeAt(now, ["env", name]);
    else now = setMember(now, ["env", name], restored.value);
  }
  for (const { list, of } of RULE_LISTS)
    now = removeRules(now, undo?.[of] ?? [], options.file, list);
  for (const { key, value } of undo?.switches ?? []) {
    const node = nodeAt(parseJsonText(now, options.file), [key]);
    if (node === undefined) continue;
    if (toJson(node) === value) now = removeAt(now, [key]);
    else left.push(key);
  }
  const created = undo?.created ?? ["hooks", ...eventsOf(now, options.file), "env"];
  for (const path of [...created].reverse())
    now = removeIfEmpty(now, path.split("."), options.file);
  return { text: now, left };
}

/** The first token of our entries in a settings text that `isOurs` accepts, or undefined. */
export function tokenInSettings(
  text: string,
  file: string,
  isOurs: (token: string) => boolean,
): string | undefined {
  return tokenIn(parseJsonText(text, file), isOurs);
}

/** The same in settings that are parsed. */
export function tokenIn(
  settings: JsonNode,
  isOurs: (token: string) => boolean,
): string | undefined {
  for (const { handler } of handlersIn(settings)) {
    const token = ourToken(handler);
    if (token !== undefined && token !== "" && isOurs(token)) return token;
  }
  return undefined;
}

/** True when any hook of ours is in the settings text, for whatever port. */
export function hasOurHooks(text: string, file: string): boolean {
  return ourHandlers(text, file).length > 0;
}

/** A handler of ours and where it stands: `hooks`, event, group, `hooks`, index. */
type OurHandler = {
  readonly path: readonly [string, string, number, string, number];
  readonly handler: Json;
};

/** Every handler of ours in a settings text, in order. */
function ourHandlers(text: string, file: string): readonly OurHandler[] {
  return handlersIn(parseJsonText(text, file));
}

function handlersIn(root: JsonNode): readonly OurHandler[] {
  const found: OurHandler[] = [];
  const hooks = memberOf(root, "hooks");
  if (hooks?.kind !== "object") return found;
  for (const { key, value } of hooks.members) {
    if (value.kind !== "array") continue;
    value.elements.forEach((group, groupIndex) => {
      const handlers = memberOf(group, "hooks");
      if (handlers?.kind !== "array") return;
      handlers.elements.forEach((node, index) => {
        const handler = toJson(node);
        if (ourToken(handler) === undefined) return;
        found.push({ path: ["hooks", key, groupIndex, "hooks", index], handler });
      });
    });
  }
  return found;
}

/** Takes out our handlers, and each group that held nothing else. */
function removeHooks(text: string, file: string): string {
  let now = text;
  // From the last to the first, so that the places of those still to go do not move.
  for (const { path } of ourHandlers(text, file).toReversed()) {
    now = removeAt(now, path);
    const handlers = nodeAt(parseJsonText(now, file), path.slice(0, 4));
    if (handlers?.kind === "array" && handlers.elements.length === 0) {
      now = removeAt(now, path.slice(0, 3));
    }
  }
  return now;
}

/** Takes out each of the rules once, the last where one stands twice: what was there before ours stays. */
function removeRules(text: string, rules: readonly string[], file: string, list: RuleList): string {
  const present = rulesIn(text, file, list);
  const places = new Set(
    rules.map((rule) => present.lastIndexOf(rule)).filter((place) => place !== -1),
  );
  return places.size === 0
    ? text
    : removeElements(text, ["permissions", list], (place) => places.has(place));
}

function removeIfEmpty(text: string, path: JsonPath, file: string): string {
  const node = nodeAt(parseJsonText(text, file), path);
  if (node === undefined || node.kind === "scalar") return text;
  const count = node.kind === "object" ? node.members.length : node.elements.length;
  return count === 0 ? removeAt(text, path) : text;
}

/** A variable as the text that the client makes of it; the check before an edit lets only scalars through. */
function variableText(node: JsonNode): string {
  return node.kind === "scalar" ? String(node.value) : "";
}

type Restored = { readonly kind: "keep" } | { readonly kind: "set"; readonly value: string | null };

function restoredValue(
  name: string,
  now: string,
  written: string,
  before: string | null,
): Restored {
  if (now === written) return { kind: "set", value: before };
  if (name.toLowerCase() !== "no_proxy") return { kind: "keep" };
  return { kind: "set", value: withoutLoopback(now, before ?? undefined) ?? null };
}

/** Variables that can only be ours when the record of what was written is gone. */
function lostUndo(
  text: string,
  { file, caBundlePath }: { readonly file: string; readonly caBundlePath: string | undefined },
): Undo["env"] {
  const node = nodeAt(parseJsonText(text, file), ["env", "NODE_EXTRA_CA_CERTS"]);
  if (node === undefined || toJson(node) !== caBundlePath) return [];
  assert(caBundlePath !== undefined, "a value that equals the path means there is one");
  return [{ name: "NODE_EXTRA_CA_CERTS", written: caBundlePath, before: null }];
}

function eventsOf(text: string, file: string): string[] {
  const hooks = memberOf(parseJsonText(text, file), "hooks");
  return hooks?.kind === "object" ? hooks.members.map(({ key }) => `hooks.${key}`) : [];
}
