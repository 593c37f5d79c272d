// A recipe's entries in a settings file: added at the end of each event, taken out again by the script that they call.
import { Failure } from "#base/failure.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { appendElement, nodeAt, removeAt, setMember } from "../settings/json-edit.ts";
import { type JsonNode, memberOf, parseJsonText, toJson } from "../settings/json-text.ts";
import { handlersOf } from "../settings/lint/hook-handlers.ts";
import type { Recipe } from "./recipe.ts";

/** Seconds that the client gives a script; measured ones take some 20 ms. */
const TIMEOUT_SECONDS = 10;

/** Events on which the client heeds `onFailure` (measured). */
const HEEDED = ["PreToolUse", "UserPromptSubmit"];

/**
 * The settings with a recipe's entries; `command` is what they call. The same text where all are there. Throws a Failure with its
 * place for text that is not JSON or has something else where lists of hooks stand.
 */
export function withRecipe(
  text: string | undefined,
  recipe: Recipe,
  { command, file }: { readonly command: string; readonly file: string },
): string {
  let now = text === undefined || text.trim() === "" ? "{}\n" : text;
  for (const { event, matcher } of recipe.script.hooks) {
    const entry = entryOf(event, matcher, command);
    if (hasEntry(now, entry, event, file)) continue;
    now = withContainer(now, ["hooks"], "object", {}, file);
    now = withContainer(now, ["hooks", event], "array", [], file);
    now = appendElement(now, ["hooks", event], entry);
  }
  return now;
}

/**
 * The settings without the entries that call `command`. Lists and objects that are empty then go where a recipe would have made
 * them; undefined where nothing is left of the file.
 */
export function withoutRecipe(
  text: string,
  recipe: Recipe,
  { command, file }: { readonly command: string; readonly file: string },
): string | undefined {
  let now = text;
  for (const { event, matcher } of recipe.script.hooks) {
    const entry = JSON.stringify(entryOf(event, matcher, command));
    const list = nodeAt(parseJsonText(now, file), ["hooks", event]);
    if (list?.kind !== "array") continue;
    const at = list.elements.findIndex((element) => JSON.stringify(toJson(element)) === entry);
    if (at < 0) continue;
    now = removeAt(now, ["hooks", event, at]);
    if (isEmpty(nodeAt(parseJsonText(now, file), ["hooks", event])))
      now = removeAt(now, ["hooks", event]);
    if (isEmpty(memberOf(parseJsonText(now, file), "hooks"))) now = removeAt(now, ["hooks"]);
  }
  return now !== text && isEmpty(parseJsonText(now, file)) ? undefined : now;
}

/** Whether any hook of the settings calls `command`, whatever else the entry says. */
export function callsScript(text: string, command: string, file: string): boolean {
  return handlersOf(memberOf(parseJsonText(text, file), "hooks")).some(({ node }) => {
    const called = memberOf(node, "command");
    return called?.kind === "scalar" && called.value === command;
  });
}

function entryOf(event: string, matcher: string | undefined, command: string): Json {
  const handler = { type: "command", command, timeout: TIMEOUT_SECONDS };
  return {
    ...(event === "ConfigChange" ? {} : { matcher: matcher ?? "*" }),
    hooks: [HEEDED.includes(event) ? { ...handler, onFailure: "block" } : handler],
  };
}

function hasEntry(text: string, entry: Json, event: string, file: string): boolean {
  const list = nodeAt(parseJsonText(text, file), ["hooks", event]);
  const wanted = JSON.stringify(entry);
  return (
    list?.kind === "array" && list.elements.some((one) => JSON.stringify(toJson(one)) === wanted)
  );
}

function withContainer(
  text: string,
  path: readonly string[],
  kind: "object" | "array",
  empty: Json,
  file: string,
): string {
  const node = nodeAt(parseJsonText(text, file), path);
  if (node?.kind === kind) return text;
  if (node === undefined) return setMember(text, path, empty);
  throw new Failure("recipe", `\`${path.join(".")}\` is no ${kind} there; correct it first`, {
    at: { file },
  });
}

function isEmpty(node: JsonNode | undefined): boolean {
  if (node?.kind === "object") return node.members.length === 0;
  return node?.kind === "array" && node.elements.length === 0;
}
