// Who an MCP server is: its exact address, or its exact command with arguments. A name is nobody's.
import { createHash } from "node:crypto";
import { basename } from "node:path/posix";
import * as v from "valibot";

const WORD_CHARS_MAX = 4_096;
const ARGUMENTS_MAX = 256;

const word = v.pipe(v.string(), v.maxLength(WORD_CHARS_MAX));

/** The identity of a server, as entries and lists have it. */
export const identitySchema = v.variant("kind", [
  v.strictObject({ kind: v.literal("url"), url: v.pipe(word, v.minLength(1)) }),
  v.strictObject({
    kind: v.literal("command"),
    command: v.pipe(word, v.minLength(1)),
    args: v.pipe(v.array(word), v.maxLength(ARGUMENTS_MAX)),
  }),
]);
export type ServerIdentity = v.InferOutput<typeof identitySchema>;

/** Hex SHA-256 of an identity: equal ones alone have the same. */
export function identityDigest(identity: ServerIdentity): string {
  const parts =
    identity.kind === "url"
      ? ["url", canonicalUrl(identity.url)]
      : ["command", identity.command, ...identity.args];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** An address in one spelling: host in lower case, no default port. One that is none stays as it is. */
export function canonicalUrl(url: string): string {
  try {
    return new URL(url).href;
  } catch {
    return url;
  }
}

/** An identity in words, without what an address may carry of secrets. */
export function identityWords(identity: ServerIdentity): string {
  if (identity.kind === "command") return [identity.command, ...identity.args].join(" ");
  return identity.url
    .replace(/[?#].*$/s, "")
    .replace(/^([A-Za-z][A-Za-z0-9+.-]*:\/\/)[^/@]*@/, "$1");
}

/** A server's name as it stands in the names of its tools (measured: every other character becomes `_`). */
export function nameInTools(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]/g, "_");
}

/** The package that a command of npx or bunx names without a version; undefined for every other. */
export function unpinnedPackage(identity: ServerIdentity): string | undefined {
  if (identity.kind !== "command") return undefined;
  const program = basename(identity.command);
  const args =
    program === "npm" && identity.args[0] === "exec" ? identity.args.slice(1) : identity.args;
  if (!/^(?:npx|bunx|pnpx|uvx|npm)$/.test(program)) return undefined;
  const name = args.find((one) => !one.startsWith("-"));
  if (name === undefined || /^[./]/.test(name)) return undefined;
  const isPinned =
    program === "uvx" ? /==\d|@\d+\.\d+/.test(name) : /.@\d+\.\d+\.\d+(?:[-+][\w.-]+)?$/.test(name);
  return isPinned ? undefined : name;
}
