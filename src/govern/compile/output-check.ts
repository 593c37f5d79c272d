// Settings that were compiled, held against what the client reads before anybody writes them: one bad entry voids a file.
import type { Json } from "#guard/toolcall/tool-call.ts";
import type { Catalogue, KnownKey } from "#govern/settings/catalogue.ts";
import { parseJsonText, toJson } from "#govern/settings/json-text.ts";
import { voidingFaults } from "#govern/settings/settings-check.ts";
import { isObject } from "#govern/settings/hook-entries.ts";
import type { Scope } from "./target.ts";

const RULE = /^([A-Za-z][\w-]*(?:\*)?)(?:\((.+)\))?$/s;

/** What is wrong with the text of a settings file, in words. Nothing is wrong with an empty answer. */
export function outputFaults(text: string, scope: Scope, catalogue: Catalogue): readonly string[] {
  if (text.trim() === "") return ["a file without content is no policy for the client, silently"];
  const root = parseJsonText(text, "the compiled settings");
  const settings = toJson(root);
  const layer = scope === "system" ? "managed" : scope;
  return [
    ...voidingFaults({ file: "the compiled settings", text, root }).map(({ message }) => message),
    ...keyFaults(settings, "", { layer, keys: keysByPath(catalogue) }),
    ...ruleFaults(settings, catalogue),
  ];
}

type KeyCheck = {
  readonly layer: "managed" | "user" | "project";
  readonly keys: ReadonlyMap<string, KnownKey>;
};

function keysByPath({ keys }: Catalogue): ReadonlyMap<string, KnownKey> {
  return new Map(keys.map((key) => [key.key, key]));
}

/** Every key that stands there is one that the client knows, in a file in which it works, with a value of its type. */
function keyFaults(value: Json, path: string, check: KeyCheck): readonly string[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const key = path === "" ? name : `${path}.${name}`;
    const known = check.keys.get(key);
    if (known === undefined) return [`the client knows no key \`${key}\``];
    const layers = known.layers;
    return [
      ...(layers === undefined || layers.includes(check.layer)
        ? []
        : [`\`${key}\` does not work in ${check.layer} settings`]),
      ...(fits(known, inner) ? [] : [`\`${key}\` has a value of the wrong type`]),
      ...(isOpen(key, check.keys) ? [] : keyFaults(inner, key, check)),
    ];
  });
}

/** Whether the catalogue says nothing of what is below a key, or leaves the names there to the writer. */
function isOpen(key: string, keys: KeyCheck["keys"]): boolean {
  const below = [...keys.keys()].filter((one) => one.startsWith(`${key}.`));
  return below.length === 0 || below.some((one) => one.startsWith(`${key}.*`));
}

function fits({ type, values }: KnownKey, value: Json): boolean {
  const types = Array.isArray(type) ? type : [type];
  return types.some((one) => {
    switch (one) {
      case "string":
        return typeof value === "string";
      case "boolean":
        return typeof value === "boolean";
      case "number":
        return typeof value === "number";
      case "integer":
        return Number.isInteger(value);
      case "any":
        return true;
      case "strings":
      case "rules":
        return Array.isArray(value) && value.every((item) => typeof item === "string");
      case "list":
        return Array.isArray(value);
      case "enum":
        return values === undefined || (typeof value === "string" && values.includes(value));
      default:
        return isObject(value);
    }
  });
}

/** Each rule names a tool that the client knows, and has in its brackets what means something there. */
function ruleFaults(settings: Json, { tools }: Catalogue): readonly string[] {
  const permissions = isObject(settings) ? settings["permissions"] : undefined;
  if (!isObject(permissions)) return [];
  const brackets = new Map(tools.map(({ name, bracket }) => [name, bracket]));
  return ["deny", "ask", "allow"].flatMap((list) => {
    const rules = permissions[list];
    if (!Array.isArray(rules)) return [];
    return rules.flatMap((rule) => {
      const [, tool, inner] = typeof rule === "string" ? (RULE.exec(rule) ?? []) : [];
      if (tool === undefined) return [`\`${String(rule)}\` has not the form of a rule`];
      if (tool.startsWith("mcp__")) return [];
      const bracket = brackets.get(tool);
      if (bracket === undefined) return [`\`${tool}\` is no tool of the client`];
      if (inner === undefined) return [];
      if (bracket === "none") return [`\`${String(rule)}\` matches nothing`];
      if (bracket === "domain" && !inner.startsWith("domain:"))
        return [`\`${String(rule)}\` matches nothing: hosts are said as domain:host`];
      return [];
    });
  });
}
