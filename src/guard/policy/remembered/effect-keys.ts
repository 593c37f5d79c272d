// Keys of the other effects: what is sent, installed, rewritten, deployed or written, and of MCP tools.
import { isObject } from "#base/json.ts";
import type { DataSource, Effect } from "../../vocabulary/effect.ts";
import type { Json, ToolCall } from "../../toolcall/tool-call.ts";
import { mayMatch } from "../match.ts";
import { type KeySources, keyText, repositoryOf, lineOf } from "./key-sources.ts";

/** Deploy effects of these systems may lose what nobody gets back, whatever the operation is called. */
export const LASTING_SYSTEMS: readonly string[] = ["database", "storage", "machine", "agent"];
/** Operations after which something is gone. */
export const DESTRUCTIVE =
  /destroy|delete|drop|remove|purge|prune|wipe|down|uninstall|rollback|off/;

/** What is sent, as classes; undefined where it may be anything, or keys. */
export function cargoOf(carries: readonly DataSource[]): string[] | undefined {
  const found = new Set<string>();
  for (const source of carries) {
    switch (source.kind) {
      case "argument":
      case "repository":
        found.add(source.kind);
        break;
      case "network":
        if (source.destination.host === undefined) return undefined;
        found.add(`network ${source.destination.host}`);
        break;
      case "file":
        if (source.target.kind !== "path") return undefined;
        found.add(`file ${source.target.real} ${source.target.reach}`);
        break;
      case "environment":
      case "variable":
      case "processes":
      case "unknown":
        return undefined;
      default:
        source satisfies never;
    }
  }
  return [...found].sort();
}

/** Packages at their versions, or what files of the project name as they are now. */
export function installKey(
  { manager, packages, registry, runsScripts, locked, declared }: Effect & { kind: "install" },
  { reader, digest }: KeySources,
): string | undefined {
  const base = [manager, packages.toSorted(), registry ?? "", runsScripts] as const;
  const files = locked?.files ?? declared?.files;
  if (files === undefined) {
    const isNamed = packages.length > 0 && !packages.some((name) => /^[./~]|^file:/.test(name));
    return isNamed ? keyText("install", ...base) : undefined;
  }
  let isWhole = true;
  const texts = files.toSorted().map((path) => {
    const answer = reader.ask({ kind: "text", path });
    if (answer?.kind !== "text") return undefined;
    if (answer.text !== undefined && !answer.complete) isWhole = false;
    return [path, answer.text ?? null];
  });
  if (digest === undefined || texts.includes(undefined)) return undefined;
  return keyText(isWhole ? "install" : "install-part", ...base, digest(JSON.stringify(texts)));
}

/** Commits that are made anew on a branch, by the same command. What is lost for good is never remembered. */
export function historyKey(
  { operation, remote, refs = [] }: Effect & { kind: "history" },
  { call, reader }: KeySources,
): string | undefined {
  if (call === undefined || (operation !== "rewrite" && operation !== "amend")) return undefined;
  const branch = repositoryOf(call, reader)?.branch;
  if (branch === undefined) return undefined;
  return keyText("history", operation, remote ?? "", [...refs], branch, lineOf(call));
}

/** One named file; none that a rule keeps from being read. */
export function writeKey(
  { target, mode, via, at }: Effect & { kind: "write" },
  { policy, places, reader }: KeySources,
  classes: string[],
): string | undefined {
  if (target.kind !== "path" || target.reach !== "entry") return undefined;
  if (mode === "tracked" || mode === "cache") return undefined;
  const read: Effect = { kind: "read", target, via, at };
  const isKept = policy.rules.some(
    (rule) =>
      rule.verdict !== "allow" &&
      rule.when.effects.includes("read") &&
      mayMatch(rule.when, read, places, reader).answer !== "no",
  );
  return isKept ? undefined : keyText("write", target.real, classes);
}

/** An effect that no rule restricts, whole; never one that takes something away. */
export function openKey(effect: Effect): string | undefined {
  const { via: _via, at: _at, ...what } = effect;
  const isPlain =
    (what.kind === "read" && what.target.kind === "path") ||
    (what.kind === "execute" && what.reach === "modelled" && what.origin === "system");
  return isPlain ? `open ${JSON.stringify(what)}` : undefined;
}

/** Tools whose names say that they only look. */
const LOOKING =
  /^(?:get|list|search|read|find|describe|fetch|show|view|lookup|count)(?:[_-]|[A-Z]|$)/;

/**
 * The class of an MCP tool's input: of a tool that only looks the names of its fields with the kinds of their values, of any
 * other the input itself.
 */
export function inputClass({ input }: ToolCall): Json {
  if (input.kind !== "mcp") return null;
  const given: Json = input.input;
  if (!LOOKING.test(input.tool) || !isObject(given)) return ["exactly", JSON.stringify(given)];
  return Object.entries(given)
    .map(([name, value]) => [name, Array.isArray(value) ? "list" : typeof value])
    .sort(([one = ""], [other = ""]) => (one < other ? -1 : 1));
}
