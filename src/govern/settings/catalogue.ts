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
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const scalar = v.union([v.string(), v.boolean()]);
const type = v.picklist(TYPES, "a type of a settings key");

/** From which version on the client knows a name, and the last one that does; both inclusive, as far as releases were read. */
const known = {
  since: v.optional(version),
  until: v.optional(version),
  /** A version that was looked at and does not know it. */
  absent: v.optional(version),
};
/** A name that needs no description. */
const NameSchema = v.strictObject({
  name: text,
  since: v.optional(version),
  until: v.optional(version),
});

const KeySchema = v.strictObject({
  /** Path of the key: `.` below an object, `[]` in a list, `*` for any name. */
  key: text,
  type: v.union([type, v.pipe(v.array(type), v.minLength(2))]),
  values: v.optional(v.array(text)),
  /** Where it works; without it everywhere. */
  layers: v.optional(v.pipe(v.array(v.picklist(LAYERS)), v.minLength(1))),
  ...known,
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
  ...known,
  security: v.optional(v.picklist(MEANINGS)),
  does: text,
});
const InventedVariableSchema = v.strictObject({ name: text, item: text, instead: text });
const EventSchema = v.strictObject({
  name: text,
  /** Whether an answer of a hook can hold what it is about. */
  blocks: v.boolean(),
  ...known,
  does: text,
});
const ToolSchema = v.strictObject({
  name: text,
  /** What stands in the brackets of its rules; `none`: nothing there matches. */
  bracket: v.picklist(["path", "command", "domain", "text", "none"]),
  ...known,
  /** The tool whose rule covers this one. */
  real: v.optional(text),
  does: v.optional(text),
});
/** What a mode leaves to whom. From what leaves least to what asks nobody. */
const ModeSchema = v.strictObject({
  name: text,
  /** Other names that the client takes for it. */
  aka: v.optional(v.array(text), []),
  ...known,
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
/** Files that a step of the proof runs, and how they ended. */
const StepSchema = v.strictObject({
  step: text,
  passed: count,
  failed: count,
  skipped: v.optional(count, 0),
  seconds: count,
});
/** A release that was read, and what was proven with it: every step of its proof passed, or there is none. */
const ReleaseSchema = v.strictObject({
  version,
  /** The day on which it was read. */
  read: v.pipe(v.string(), v.isoDate()),
  seconds: count,
  proof: v.optional(v.array(StepSchema), []),
  /** What it knows and the one before it does not, and the other way round, by kind of name. */
  changed: v.optional(
    v.array(v.strictObject({ names: text, new: v.array(text), gone: v.array(text) })),
    [],
  ),
});
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
  /** Variables that a repository's settings cannot set, whatever their name sounds like; `*` at the end: any ending. */
  start_only: v.optional(v.array(NameSchema), []),
  /** What a mod may replace, answer or call. */
  mod_events: v.optional(v.array(NameSchema), []),
  flags: v.optional(v.array(NameSchema), []),
  /** `<event>.<field>` of payloads, `*` for every event. */
  payload_fields: v.optional(v.array(NameSchema), []),
  /** `<tool>.<field>` of the input of tools that sessions without a terminal offer. */
  tool_fields: v.optional(v.array(NameSchema), []),
  releases: v.optional(v.array(ReleaseSchema), []),
});

/** A key that the client knows. */
export type KnownKey = v.InferOutput<typeof KeySchema>;
/** A release that was read. */
export type KnownRelease = v.InferOutput<typeof ReleaseSchema>;
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
  start_only: Object.keys(NameSchema.entries),
  mod_events: Object.keys(NameSchema.entries),
  flags: Object.keys(NameSchema.entries),
  payload_fields: Object.keys(NameSchema.entries),
  tool_fields: Object.keys(NameSchema.entries),
  releases: Object.keys(ReleaseSchema.entries),
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
    start_only: parts.flatMap((part) => part.start_only),
    mod_events: parts.flatMap((part) => part.mod_events),
    flags: parts.flatMap((part) => part.flags),
    payload_fields: parts.flatMap((part) => part.payload_fields),
    tool_fields: parts.flatMap((part) => part.tool_fields),
    releases: parts.flatMap((part) => part.releases),
  };
}
