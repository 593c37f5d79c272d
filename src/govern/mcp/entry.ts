// An entry of the catalog: a server that a person approved, by identity, with all that was agreed about it.
import { createHash } from "node:crypto";
import * as v from "valibot";
import type { InputPolicy } from "#guard/facts/mcp-facts.ts";
import { contractDigestsSchema } from "./contract.ts";
import { identitySchema } from "./identity.ts";

/** What a server can do at most. */
export const CAPABILITIES = [
  "read",
  "write",
  "saas",
  "database",
  "browser",
  "cloud",
  "source-control",
  "local-commands",
] as const;

/** The gravest class of data that it is given. */
export const DATA_CLASSES = ["public", "internal", "personal", "health"] as const;

const words = v.pipe(v.string(), v.minLength(1), v.maxLength(300));
const names = v.pipe(v.array(v.pipe(v.string(), v.maxLength(128))), v.maxLength(64));
const digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

/** Tools that one entry has policies for. */
const TOOL_POLICIES_MAX = 256;
/** Files of a command that are pinned with it. */
const FILES_MAX = 32;

const globs = v.pipe(
  v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(1_024))),
  v.maxLength(64),
);

/** One argument: the values that it may have, or how long it may be. */
const argumentSchema = v.strictObject({
  values: v.optional(
    v.pipe(v.array(v.union([v.string(), v.number(), v.boolean()])), v.maxLength(256)),
  ),
  charsMax: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
});

const inputPolicySchema = v.strictObject({
  paths: v.optional(globs),
  hosts: v.optional(globs),
  arguments: v.optional(v.record(v.pipe(v.string(), v.maxLength(128)), argumentSchema)),
  onlyArguments: v.optional(v.boolean()),
}) satisfies v.GenericSchema<unknown, InputPolicy>;

export const entrySchema = v.strictObject({
  version: v.literal(1),
  /** As the client calls it; it identifies nothing. */
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
  identity: identitySchema,
  purpose: words,
  capability: v.picklist(CAPABILITIES),
  data: v.picklist(DATA_CLASSES),
  /** Names of the variables and headers with credentials that it gets. */
  credentials: names,
  /** With whom a business associate agreement stands, and until when (wall time); null where none does. */
  baa: v.nullable(v.strictObject({ party: words, untilMs: v.pipe(v.number(), v.integer()) })),
  /** What the server said of itself when it was pinned; null before. */
  pin: v.nullable(contractDigestsSchema),
  /** Files that the command names, as they were when it was pinned. */
  files: v.pipe(
    v.array(v.strictObject({ path: v.pipe(v.string(), v.startsWith("/")), digest })),
    v.maxLength(FILES_MAX),
  ),
  /** What a tool may be given, by its name; `*` is for every tool without a policy of its own. */
  inputs: v.pipe(
    v.record(v.pipe(v.string(), v.maxLength(512)), inputPolicySchema),
    v.check((all) => Object.keys(all).length <= TOOL_POLICIES_MAX, "too many tools"),
  ),
  /** Calls of a session within so many minutes; null: any number. */
  quota: v.nullable(
    v.strictObject({
      calls: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000)),
      minutes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_440)),
    }),
  ),
});
export type ServerEntry = v.InferOutput<typeof entrySchema>;

/** The text of an entry as it is kept, and the digest that a person signs. */
export function entryText(entry: ServerEntry): { readonly text: string; readonly digest: string } {
  const text = `${JSON.stringify(entry)}\n`;
  return { text, digest: createHash("sha256").update(text).digest("hex") };
}
