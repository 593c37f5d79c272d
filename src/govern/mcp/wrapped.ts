// Entries of the client's files that lead through the gateway: recognised, made of an entry, and turned back to the very same text.
import { type JsonNode, memberOf, toJson } from "../settings/json-text.ts";
import type { ServerIdentity } from "./identity.ts";

const PROGRAM = "sallyport";
const WORDS = ["mcp", "gateway"] as const;
/** Variables by which the gateway gets headers of an address. */
const HEADER_PREFIX = "SALLYPORT_MCP_HEADER_";
/** Variables under which what runs is another program, or asks another catalog. */
const STEERING = /^(?:PATH$|NODE_OPTIONS$|LD_|DYLD_|SALLYPORT_(?!MCP_HEADER_))/;

/** Who stands behind an entry that leads through the gateway; undefined for every other. WHY no options: they would change what is asked. */
export function identityBehind(
  { command, args }: { readonly command: string; readonly args: readonly string[] },
  variables: readonly string[],
): ServerIdentity | undefined {
  if (command !== PROGRAM || args[0] !== WORDS[0] || args[1] !== WORDS[1]) return undefined;
  if (variables.some((name) => STEERING.test(name))) return undefined;
  const [how, first, ...rest] = args.slice(2);
  if (first === undefined) return undefined;
  if (how === "--") return { kind: "command", command: first, args: rest };
  return how === "--url" && rest.length === 0 ? { kind: "url", url: first } : undefined;
}

/** The words that lead to a server through the gateway. */
export function wordsThrough(identity: ServerIdentity): readonly string[] {
  return identity.kind === "url"
    ? [PROGRAM, ...WORDS, "--url", identity.url]
    : [PROGRAM, ...WORDS, "--", identity.command, ...identity.args];
}

/** Whether a variable holds a header, which no server gets as a variable. */
export function isHeaderVariable(name: string): boolean {
  return name.startsWith(HEADER_PREFIX);
}

/** The headers that variables name. */
export function headersIn(
  variables: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) =>
      isHeaderVariable(name) && value !== undefined
        ? [[name.slice(HEADER_PREFIX.length), value]]
        : [],
    ),
  );
}

type Edit = { readonly start: number; readonly end: number; readonly text: string };
type Entry = Extract<JsonNode, { kind: "object" }>;

/** What became of an entry: its edits, or why there are none. */
export type EntryEdits = readonly Edit[] | "is so already" | { readonly fault: string };

const LEAD = '"mcp", "gateway", ';
/** What an entry without arguments gets. WHY the blank: no list that was there begins so once something is put into it. */
const newArguments = (raw: string): string => `, "args": [ ${LEAD}"--", ${raw}]`;
const COMMAND_KEY = `"command": "${PROGRAM}", "args"`;

/** Edits that lead an entry through the gateway. */
export function wrapEdits(text: string, entry: JsonNode): EntryEdits {
  if (entry.kind !== "object") return { fault: "its entry is no object" };
  const raw = ({ start, end }: JsonNode): string => text.slice(start, end);
  const [command, args, url] = ["command", "args", "url"].map((key) => memberOf(entry, key));
  const type = textIn(entry, "type");
  if (isWrapped(entry)) return "is so already";
  if (command !== undefined) {
    if (url !== undefined || textIn(entry, "command") === undefined || !isTexts(args))
      return { fault: "its command is not of the form that the client reads" };
    const env = memberOf(entry, "env");
    const steers =
      env?.kind === "object" ? env.members.find(({ key }) => STEERING.test(key)) : undefined;
    if (steers !== undefined)
      return { fault: `its variable \`${steers.key}\` could make another program of the gateway` };
    if (type !== undefined && type !== "stdio") return { fault: `its type is \`${type}\`` };
    const first = { start: command.start, end: command.end, text: `"${PROGRAM}"` };
    if (args?.kind !== "array")
      return [{ ...first, text: `"${PROGRAM}"${newArguments(raw(command))}` }];
    const more = args.elements.length > 0 ? ", " : "";
    const at = args.start + 1;
    return [first, { start: at, end: at, text: `${LEAD}"--", ${raw(command)}${more}` }];
  }
  if (url === undefined || textIn(entry, "url") === undefined)
    return { fault: "it has neither a command nor an address" };
  if (type !== undefined && type !== "http")
    return { fault: `its type is \`${type}\`; only \`http\` can be led through` };
  const strange = entry.members.find(({ key }) => !["type", "url", "headers"].includes(key));
  if (strange !== undefined) return { fault: `\`${strange.key}\` has no place in the gateway` };
  const key = entry.members.find((one) => one.key === "url");
  const edits: Edit[] = [
    { start: key?.start ?? 0, end: (key?.start ?? 0) + '"url"'.length, text: COMMAND_KEY },
    { start: url.start, end: url.end, text: `[${LEAD}"--url", ${raw(url)}]` },
  ];
  if (key === undefined || text.slice(key.start, key.start + 5) !== '"url"')
    return { fault: "its key `url` is written with escapes" };
  const kind = memberOf(entry, "type");
  if (kind !== undefined && raw(kind) !== '"http"')
    return { fault: "its type is written with escapes" };
  if (kind !== undefined) edits.push({ start: kind.start, end: kind.end, text: '"stdio"' });
  const headers = entry.members.find((one) => one.key === "headers");
  if (headers === undefined) return edits;
  if (
    headers.value.kind !== "object" ||
    text.slice(headers.start, headers.start + 9) !== '"headers"'
  )
    return { fault: "its headers are not of the form that the client reads" };
  edits.push({ start: headers.start, end: headers.start + '"headers"'.length, text: '"env"' });
  for (const { start } of headers.value.members)
    edits.push({ start: start + 1, end: start + 1, text: HEADER_PREFIX });
  return edits;
}

