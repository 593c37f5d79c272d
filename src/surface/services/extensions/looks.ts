// What one extension makes the client run, as calls that can be judged: shell lines, scripts, hooks, servers and commands that it has run unasked.
import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { isObject } from "#base/json.ts";
import { INSTRUCTIONS_BYTES_MAX } from "#base/limits.ts";
import { isWithin } from "#base/path.ts";
import { quotedForShell } from "#base/shell-quoting.ts";
import { readFrontMatter as readHead } from "#base/front-matter.ts";
import { readFrontMatter } from "#assure/posture/texts/front-matter.ts";
import { shellOf } from "#guard/effects/tools/skill-text.ts";
import { statusBehind } from "../../foundation/files/picture.ts";
import { readRegularFileNow } from "../../foundation/files/regular-file.ts";
import { parsedJson } from "../mods/declaration.ts";
import { commandLine, hookCommands, sentTo, serverCommands } from "./declared-commands.ts";
import type { Item, NotRead } from "./items.ts";

/** Calls of one extension that are judged, and shell lines of one text: one with more is refused where it is typed. */
const LOOKS_MAX = 200;
const LINES_MAX = 32;
const SCRIPT = /\.(?:sh|bash|zsh|fish|py|js|mjs|cjs|ts|mts|rb|pl|php|lua|ps1|bat|cmd)$/i;
/** By what a script is started that is no program itself. */
const STARTERS: Readonly<Record<string, string>> = {
  sh: "sh",
  bash: "bash",
  zsh: "zsh",
  fish: "fish",
  py: "python3",
  rb: "ruby",
  js: "node",
  mjs: "node",
  cjs: "node",
  ts: "node",
  mts: "node",
  pl: "perl",
  php: "php",
  lua: "lua",
  ps1: "pwsh",
};

export type LookKind =
  | "shell line"
  | "script"
  | "program"
  | "hook"
  | "server"
  | "allowed command"
  | "code in the client";

/** One thing that is run, with the file and line that make it run. */
export type Look = {
  readonly how: LookKind;
  readonly file: string;
  readonly line: number;
  /** Each way in which a client may understand it. */
  readonly commands: readonly string[];
};

export type Looked = {
  readonly looks: readonly Look[];
  readonly notRead: readonly NotRead[];
  /** Tools that the client has it use without a question of its own, as its head names them. */
  readonly grants: readonly string[];
  /** Where these stand. */
  readonly grantedAt: string | undefined;
};

/** Looks into an extension. Reads the disk, within bounds; never throws. */
export function looksOf(item: Item, project: string): Looked {
  const found: Found = { looks: [], notRead: [...item.notRead], grants: [], grantedAt: undefined };
  if (item.server !== undefined) return { ...found, ...serverLooks(item, item.server) };
  const isPlugin = item.kind === "plugin" || item.files.includes(".claude-plugin/plugin.json");
  if (isPlugin) declaredLooks(item, found);
  for (const name of item.files) {
    const isRead = item.kind !== "plugin" || /^(?:skills|commands|agents|bin)\//.test(name);
    if (!isRead) continue;
    const file = join(item.folder, name);
    if (leadsOutside(item, file, found)) continue;
    if (name.endsWith(".md")) textLooks(item, file, found);
    else scriptLook(name, file, found);
  }
  const looks = found.looks.map((one) => ({
    ...one,
    commands: one.commands.map((command) => placed(command, item.folder, project)),
  }));
  const more = looks.length - LOOKS_MAX;
  const cut = { what: item.place, why: `it runs ${more} things more than are looked at` };
  const notRead = more > 0 ? [...found.notRead, cut] : found.notRead;
  return { ...found, looks: looks.slice(0, LOOKS_MAX), notRead };
}

type Found = {
  readonly looks: Look[];
  readonly notRead: NotRead[];
  readonly grants: string[];
  grantedAt: string | undefined;
};

