// What a tool of an MCP server is given, held against its policy: folders, hosts, and values of single arguments.
import { compileGlob } from "#base/glob.ts";
import { joinPath } from "#base/path.ts";
import type { InputPolicy, McpFacts } from "../../facts/mcp-facts.ts";
import type { Json, ToolCall } from "../../toolcall/tool-call.ts";

/** Texts of one input that are looked at; with more nobody can say that all are as they should be. */
const TEXTS_MAX = 10_000;
const DEPTH_MAX = 32;

/** Names of arguments that hold a path even where the text does not look like one. */
const PATH_NAME =
  /(?:^|_|[a-z])(?:path|paths|file|files|filename|dir|directory|folder|cwd|root|source|destination)$/i;
const HOST_NAME = /(?:^|_|[a-z])(?:host|hostname|domain|server)$/i;

/** What of an input is not as its policy says, in words; undefined where all is. */
export function inputFault(
  input: Json,
  policy: InputPolicy,
  {
    projectRoot,
    home,
    cwd,
  }: { readonly projectRoot: string; readonly home: string; readonly cwd: string },
): string | undefined {
  const named = argumentFault(input, policy);
  if (named !== undefined) return named;
  const { paths, hosts } = policy;
  if (paths === undefined && hosts === undefined) return undefined;
  const texts = textsIn(input);
  if (texts === undefined) return "it is too large to be looked through";
  const isPath = compileAll(paths, projectRoot);
  const isHost = compileAll(
    hosts?.map((one) => one.toLowerCase()),
    projectRoot,
  );
  for (const { name, text } of texts) {
    const host = hostIn(text) ?? (HOST_NAME.test(name) ? text.toLowerCase() : undefined);
    if (host !== undefined) {
      if (isHost !== undefined && !isHost(host)) return `\`${name}\` names a host that it may not`;
      // WHY: an address of a file is a path.
      if (!/^file:/i.test(text)) continue;
    }
    if (isPath === undefined || !looksLikePath(name, text)) continue;
    if (!isPath(absolute(text, { home, cwd }))) return `\`${name}\` names a path that it may not`;
  }
  return undefined;
}

/**
 * Whether a call is one of a tool that a person pinned as one that only reads, and what it is given names no path and no host but by what
 * the server's own policy lets it name. WHY: what lies at a place is not the server's to tell.
 */
export function isReadingTool({ input }: ToolCall, mcp: McpFacts | undefined): boolean {
  if (mcp?.readsOnly !== true || mcp.refusal !== undefined || input.kind !== "mcp") return false;
  const texts = textsIn(input.input);
  return (
    texts?.every(
      ({ name, text }) =>
        (mcp.inputs?.paths !== undefined || !looksLikePath(name, text)) &&
        (mcp.inputs?.hosts !== undefined || (hostIn(text) === undefined && !HOST_NAME.test(name))),
    ) === true
  );
}

function argumentFault(input: Json, policy: InputPolicy): string | undefined {
  const rules = Object.entries(policy.arguments ?? {});
  if (rules.length === 0 && policy.onlyArguments !== true) return undefined;
  if (typeof input !== "object" || input === null || Array.isArray(input))
    return "it is no object of arguments";
  const given = new Map(Object.entries(input as { readonly [key: string]: Json }));
  if (policy.onlyArguments === true)
    for (const name of given.keys())
      if (!rules.some(([one]) => one === name))
        return `\`${name}\` is no argument that it may have`;
  for (const [name, { values, charsMax }] of rules) {
    const value = given.get(name);
    if (value === undefined) continue;
    if (values !== undefined && !values.some((one) => one === value))
      return `\`${name}\` has a value that it may not`;
    if (charsMax !== undefined && lengthOf(value) > charsMax) return `\`${name}\` is too long`;
  }
  return undefined;
}

function lengthOf(value: Json): number {
  return typeof value === "string" ? value.length : JSON.stringify(value).length;
}

/** All texts of an input with the name of the argument that each stands in; undefined past a bound. */
function textsIn(
  input: Json,
): readonly { readonly name: string; readonly text: string }[] | undefined {
  const found: { name: string; text: string }[] = [];
  const waiting: { name: string; value: Json; depth: number }[] = [
    { name: "", value: input, depth: 0 },
  ];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const { name, value, depth } = at;
    if (depth > DEPTH_MAX || waiting.length > TEXTS_MAX || found.length > TEXTS_MAX)
      return undefined;
    if (typeof value === "string") found.push({ name, text: value });
    if (typeof value !== "object" || value === null) continue;
    const isArray = Array.isArray(value);
    for (const [key, one] of Object.entries(value as { readonly [key: string]: Json }))
      waiting.push({ name: isArray ? name : key, value: one, depth: depth + 1 });
  }
  return found;
}

/** The host of an address; an address that cannot be read has one that nothing names. */
function hostIn(text: string): string | undefined {
  const scheme = /^\s*([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1];
  if (scheme === undefined || scheme.toLowerCase() === "file") return undefined;
  try {
    return new URL(text.trim()).hostname.toLowerCase();
  } catch {
    return "";
  }
}

function looksLikePath(name: string, text: string): boolean {
  if (/^(?:[~.]{0,2}\/|~$|\.{1,2}$|file:|[A-Za-z]:[\\/]|\\\\)/i.test(text)) return true;
  return PATH_NAME.test(name) || /(?:^|[\\/])\.\.(?:[\\/]|$)/.test(text);
}

function absolute(
  text: string,
  { home, cwd }: { readonly home: string; readonly cwd: string },
): string {
  const path = text.replace(/^file:(?:\/\/(?:localhost)?)?(?=\/)/i, "").replaceAll("\\", "/");
  const decoded = /^file:/i.test(text) ? safelyDecoded(path) : path;
  return decoded === "~" || decoded.startsWith("~/")
    ? joinPath(home, decoded.slice(2))
    : joinPath(cwd, decoded);
}

function safelyDecoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function compileAll(
  patterns: readonly string[] | undefined,
  projectRoot: string,
): ((text: string) => boolean) | undefined {
  if (patterns === undefined) return undefined;
  const tests = patterns.flatMap((pattern) => {
    const whole = pattern.replace(/^<project>/, projectRoot).replace(/(.)\/$/, "$1");
    return [compileGlob(whole), compileGlob(`${whole}/**`)];
  });
  return (text) => tests.some((test) => test(text));
}
