// A stack of settings made ready to be asked: the rules that count, compiled, the mode, the directories.
import { joinPath } from "#base/path.ts";
import { CLIENT_MODES } from "../facts/facts.ts";
import { type CommandRule, compileCommandRule } from "./command-rule.ts";
import { compilePathRule } from "./path-rule.ts";
import { currentName, namesTool, readRule, type RuleParts } from "./rule.ts";
import type { NativeLayer, NativeMode, NativeRule, NativeStack, RuleList } from "./stack.ts";

/** A rule, compiled as the tool it names wants it. */
export type CompiledRule = {
  readonly rule: NativeRule;
  readonly parts: RuleParts;
  /** Of Read and Edit rules with a path. */
  readonly matchesPath: ((path: string) => boolean) | undefined;
  /** Of Bash rules with a command. */
  readonly command: CommandRule | undefined;
};

/** The rules of one list, by what they are held against. */
export type CompiledList = {
  readonly bash: readonly CompiledRule[];
  readonly read: readonly CompiledRule[];
  readonly edit: readonly CompiledRule[];
  readonly all: readonly CompiledRule[];
};

/** Tools with a path, and the input that holds it. */
export const FILE_TOOLS: Readonly<Record<string, string>> = {
  Read: "file_path",
  Write: "file_path",
  Edit: "file_path",
  MultiEdit: "file_path",
  NotebookEdit: "notebook_path",
};

/** What the client goes by for a whole session. */
export type NativeSession = {
  readonly mode: NativeMode;
  readonly lists: Readonly<Record<RuleList, CompiledList>>;
  /** The project and the directories added to it. */
  readonly directories: readonly string[];
  readonly project: string;
  readonly home: string;
};

const MODES: readonly string[] = CLIENT_MODES satisfies readonly NativeMode[];
const BY_PRECEDENCE = ["managed", "flag", "local", "project", "user"] as const;

type Around = { readonly stack: NativeStack; readonly directories: readonly string[] };

/** Compiles a stack once; the session answers any number of calls. */
export function openSession(stack: NativeStack): NativeSession {
  const layers = BY_PRECEDENCE.flatMap((source) =>
    stack.layers.filter((layer) => layer.source === source),
  );
  const directories = directoriesOf(stack, layers);
  const around = { stack, directories };
  return {
    mode: modeOf(stack, layers),
    lists: {
      deny: compileList("deny", layers, around),
      ask: compileList("ask", layers, around),
      allow: compileList("allow", layers, around),
    },
    directories,
    project: stack.project,
    home: stack.home,
  };
}

function modeOf(stack: NativeStack, layers: readonly NativeLayer[]): NativeMode {
  const mode = stack.mode ?? defaultMode(layers);
  const isBypassOff = layers.some(
    ({ settings }) => settings.permissions?.disableBypassPermissionsMode === "disable",
  );
  return mode === "bypassPermissions" && isBypassOff ? "default" : mode;
}

function defaultMode(layers: readonly NativeLayer[]): NativeMode {
  for (const layer of layers) {
    const mode = layer.settings.permissions?.defaultMode;
    if (mode === undefined || !isMode(mode)) continue;
    // WHY: files of a project put nobody into a mode with fewer questions; nor do layers below them then count (measured).
    return isShared(layer) && (mode === "bypassPermissions" || mode === "auto") ? "default" : mode;
  }
  return "default";
}

function isMode(mode: string): mode is NativeMode {
  return MODES.includes(mode);
}

function directoriesOf(stack: NativeStack, layers: readonly NativeLayer[]): readonly string[] {
  const added = layers
    .filter((layer) => stack.isTrusted || !isShared(layer))
    .flatMap(({ settings }) => settings.permissions?.additionalDirectories ?? []);
  return [
    stack.project,
    ...added.map((directory) =>
      directory === "~" || directory.startsWith("~/")
        ? joinPath(stack.home, directory.slice(2))
        : joinPath(stack.project, directory),
    ),
  ];
}

/** Whether rules of a layer count in a list. */
function counts(layer: NativeLayer, list: RuleList, stack: NativeStack): boolean {
  const isManagedOnly = stack.layers.some(
    ({ source, settings }) =>
      source === "managed" && settings.allowManagedPermissionRulesOnly === true,
  );
  if (isManagedOnly && layer.source !== "managed") return false;
  return list !== "allow" || stack.isTrusted || !isShared(layer);
}

/** Whether the file lies in the project, and so may come from somebody else. */
function isShared({ source }: NativeLayer): boolean {
  return source === "project" || source === "local";
}

function compileList(list: RuleList, layers: readonly NativeLayer[], around: Around): CompiledList {
  const all = layers
    .filter((layer) => counts(layer, list, around.stack))
    .flatMap((layer) =>
      (layer.settings.permissions?.[list] ?? []).flatMap((text) =>
        compile(text, list, layer, around),
      ),
    );
  const of = (tool: string): readonly CompiledRule[] =>
    all.filter(({ parts }) =>
      parts.subject === undefined ? namesTool(parts, tool) : parts.tool === tool,
    );
  return { bash: of("Bash"), read: of("Read"), edit: of("Edit"), all };
}

function compile(
  text: string,
  list: RuleList,
  layer: NativeLayer,
  { stack, directories }: Around,
): readonly CompiledRule[] {
  const parts = readRule(text);
  if (parts.kind === "malformed") return [];
  // WHY: stars open tools of a server that is named, and nothing else (measured on 2.1.328); what they restrict may be any tool.
  const isBroad = parts.tool.includes("*") && !/^mcp__[^*]+?__/.test(parts.tool);
  if (list === "allow" && isBroad) return [];
  const tool = currentName(parts.tool);
  const isFile = tool in FILE_TOOLS;
  // WHY: a lone star is every call, as if there were no brackets, but for paths that are allowed.
  const isEvery = parts.subject === "*" && !(isFile && list === "allow");
  const subject = isEvery ? undefined : parts.subject;
  // WHY: allowed, a star for all files is not held against paths: it opens only the tool it names, in the project.
  const isOwn = isFile && subject === "*";
  const hasPaths = tool === "Read" || tool === "Edit";
  const isPath = hasPaths && subject !== undefined && !isOwn;
  const places = {
    root: layer.root,
    home: stack.home,
    directories: list === "allow" ? [stack.project] : directories,
  };
  return [
    {
      rule: { list, text, source: layer.source, file: layer.file },
      parts: { tool, subject: isOwn ? "*" : subject },
      matchesPath: isPath ? compilePathRule(subject, places, list) : undefined,
      command: tool === "Bash" && subject !== undefined ? compileCommandRule(subject) : undefined,
    },
  ];
}