/** WHY not read: names of what lies there would be told as names of programs, and it may be a secret. */
function leadsOutside({ folder }: Item, file: string, { notRead }: Found): boolean {
  try {
    const [real, root] = [realpathSync(file), realpathSync(folder)];
    if (isWithin(root, real)) return false;
    notRead.push({ what: file, why: `it is a link out of its folder, to ${real}` });
  } catch {
    notRead.push({ what: file, why: "nobody can tell where it leads" });
  }
  return true;
}

function textLooks({ kind, folder }: Item, file: string, found: Found): void {
  const text = textAt(file, found.notRead);
  if (text === undefined) return;
  const isAgent =
    kind === "agent" || (kind === "plugin" && file.startsWith(join(folder, "agents/")));
  headLooks(text, file, { isAgent, isIgnored: kind === "plugin" && isAgent }, found);
  // No client runs shell lines of an agent's definition.
  if (isAgent) return;
  const directory = dirname(file);
  const lines = shellOf(text, { args: "", directory });
  const typed = new Set(
    shellOf(text, { args: "typed", directory }).flatMap(({ readings }) => readings),
  );
  if (lines.length > LINES_MAX)
    found.notRead.push({
      what: file,
      why: `it has ${lines.length} shell lines, and ${LINES_MAX} of a text are judged: typing it is refused`,
    });
  for (const { readings, line } of lines.slice(0, LINES_MAX)) {
    found.looks.push({ how: "shell line", file, line, commands: readings });
    if (!readings.every((one) => typed.has(one)))
      found.notRead.push({
        what: `${file}:${line}`,
        why: "what is typed behind its name becomes part of this line, and is judged when it is typed",
      });
  }
}

/** What stands in the head of a text: hooks, servers, tools that are used unasked. */
function headLooks(
  text: string,
  file: string,
  { isAgent, isIgnored }: { readonly isAgent: boolean; readonly isIgnored: boolean },
  found: Found,
): void {
  const sure = readHead(text);
  const { keys, lineOf } = readFrontMatter(text);
  if (!sure.isSure) found.notRead.push({ what: file, why: "its head cannot be read for sure" });
  const tools = isAgent
    ? []
    : ["allowed-tools", "allowed_tools", "allowedTools"].filter((key) => sure.mayHave(key));
  for (const key of tools) {
    const named = toolsIn(keys[key]);
    if (named.length === 0)
      found.notRead.push({ what: file, why: `what stands at \`${key}\` cannot be read` });
    found.grants.push(...named);
    found.grantedAt ??= `${file}:${lineOf(key)}`;
    for (const tool of named) {
      const command = /^Bash\((.*)\)$/s.exec(tool)?.[1]?.replace(/:?\*$/, "").trim();
      if (command !== undefined && command !== "" && !command.includes("*"))
        found.looks.push({ how: "allowed command", file, line: lineOf(key), commands: [command] });
    }
  }
  // The client ignores both in agents of plugins.
  if (isIgnored) return;
  for (const [key, how, read] of [
    ["hooks", "hook", hookCommands],
    ["mcpServers", "server", serverCommands],
  ] as const) {
    if (!sure.mayHave(key)) continue;
    const { commands, isWhole } = read(keys[key]);
    const line = lineOf(key);
    found.looks.push(...commands.map((command) => ({ how, file, line, commands: [command] })));
    if (!isWhole || commands.length === 0)
      found.notRead.push({ what: `${file}:${line}`, why: `not all of its \`${key}\` can be told` });
  }
}

function scriptLook(name: string, file: string, found: Found): void {
  const isProgram = ((statusBehind(file)?.mode ?? 0) & 0o111) !== 0 || name.startsWith("bin/");
  const ending = SCRIPT.exec(name)?.[0].slice(1).toLowerCase();
  if (!isProgram && ending === undefined) return;
  const starter = ending === undefined ? undefined : STARTERS[ending];
  if (starter === undefined && !isProgram) {
    found.notRead.push({ what: file, why: "no program here is known to start it" });
    return;
  }
  const words = starter === undefined ? [file] : [starter, file];
  const how = starter === undefined ? "program" : "script";
  found.looks.push({ how, file, line: 1, commands: [words.map(quotedForShell).join(" ")] });
}

