// What an MCP server says of itself, in one canonical form: the digest that is pinned, and the digest of each part of it.
import { createHash } from "node:crypto";
import * as v from "valibot";
import type { Json } from "#guard/toolcall/tool-call.ts";

/** Tools, prompts and templates of one server; a server with more cannot be pinned. */
export const TOOLS_MAX = 2_000;
/** Characters of one contract. */
export const CONTRACT_CHARS_MAX = 4 * 1024 * 1024;
const NAME_CHARS_MAX = 512;
export const URI_CHARS_MAX = 2_048;
const DEPTH_MAX = 64;

const named = v.looseObject({ name: v.pipe(v.string(), v.maxLength(NAME_CHARS_MAX)) });
const located = v.looseObject({
  ...named.entries,
  uri: v.pipe(v.string(), v.maxLength(URI_CHARS_MAX)),
});
const list = v.pipe(v.array(named), v.maxLength(TOOLS_MAX));

/** A contract as it is kept: instructions, and the definitions as the server gave them. Older ones have no resources. */
export const contractSchema = v.strictObject({
  instructions: v.nullable(v.string()),
  tools: list,
  prompts: list,
  templates: list,
  resources: v.optional(v.pipe(v.array(located), v.maxLength(TOOLS_MAX))),
});
export type Contract = v.InferOutput<typeof contractSchema>;
export type Definition = v.InferOutput<typeof named>;

/** Digests of a contract and of each part, hex SHA-256. */
export const contractDigestsSchema = v.strictObject({
  whole: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  instructions: v.string(),
  tools: v.record(v.string(), v.string()),
  prompts: v.record(v.string(), v.string()),
  templates: v.record(v.string(), v.string()),
  /** By their URIs; absent where they were not looked at. */
  resources: v.optional(v.record(v.string(), v.string())),
});
/** The lists of a contract. */
export type ContractList = "tools" | "prompts" | "templates" | "resources";
export type ContractDigests = v.InferOutput<typeof contractDigestsSchema>;

/** What of a definition the model reads, or what the client goes by. `_meta`, icons and what is private to the protocol are no part of it. */
const PARTS = [
  "name",
  "title",
  "description",
  "inputSchema",
  "outputSchema",
  "annotations",
  "arguments",
  "uriTemplate",
  "uri",
  "mimeType",
] as const;

/** The digests of a contract. Order of tools and of members does not count; two tools of one name are a part of their own. */
export function contractDigests(contract: Contract): ContractDigests {
  const parts = {
    instructions: digestOf(contract.instructions),
    tools: partDigests(contract.tools),
    prompts: partDigests(contract.prompts),
    templates: partDigests(contract.templates),
    ...(contract.resources === undefined ? {} : { resources: partDigests(contract.resources) }),
  };
  return { whole: digestOf(parts), ...parts };
}

/** Whether a server says now what was pinned of it. What was not looked at then does not count. */
export function isAsPinned(pin: ContractDigests, now: ContractDigests): boolean {
  if (pin.resources !== undefined || now.resources === undefined) return pin.whole === now.whole;
  const { whole: _, resources: __, ...parts } = now;
  return pin.whole === digestOf(parts);
}

/** One definition, without what does not count. */
export function definitionParts(definition: Definition): { readonly [key: string]: Json } {
  return Object.fromEntries(
    PARTS.flatMap((key) =>
      definition[key] === undefined ? [] : [[key, definition[key] as Json] as const],
    ),
  );
}

/** The same for every spelling of one definition. */
export function definitionDigest(definition: Definition): string {
  return digestOf(definitionParts(definition));
}

/** What a definition of a list is asked for by: a resource by its URI, everything else by its name. */
export function partKey(definition: Definition): string {
  const { uri } = definition;
  return typeof uri === "string" ? uri : definition.name;
}

function partDigests(definitions: readonly Definition[]): Record<string, string> {
  const found = new Map<string, string>();
  for (const one of definitions) {
    const before = found.get(partKey(one));
    const digest = definitionDigest(one);
    found.set(partKey(one), before === undefined ? digest : digestOf([before, digest]));
  }
  return Object.fromEntries([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function digestOf(value: Json): string {
  return createHash("sha256").update(stableText(value, 0)).digest("hex");
}

/** JSON with members in order. WHY not that of the log: a server may send what no log would take, and it must be told apart all the same. */
function stableText(value: Json, depth: number): string {
  if (depth > DEPTH_MAX) return '"too deep"';
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map((one) => stableText(one, depth + 1)).join(",")}]`;
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${stableText(value[key] ?? null, depth + 1)}`);
  return `{${members.join(",")}}`;
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}
