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
const digest = v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/));
/** Files of one skill; the client takes none that has more. */
const SKILL_FILES_MAX = 512;
const uri = v.pipe(v.string(), v.maxLength(URI_CHARS_MAX));

/** A skill of a server: its head, and each of its files with its digest; `dynamic` where its text is made when it is asked for.
 *  INVARIANT: nothing else of it is kept, so nothing that is not pinned is passed on. */
export const skillSchema = v.object({
  uri,
  frontmatter: named,
  resources: v.union([
    v.literal("dynamic"),
    v.pipe(
      v.array(v.object({ uri, digest, size: v.pipe(v.number(), v.integer()) })),
      v.maxLength(SKILL_FILES_MAX),
    ),
  ]),
});
export type Skill = v.InferOutput<typeof skillSchema>;

/** A contract as it is kept: instructions, and the definitions as the server gave them. Older ones have no resources or no skills. */
export const contractSchema = v.strictObject({
  instructions: v.nullable(v.string()),
  tools: list,
  prompts: list,
  templates: list,
  resources: v.optional(v.pipe(v.array(located), v.maxLength(TOOLS_MAX))),
  skills: v.optional(v.pipe(v.array(skillSchema), v.maxLength(TOOLS_MAX))),
  /** Texts of skills by their URIs, as they were read beside the lists. What is pinned of them are the digests of their files. */
  texts: v.optional(v.record(v.string(), v.string())),
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
  skills: v.optional(v.record(v.string(), v.string())),
});
/** The lists of a contract. */
export type ContractList = "tools" | "prompts" | "templates" | "resources" | "skills";
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
const SKILL_PARTS = ["uri", "frontmatter", "resources"] as const;

/** The digests of a contract. Order of tools and of members does not count; two tools of one name are a part of their own. */
export function contractDigests(contract: Contract): ContractDigests {
  const { resources, skills } = contract;
  return wholeOf({
    instructions: digestOf(contract.instructions),
    tools: partDigests(contract.tools),
    prompts: partDigests(contract.prompts),
    templates: partDigests(contract.templates),
    ...(resources === undefined ? {} : { resources: partDigests(resources) }),
    ...(skills === undefined ? {} : { skills: partDigests(skills) }),
  });
}

/** Whether a server says now what was pinned of it. What was not looked at then, or is not there to be looked at now, does not count. */
export function isAsPinned(pin: ContractDigests, now: ContractDigests): boolean {
  const [before, after] = [shared(pin, now), shared(now, pin)];
  return before.whole === after.whole;
}

/** Digests of what both looked at. */
function shared(one: ContractDigests, other: ContractDigests): ContractDigests {
  const { whole: _, resources, skills, ...parts } = one;
  return wholeOf({
    ...parts,
    ...(resources === undefined || other.resources === undefined ? {} : { resources }),
    ...(skills === undefined || other.skills === undefined ? {} : { skills }),
  });
}

function wholeOf(parts: Omit<ContractDigests, "whole">): ContractDigests {
  return { whole: digestOf({ ...parts } as Json), ...parts };
}

/** One definition, without what does not count. */
export function definitionParts(definition: Definition | Skill): { readonly [key: string]: Json } {
  return Object.fromEntries(
    (isSkill(definition) ? SKILL_PARTS : PARTS).flatMap((key) => {
      const value = (definition as { readonly [part: string]: unknown })[key];
      return value === undefined ? [] : [[key, value as Json] as const];
    }),
  );
}

/** The same for every spelling of one definition. */
export function definitionDigest(definition: Definition | Skill): string {
  return digestOf(definitionParts(definition));
}

/** What a definition of a list is asked for by: resources and skills by their URIs, everything else by its name. */
export function partKey(definition: Definition | Skill): string {
  if (isSkill(definition)) return definition.uri;
  const { uri: address } = definition;
  return typeof address === "string" ? address : definition.name;
}

/** WHY `name`: every other definition has one at its top, and a skill has it in its head. */
function isSkill(definition: Definition | Skill): definition is Skill {
  return !("name" in definition);
}

function partDigests(definitions: readonly (Definition | Skill)[]): Record<string, string> {
  const found = new Map<string, string>();
  for (const one of definitions) {
    const before = found.get(partKey(one));
    const now = definitionDigest(one);
    found.set(partKey(one), before === undefined ? now : digestOf([before, now]));
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