/** Hooks, servers and code in the client that a plugin's own files declare. */
function declaredLooks(item: Item, found: Found): void {
  const manifest = join(item.folder, ".claude-plugin", "plugin.json");
  const told = jsonAt(manifest, found.notRead);
  const own: Readonly<Record<string, unknown>> = isObject(told) ? told : {};
  const hooks = [own["hooks"]].flat();
  const files = ["hooks/hooks.json", ...hooks.filter((one) => typeof one === "string")];
  const lists = [
    ...files.map((name) => {
      const file = join(item.folder, name);
      return { file, value: jsonAt(file, found.notRead) };
    }),
    ...hooks.filter(isObject).map((value) => ({ file: manifest, value })),
  ];
  for (const { file, value } of lists) {
    if (!isObject(value)) continue;
    if (value["modules"] !== undefined)
      found.looks.push({ how: "code in the client", file, line: 1, commands: [] });
    add("hook", file, hookCommands(value["hooks"] ?? value), found);
  }
  // MCP servers stand in the catalog by themselves.
  for (const [file, value] of [
    [join(item.folder, ".lsp.json"), jsonAt(join(item.folder, ".lsp.json"), found.notRead)],
    [manifest, own["lspServers"]],
  ] as const)
    if (value !== undefined) add("server", file, serverCommands(value), found);
}

function add(
  how: "hook" | "server",
  file: string,
  { commands, isWhole }: ReturnType<typeof hookCommands>,
  { looks, notRead }: Found,
): void {
  looks.push(...commands.map((command) => ({ how, file, line: 1, commands: [command] })));
  if (!isWhole) notRead.push({ what: file, why: `not all of its ${how}s can be told` });
}

function serverLooks(
  { place }: Item,
  { identity }: NonNullable<Item["server"]>,
): Pick<Looked, "looks"> {
  const command =
    identity.kind === "command"
      ? commandLine(identity.command, identity.args)
      : sentTo(identity.url);
  return { looks: [{ how: "server", file: place, line: 1, commands: [command] }] };
}

/** A path that a plugin's or project's own place stands in, as the client fills it in. */
function placed(command: string, folder: string, project: string): string {
  return command
    .replaceAll(/\$\{CLAUDE_PLUGIN_ROOT\}|\$CLAUDE_PLUGIN_ROOT\b/g, () => folder)
    .replaceAll(/\$\{CLAUDE_PROJECT_DIR\}|\$CLAUDE_PROJECT_DIR\b/g, () => project);
}

function toolsIn(value: unknown): readonly string[] {
  const texts = (Array.isArray(value) ? value : [value]).filter((one) => typeof one === "string");
  // A comma or blank between parentheses belongs to a command.
  return texts.flatMap((text) => text.match(/[^\s,(]+(?:\([^)]*\))?/g) ?? []).slice(0, LOOKS_MAX);
}

function textAt(file: string, notRead: NotRead[]): string | undefined {
  const read = readRegularFileNow(file, INSTRUCTIONS_BYTES_MAX);
  if (read === undefined) notRead.push({ what: file, why: "it cannot be read" });
  if (read?.complete === false)
    notRead.push({
      what: file,
      why: `it is longer than the ${INSTRUCTIONS_BYTES_MAX / 1024} KiB that are read`,
    });
  return read === undefined ? undefined : Buffer.from(read.bytes).toString("utf8");
}

/** The value of a JSON file; undefined where there is none, and told where it cannot be read. */
function jsonAt(file: string, notRead: NotRead[]): unknown {
  if (statusBehind(file) === undefined) return undefined;
  const text = textAt(file, notRead);
  const value = parsedJson(text);
  if (text !== undefined && value === undefined) notRead.push({ what: file, why: "it is no JSON" });
  return value;
}
