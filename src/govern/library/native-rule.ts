// The client's own rules (`Read(./.env)`, `Bash(git push:*)`) as rules over effects, with the meaning that people give them (decision 0005).
import { readRule } from "#guard/native/rule.ts";
import type { Condition, Rule } from "#guard/policy/policy.ts";
import type { EffectKind } from "#guard/vocabulary/effect.ts";
import { parseCommandPattern } from "./command-pattern.ts";
import { ACCEPTED, allowedCommand } from "./native-allow.ts";
import { type CommandMeaning, nativeCommand } from "./native-command.ts";

/** A list of the client's settings, which is the verdict of the rules in it. */
export type NativeList = Rule["verdict"];

/** What a rule of the client comes to. `meaning`: in words for people. */
export type NativeMeaning = { readonly rules: readonly Rule[]; readonly meaning: string };

const FILE_TOOLS: Readonly<Record<string, readonly EffectKind[]>> = {
  Read: ["read"],
  Glob: ["read"],
  Grep: ["read"],
  LS: ["read"],
  Edit: ["write", "delete"],
  Write: ["write", "delete"],
  MultiEdit: ["write", "delete"],
  NotebookEdit: ["write", "delete"],
};
const TOOL_NAME = /^[A-Za-z][\w-]*\*?$/;

/**
 * The meaning of one rule of the client. Undefined where the text has not the form of a rule, or means nothing that can be
 * told. What restricts is read widely, what allows narrowly.
 */
export function nativeMeaning(text: string, verdict: NativeList): NativeMeaning | undefined {
  const read = readRule(text.trim());
  if (read.kind === "malformed" || !TOOL_NAME.test(read.tool)) return undefined;
  const { tool, subject: inner } = read;
  const whole = inner === undefined || inner === "*" || inner === "**";
  const fileEffects = FILE_TOOLS[tool];
  if (fileEffects !== undefined) {
    // A pattern stays in the project, so that all of it is all of the project where something is allowed.
    const path = whole && (verdict !== "allow" || inner === undefined) ? undefined : inner;
    return fileMeaning({ text, verdict, tool, effects: fileEffects }, path);
  }
  if (tool === "Bash")
    return whole || inner === ":*"
      ? bareTool(text, verdict, tool)
      : bashMeaning(text, verdict, inner);
  if (verdict === "allow" && inner === undefined) {
    const when = allowedMcp(tool);
    if (when !== undefined) return one(text, verdict, when, `calls of \`${tool}\``);
  }
  if (tool === "WebFetch" && !whole) return hostMeaning(text, verdict, inner);
  return bareTool(text, verdict, tool);
}

type FileRule = {
  readonly text: string;
  readonly verdict: NativeList;
  readonly tool: string;
  readonly effects: readonly EffectKind[];
};

function fileMeaning(
  { text, verdict, tool, effects }: FileRule,
  path: string | undefined,
): NativeMeaning | undefined {
  const verb = effects[0] === "read" ? "reading" : "changing";
  if (path === undefined && verdict !== "allow" && effects[0] === "read")
    return bareTool(text, verdict, tool);
  const paths = path === undefined ? undefined : nativePaths(path, verdict);
  if (path !== undefined && paths === undefined) return undefined;
  const wide: Condition =
    verdict === "allow"
      ? { effects, tools: [tool] }
      : { effects, exceptPaths: ["/dev/**", "/tmp/**", "/var/tmp/**", "~/.cache/**"] };
  const when: Condition =
    paths === undefined ? wide : { effects, paths, ...outsideOfBooks(effects, path) };
  const where = path === undefined ? "any file" : `\`${path}\``;
  return one(text, verdict, when, `${verb} ${where}, by whatever means`);
}

/** What git writes to keep its books is no change that a rule about `.git` means; it has other effects where it is harmful. */
function outsideOfBooks(
  effects: readonly EffectKind[],
  path: string | undefined,
): Pick<Condition, "operations"> {
  const isOfGit = path !== undefined && /(?:^|\/)\.git(?:\/|$)/.test(path);
  return isOfGit && effects.includes("write")
    ? { operations: ["create", "append", "change", "delete"] }
    : {};
}

function bashMeaning(text: string, verdict: NativeList, line: string): NativeMeaning | undefined {
  if (verdict === "allow") {
    const allowed = allowedCommand(line);
    return allowed && several(text, verdict, allowed);
  }
  const known = nativeCommand(line);
  if (known !== undefined) return several(text, verdict, known);
  const patterns = alternatives(line).map(parseCommandPattern);
  const commands = patterns.filter((pattern) => pattern !== undefined);
  const [first] = commands;
  if (first === undefined || commands.length < patterns.length) return undefined;
  const what = commands.map(({ words }) => `\`${words.join(" ")}\``).join(" or ");
  // What people deny or ask about is the command, with whatever it is given.
  const when: Condition = {
    effects: ["execute"],
    commands: commands.map((pattern) => ({ ...pattern, exact: false })),
  };
  return one(text, verdict, when, `running ${what}, however it is written`);
}

