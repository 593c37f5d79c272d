// Policy packs: from declarative YAML to the compiled form that the guard judges by. Text in, policy out; no disk.
import { createHash } from "node:crypto";
import * as v from "valibot";
import { parseDocument } from "yaml";
import { readDeclaration } from "#base/declaration.ts";
import { Failure, type SourcePlace } from "#base/failure.ts";
import { DETECTORS } from "#guard/content/detectors/index.ts";
import { EFFECT_KINDS } from "#guard/effects/effect.ts";
import { PERMISSION_MODES } from "#guard/facts.ts";
import type { Condition, Layer, Policy, Rule } from "#guard/policy/policy.ts";

/** Characters of one pack; a larger file is refused unread. */
export const PACK_CHARS_MAX = 1_000_000;

const Glob = v.pipe(v.string(), v.minLength(1), v.maxLength(1_000));
const Globs = v.union([v.array(Glob), v.strictObject({ in: v.string() })]);
const Strings = v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(200)));

const RuleSchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, "an id of the form `group/name`")),
  verdict: v.picklist(["deny", "ask", "allow"]),
  effects: v.pipe(v.array(v.picklist(EFFECT_KINDS)), v.minLength(1)),
  paths: v.optional(Globs),
  exceptPaths: v.optional(Globs),
  named: v.optional(v.boolean()),
  hosts: v.optional(Strings),
  exceptHosts: v.optional(Strings),
  origins: v.optional(
    v.array(v.picklist(["system", "project", "generated", "download", "inline", "unknown"])),
  ),
  reach: v.optional(v.picklist(["modelled", "unbounded"])),
  operations: v.optional(Strings),
  refs: v.optional(Globs),
  detectors: v.optional(v.pipe(v.array(v.picklist(DETECTORS.map(({ id }) => id))), v.minLength(1))),
  programs: v.optional(Strings),
  carriesNothing: v.optional(v.boolean()),
  tools: v.optional(Strings),
  modes: v.optional(v.array(v.picklist(PERMISSION_MODES))),
  reason: v.pipe(v.string(), v.minLength(1), v.maxLength(300)),
  instead: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(500))),
});

const PackSchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/, "lower case letters, digits and dashes")),
  version: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  title: v.string(),
  description: v.optional(v.string()),
  automaticApproval: v.boolean(),
  lists: v.optional(v.record(v.string(), v.array(Glob)), {}),
  rules: v.pipe(v.array(RuleSchema), v.minLength(1), v.maxLength(2_000)),
});

/** Names of the fields of a pack and of a rule: the published JSON schema has the same. */
export const PACK_FIELDS = {
  pack: Object.keys(PackSchema.entries),
  rule: Object.keys(RuleSchema.entries),
} as const;

type PackRule = v.InferOutput<typeof RuleSchema>;

/** Compiles a pack. Throws Failure `policy-syntax` or `policy-invalid` with the line and column of the fault. */
export function parsePolicyPack(text: string, file: string, layer: Layer): Policy {
  const { value: pack, place } = readDeclaration(text, {
    file,
    kind: "policy",
    schema: PackSchema,
    charsMax: PACK_CHARS_MAX,
  });
  const seen = new Set<string>();
  const rules = pack.rules.map((rule, index): Rule => {
    if (seen.has(rule.id)) {
      throw new Failure(
        "policy-invalid",
        `the rule id \`${rule.id}\` is used twice: give each rule its own`,
        { at: place(["rules", index, "id"]) },
      );
    }
    seen.add(rule.id);
    return compileRule(rule, pack.lists, (key) => place(["rules", index, key]));
  });
  const compiled = {
    id: pack.id,
    layer,
    version: pack.version,
    automaticApproval: pack.automaticApproval,
    rules,
  };
  return {
    ...compiled,
    digest: createHash("sha256").update(JSON.stringify(compiled)).digest("hex"),
  };
}

/** The title of a pack's text, or nothing where it has none that can be read. */
export function packTitle(text: string): string | undefined {
  const title: unknown = parseDocument(text.slice(0, PACK_CHARS_MAX), { schema: "core" }).get(
    "title",
  );
  return typeof title === "string" ? title : undefined;
}

function compileRule(
  rule: PackRule,
  lists: Readonly<Record<string, readonly string[]>>,
  place: (key: string) => SourcePlace,
): Rule {
  const globs = (key: "paths" | "exceptPaths" | "refs"): readonly string[] | undefined => {
    const value = rule[key];
    if (value === undefined || Array.isArray(value)) return value;
    const list = lists[value.in];
    if (list === undefined) {
      throw new Failure(
        "policy-invalid",
        `the list \`${value.in}\` is not defined: add it under \`lists\``,
        { at: place(key) },
      );
    }
    return list;
  };
  const paths = globs("paths");
  const exceptPaths = globs("exceptPaths");
  const refs = globs("refs");
  const when: Condition = {
    effects: rule.effects,
    ...(paths === undefined ? {} : { paths }),
    ...(exceptPaths === undefined ? {} : { exceptPaths }),
    ...(rule.named === undefined ? {} : { named: rule.named }),
    ...(rule.hosts === undefined ? {} : { hosts: rule.hosts }),
    ...(rule.exceptHosts === undefined ? {} : { exceptHosts: rule.exceptHosts }),
    ...(rule.origins === undefined ? {} : { origins: rule.origins }),
    ...(rule.reach === undefined ? {} : { reach: rule.reach }),
    ...(rule.operations === undefined ? {} : { operations: rule.operations }),
    ...(refs === undefined ? {} : { refs }),
    ...(rule.detectors === undefined ? {} : { detectors: rule.detectors }),
    ...(rule.programs === undefined ? {} : { programs: rule.programs }),
    ...(rule.carriesNothing === undefined ? {} : { carriesNothing: rule.carriesNothing }),
    ...(rule.tools === undefined ? {} : { tools: rule.tools }),
    ...(rule.modes === undefined ? {} : { modes: rule.modes }),
  };
  if (rule.verdict === "allow" && rule.effects.includes("unknown")) {
    throw new Failure(
      "policy-invalid",
      `the rule \`${rule.id}\` allows \`unknown\`: what is unknown can never be allowed`,
      { at: place("effects") },
    );
  }
  if (rule.verdict === "allow" && rule.detectors !== undefined) {
    throw new Failure(
      "policy-invalid",
      `the rule \`${rule.id}\` allows because of what a detector found: a finding can only restrict`,
      { at: place("detectors") },
    );
  }
  return { id: rule.id, verdict: rule.verdict, when, reason: rule.reason, instead: rule.instead };
}
