// A hook recipe as data: what it holds, how sallyport gives it natively, and what its script refuses, asks about or records.
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";
import { Failure } from "#base/failure.ts";

const RECIPE_CHARS_MAX = 64 * 1024;
const text = (charsMax: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(charsMax));
/** WHY so narrow: these texts stand in a shell script between single quotes, one to a line. */
const word = v.pipe(
  v.string(),
  v.regex(/^[\w.,:;/*@+~() -]+$/, "letters, digits and . , : ; / * @ + ~ ( ) - _"),
  v.maxLength(200),
);
const words = v.optional(v.array(word), []);

/** Shapes that a script knows of contents; the product's own detectors know many more. */
export const CONTENT_KINDS = ["secret", "phi", "pii"] as const;
/** Fields of a record. */
export const RECORD_FIELDS = [
  ...["ts", "timestamp", "user", "session_id", "tool_use_id", "cwd", "repository", "branch"],
  ...["permission_mode", "hook_event_name", "phase", "tool_name", "tool", "mcp_server", "mcp_tool"],
  ...["command", "path", "file", "input", "action", "decision", "reason", "policy_version"],
  ...["approval_id"],
] as const;
/** Events for which a script has an answer in the client's form. */
export const RECIPE_EVENTS = [
  ...["PreToolUse", "PostToolUse", "PostToolUseFailure", "PermissionRequest", "PermissionDenied"],
  ...["UserPromptSubmit", "ConfigChange"],
] as const;

const RuleSchema = v.strictObject({
  verdict: v.picklist(["deny", "ask", "withhold"]),
  reason: word,
  /** Programs by name, `git push` by program and words, tools by name. */
  programs: words,
  commands: words,
  tools: words,
  /** Runs of path segments, `*` in one of them, at any depth and below. */
  paths: words,
  /** Words of a segment: `auth` is in `auth-service.ts` and not in `author.md`. */
  pathWords: words,
  exceptPaths: words,
  access: v.optional(v.picklist(["any", "write"]), "any"),
  content: v.optional(v.array(v.picklist(CONTENT_KINDS)), []),
  /** Programs pass when all they name is this machine. */
  exceptLoopback: v.optional(v.boolean(), false),
  /** Bash calls that the script cannot read. */
  unread: v.optional(v.boolean(), false),
  /** Every call of the events. */
  always: v.optional(v.boolean(), false),
});
const StreamSchema = v.strictObject({
  file: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9.-]{0,63}$/, "a file's name")),
  tools: words,
  fields: v.pipe(v.array(v.picklist(RECORD_FIELDS)), v.minLength(1)),
});
const FixtureSchema = v.strictObject({
  name: text(120),
  event: v.optional(v.picklist(RECIPE_EVENTS)),
  tool: v.optional(text(100)),
  input: v.optional(v.record(v.string(), v.unknown()), {}),
  response: v.optional(v.unknown()),
  expect: v.picklist(["deny", "ask", "pass", "withhold", "record"]),
  /** A part of the reason or record. */
  says: v.optional(text(200)),
});
const RecipeSchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,63}$/, "lower case letters, digits, dashes")),
  title: text(120),
  description: text(2_000),
  /** Items of the requirements. */
  items: v.array(v.pipe(v.string(), v.regex(/^(?:M\d+|X)\.\d+$/, "an item"))),
  native: v.strictObject({
    /** A policy of `data/policies` and those of its rules that do this. */
    policy: v.optional(text(64)),
    rules: words,
    /** A command of sallyport. */
    command: v.optional(text(200)),
    how: text(1_000),
  }),
  script: v.strictObject({
    hooks: v.pipe(
      v.array(v.strictObject({ event: v.picklist(RECIPE_EVENTS), matcher: v.optional(text(100)) })),
      v.minLength(1),
    ),
    rules: v.optional(v.array(RuleSchema), []),
    record: v.optional(v.array(StreamSchema), []),
    limits: text(1_000),
  }),
  fixtures: v.pipe(v.array(FixtureSchema), v.minLength(2)),
});

/** A recipe; `script.rules` judge calls, `script.record` writes them down. */
export type Recipe = v.InferOutput<typeof RecipeSchema>;
export type RecipeRule = Recipe["script"]["rules"][number];
export type RecipeFixture = Recipe["fixtures"][number];

/** Names of the fields: the published JSON schema has the same. */
export const RECIPE_FIELDS = {
  recipe: Object.keys(RecipeSchema.entries),
  rule: Object.keys(RuleSchema.entries),
  stream: Object.keys(StreamSchema.entries),
  fixture: Object.keys(FixtureSchema.entries),
} as const;

/** Reads the recipe called `name`. Throws Failure `recipe-syntax` or `recipe-invalid` with the place of the fault. */
export function parseRecipe(source: string, file: string, name: string): Recipe {
  const { value, place } = readDeclaration(source, {
    file,
    kind: "recipe",
    schema: RecipeSchema,
    charsMax: RECIPE_CHARS_MAX,
  });
  const invalid = (what: string, ...path: string[]) =>
    new Failure("recipe-invalid", what, { at: place(path) });
  if (value.id !== name) throw invalid(`the id is not the recipe's name, \`${name}\``, "id");
  const { rules, record } = value.script;
  if (rules.length > 0 === record.length > 0)
    throw invalid("a recipe either judges by `rules` or writes a `record`", "script");
  return value;
}