/** `curl|wget:*` was meant as two programs, and the client takes it for one of that name. */
function alternatives(line: string): readonly string[] {
  const [, programs = line, rest = ""] = /^([\w.-]+(?:\|[\w.-]+)+)((?:\s|:).*)?$/s.exec(line) ?? [];
  return programs === line ? [line] : programs.split("|").map((program) => `${program}${rest}`);
}

function several(text: string, verdict: NativeList, { conditions, meaning }: CommandMeaning) {
  return {
    rules: conditions.map((when, index) => ruleOf(text, verdict, when, { index, meaning })),
    meaning,
  };
}

function hostMeaning(text: string, verdict: NativeList, inner: string): NativeMeaning | undefined {
  const host = /^(?:domain:|https?:\/\/)([A-Za-z0-9*.-]+)/.exec(inner)?.[1]?.toLowerCase();
  if (host === undefined) return undefined;
  const hosts = verdict === "allow" || host.startsWith("*.") ? [host] : [host, `*.${host}`];
  const when: Condition = {
    effects: ["egress"],
    hosts,
    ...(verdict === "allow" ? { tools: ["WebFetch"] } : {}),
  };
  return one(text, verdict, when, `reaching \`${host}\``);
}

function bareTool(text: string, verdict: NativeList, tool: string): NativeMeaning {
  const all: readonly EffectKind[] =
    verdict === "allow" ? ACCEPTED : [...ACCEPTED, "privilege", "persist", "tamper", "unknown"];
  const server = /^mcp__[A-Za-z0-9-]+$/.test(tool) ? [tool, `${tool}__*`] : [tool];
  const tools = tool === "Task" || tool === "Agent" ? ["Agent", "Task"] : server;
  return one(text, verdict, { effects: all, tools }, `using ${tool}`);
}

/**
 * What allowing a tool of an MCP server, or all of one server, means: the call itself, whose effects nobody knows. A tool is
 * meant by the whole name that the client gives it; a server only where no other's tools could have the name. WHY nothing for a
 * server with a star: that would be one that nobody has seen yet.
 */
function allowedMcp(tool: string): Condition | undefined {
  const [, server = "", name] = /^mcp__([A-Za-z0-9_-]+?)(?:__(.+))?$/.exec(tool) ?? [];
  if (server === "" || server.includes("*")) return undefined;
  if (name === undefined || name === "*") return { effects: ["unknown"], mcp: [server] };
  if (name.includes("*")) return undefined;
  return { effects: ["unknown"], tools: [tool], mcp: ["*"] };
}

function one(text: string, verdict: NativeList, when: Condition, meaning: string): NativeMeaning {
  return { rules: [ruleOf(text, verdict, when, { index: 0, meaning })], meaning };
}

function ruleOf(
  text: string,
  verdict: NativeList,
  when: Condition,
  { index, meaning }: { readonly index: number; readonly meaning: string },
): Rule {
  const more = index === 0 ? "" : `-${index + 1}`;
  const reason = `the rule \`${text.slice(0, 200)}\` is about ${meaning}`.slice(0, 300);
  return {
    id: `native/${slug(`${verdict} ${text}`)}${more}`,
    verdict,
    when,
    reason,
    instead: undefined,
  };
}

/** A name for a rule that tells which one it is; different texts may share it. */
function slug(text: string): string {
  const words = text
    .toLowerCase()
    .replaceAll("*", " any ")
    .replaceAll(/[^a-z0-9]+/g, "-");
  return words.replaceAll(/^-+|-+$/g, "").slice(0, 60) || "rule";
}

// Paths in the client's rules as globs of ours.

/** Directories at the root of a machine: a path that begins with one was meant from there, whatever the client makes of it. */
const ROOTS =
  /^\/(?:bin|boot|dev|etc|home|lib|media|mnt|opt|private|proc|root|run|sbin|srv|sys|tmp|usr|var|Users|Volumes|Applications|Library|System)(?:\/|$)/;

/**
 * The globs of a path in a rule: `//x` from the root, `~/x` from the home, `/x` and `./x` from the project, and else at any
 * depth of it. A restricting rule that begins with one slash means the root as well; undefined for a path that means nothing.
 */
function nativePaths(text: string, verdict: Rule["verdict"]): readonly string[] | undefined {
  const path = text.trim();
  if (path === "" || path.startsWith("!")) return undefined;
  if (path.startsWith("//")) return withContents(path.slice(1));
  if (path.startsWith("~/")) return withContents(path);
  if (path.startsWith("./")) return withContents(`<project>/${path.slice(2)}`);
  if (path.startsWith("/")) {
    const inProject = withContents(`<project>${path}`);
    if (verdict === "allow") return inProject;
    return ROOTS.test(path) ? [...withContents(path), ...inProject] : inProject;
  }
  const anywhere = path.replace(/^(?:\*\*\/)+/, "");
  // What allows stays in the project; what restricts means the name wherever it is.
  return withContents(verdict === "allow" ? `<project>/**/${anywhere}` : `/**/${anywhere}`);
}

/** A path and what lies below it, if it is a directory: a name with a wildcard may be one too. */
function withContents(path: string): readonly string[] {
  const clean = path.length > 1 ? path.replace(/\/+$/, "") : path;
  return clean.endsWith("/**") ? [clean] : [clean, `${clean}/**`];
}