/** Edits that take the gateway out of an entry again. */
export function unwrapEdits(text: string, entry: JsonNode): EntryEdits {
  if (entry.kind !== "object" || !isWrapped(entry)) return "is so already";
  const [command, args] = [memberOf(entry, "command"), memberOf(entry, "args")];
  const other = {
    fault: "somebody wrote it otherwise since: take `sallyport mcp gateway` out by hand",
  };
  if (command === undefined || args?.kind !== "array") return other;
  const last = args.elements[3];
  if (last === undefined) return other;
  const raw = text.slice(last.start, last.end);
  if (textOf(args.elements[2]) === "--url") return unwrapUrl(text, entry, { args, raw }) ?? other;
  const added = newArguments(raw);
  if (text.startsWith(added, command.end))
    return [{ start: command.start, end: command.end + added.length, text: raw }];
  const lead = `${LEAD}"--", ${raw}${args.elements.length > 4 ? ", " : ""}`;
  const at = args.start + 1;
  if (!text.startsWith(lead, at)) return other;
  return [
    { start: command.start, end: command.end, text: raw },
    { start: at, end: at + lead.length, text: "" },
  ];
}

function unwrapUrl(
  text: string,
  entry: Entry,
  { args, raw }: { readonly args: JsonNode; readonly raw: string },
): readonly Edit[] | undefined {
  const key = entry.members.find((one) => one.key === "command");
  if (key === undefined || !text.startsWith(COMMAND_KEY, key.start)) return undefined;
  if (text.slice(args.start, args.end) !== `[${LEAD}"--url", ${raw}]`) return undefined;
  const edits: Edit[] = [
    { start: key.start, end: key.start + COMMAND_KEY.length, text: '"url"' },
    { start: args.start, end: args.end, text: raw },
  ];
  const type = memberOf(entry, "type");
  if (type !== undefined) edits.push({ start: type.start, end: type.end, text: '"http"' });
  const env = entry.members.find((one) => one.key === "env");
  if (env === undefined) return edits;
  if (env.value.kind !== "object" || !text.startsWith('"env"', env.start)) return undefined;
  edits.push({ start: env.start, end: env.start + '"env"'.length, text: '"headers"' });
  for (const { start } of env.value.members) {
    if (!text.startsWith(HEADER_PREFIX, start + 1)) return undefined;
    edits.push({ start: start + 1, end: start + 1 + HEADER_PREFIX.length, text: "" });
  }
  return edits;
}

/** The text with all of them. */
export function edited(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((one, other) => other.start - one.start)
    .reduce((now, { start, end, text: part }) => now.slice(0, start) + part + now.slice(end), text);
}

function isWrapped(entry: Entry): boolean {
  const command = textIn(entry, "command");
  const args = memberOf(entry, "args");
  if (command === undefined || args === undefined || !isTexts(args)) return false;
  return identityBehind({ command, args: toJson(args) as readonly string[] }, []) !== undefined;
}

function isTexts(node: JsonNode | undefined): boolean {
  if (node === undefined) return true;
  return node.kind === "array" && node.elements.every((one) => textOf(one) !== undefined);
}

function textIn(entry: Entry, key: string): string | undefined {
  return textOf(memberOf(entry, key));
}

function textOf(node: JsonNode | undefined): string | undefined {
  return node?.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
}
