// The catalogue of what the client reads from settings: keys, events, variables, tools, and what is only believed to exist.
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";

/** Layers of settings, the highest first, by the names that people and the catalogue use. */
export const LAYERS = ["managed", "command-line", "local", "project", "user"] as const;
/** Where a settings file stands. */
export type Layer = (typeof LAYERS)[number];

const CATALOGUE_CHARS_MAX = 512 * 1024;
const TYPES = [
  ...["boolean", "string", "integer", "number", "enum", "strings", "rules"],
  ...["list", "map", "object", "any"],
] as const;
const MEANINGS = ["limits", "widens", "runs-code", "redirects", "keeps"] as const;

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(500));
const version = v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+$/, "a version of three numbers"));
const scalar = v.union([v.string(), v.boolean()]);
const type = v.picklist(TYPES, "a type of a settings key");

const KeySchema = v.strictObject({
  /** Path of the key: `.` below an object, `[]` in a list, `*` for any name. */
  key: text,
  type: v.union([type, v.pipe(v.array(type), v.minLength(2))]),
  values: v.optional(v.array(text)),
  /** Where it works; without it everywhere. */
  layers: v.optional(v.pipe(v.array(v.picklist(LAYERS)), v.minLength(1))),
  /** The version that brought it. */
  since: v.optional(version),
  /** A version that was looked at and does not know it. */
  absent: v.optional(version),
  /** A wrong value costs this key alone; without it the client ignores the whole file of a person or project. */
  invalid: v.optional(v.literal("key")),
  security: v.optional(v.picklist(MEANINGS)),
  /** The value that the client takes for the strict one. */
  strictest: v.optional(scalar),
  does: text,
});
const InventedKeySchema = v.strictObject({
  key: text,
  /** Item of the requirements. */
  item: text,
  /** Keys that do what this one promises. */
  real: v.optional(v.array(text), []),
  instead: text,
});
const VariableSchema = v.strictObject({
  name: text,
  absent: v.optional(version),
  security: v.optional(v.picklist(MEANINGS)),
  does: text,
});
const InventedVariableSchema = v.strictObject({ name: text, item: text, instead: text });
const EventSchema = v.strictObject({
  name: text,
  /** Whether an answer of a hook can hold what it is about. */
  blocks: v.boolean(),
  absent: v.optional(version),
  does: text,
});
const ToolSchema = v.strictObject({
  name: text,
  /** What stands in the brackets of its rules; `none`: nothing there matches. */
  bracket: v.picklist(["path", "command", "domain", "text", "none"]),
  /** The tool whose rule covers this one. */
  real: v.optional(text),
  does: v.optional(text),
});
/** What a mode leaves to whom. From what leaves least to what asks nobody. */
const ModeSchema = v.strictObject({
  name: text,
  /** Other names that the client takes for it. */
  aka: v.optional(v.array(text), []),
  security: v.picklist(["highest", "high", "medium", "unproven", "lowest"]),
  edits: text,
  commands: text,
  /** What becomes of everything else. */
  rest: text,
  /** Whether the mode itself ever asks a person. */
  asks: v.boolean(),
  use: text,
  /** Tiers of repositories that it is advised for. */
  tiers: v.array(text),
  /** What this guard does in it. */
  sallyport: text,
});
const InventedModeSchema = v.strictObject({ name: text, item: text, instead: text });
/** A part of the catalogue as a file has it. */
export const PartSchema = v.strictObject({
  id: text,
  title: text,
  description: text,
  client: version,
  keys: v.optional(v.array(KeySchema), []),
  invented: v.optional(v.array(InventedKeySchema), []),
  variables: v.optional(v.array(VariableSchema), []),
  invented_variables: v.optional(v.array(InventedVariableSchema), []),
  events: v.optional(v.array(EventSchema), []),
  tools: v.optional(v.array(ToolSchema), []),
  modes: v.optional(v.array(ModeSchema), []),
  invented_modes: v.optional(v.array(InventedModeSchema), []),
  /** Old names that the client still takes for new ones. */
  renamed: v.optional(v.array(v.strictObject({ name: text, to: text })), []),
});

/** A key that the client knows. */
export type KnownKey = v.InferOutput<typeof KeySchema>;
/** One file of the catalogue. */
export type CataloguePart = v.InferOutput<typeof PartSchema>;
/** The whole catalogue, of one version of the client. */
export type Catalogue = Omit<CataloguePart, "id" | "title" | "description"> & {
  readonly parts: readonly CataloguePart[];
};

/** Names of the members of each list: the published JSON schema has the same. */
export const CATALOGUE_FIELDS = {
  part: Object.keys(PartSchema.entries),
  keys: Object.keys(KeySchema.entries),
  invented: Object.keys(InventedKeySchema.entries),
  variables: Object.keys(VariableSchema.entries),
  invented_variables: Object.keys(InventedVariableSchema.entries),
  events: Object.keys(EventSchema.entries),
  tools: Object.keys(ToolSchema.entries),
  modes: Object.keys(ModeSchema.entries),
  invented_modes: Object.keys(InventedModeSchema.entries),
} as const;

/**
 * Reads one file. Throws Failure `catalogue-syntax` or `catalogue-invalid` with line and column. `parsed`: the value of this very
 * text, where it was parsed before.
 */
export function parseCataloguePart(source: string, file: string, parsed?: unknown): CataloguePart {
  return readDeclaration(source, {
    file,
    kind: "catalogue",
    schema: PartSchema,
    charsMax: CATALOGUE_CHARS_MAX,
    parsed,
  }).value;
}

/** The files as one. They speak of the same version of the client: a test holds them to that. */
export function joinCatalogue(parts: readonly CataloguePart[]): Catalogue {
  return {
    parts,
    client: parts[0]?.client ?? "",
    keys: parts.flatMap((part) => part.keys),
    invented: parts.flatMap((part) => part.invented),
    variables: parts.flatMap((part) => part.variables),
    invented_variables: parts.flatMap((part) => part.invented_variables),
    events: parts.flatMap((part) => part.events),
    tools: parts.flatMap((part) => part.tools),
    modes: parts.flatMap((part) => part.modes),
    invented_modes: parts.flatMap((part) => part.invented_modes),
    renamed: parts.flatMap((part) => part.renamed),
  };
}
