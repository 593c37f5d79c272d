// Policies in compiled form, as JSON: written when the product is built, read by the hook without a YAML parser.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { policyDigest } from "#govern/digest/policy-digest.ts";
import { type Policy, REQUIREMENTS } from "#guard/policy/policy.ts";

const FILE_CHARS_MAX = 4_000_000;
const text = v.string();
const policySchema = v.looseObject({
  id: text,
  layer: v.picklist(["managed", "user", "project", "builtin"]),
  version: text,
  automaticApproval: v.boolean(),
  lowerMayAllow: v.optional(v.boolean()),
  requires: v.optional(v.array(v.picklist(REQUIREMENTS))),
  otherwise: v.optional(v.literal("ask")),
  rules: v.pipe(
    v.array(
      v.looseObject({
        id: text,
        verdict: v.picklist(["deny", "ask", "allow"]),
        when: v.looseObject({ effects: v.array(text) }),
        reason: text,
        instead: v.optional(text),
      }),
    ),
    v.minLength(1),
  ),
  exceptions: v.optional(
    v.array(
      v.looseObject({
        id: text,
        layer: v.literal("managed"),
        rules: v.array(text),
        verdict: v.picklist(["ask", "allow"]),
        project: v.nullable(text),
        fromMs: v.number(),
        untilMs: v.number(),
        uses: v.number(),
        when: v.looseObject({ effects: v.array(text) }),
      }),
    ),
  ),
  digest: text,
});

/** The compiled policy in a value that was read, or undefined when it is none or does not have the digest that it names. */
export function compiledPolicyIn(value: unknown): Policy | undefined {
  // The digest covers what the schema leaves open.
  const policy = v.is(policySchema, value) ? (value as unknown as Policy) : undefined;
  return policy !== undefined && policyDigest(policy) === policy.digest ? policy : undefined;
}

/** The text of a compiled policy. */
export function formatCompiledPolicy(policy: Policy): string {
  return `${JSON.stringify(policy)}\n`;
}

/** The pack that is whole; the others name its rules by their places in it. WHY: packs share most rules, and ship together. */
const WHOLE_PACK = "team";
const namedRulesSchema = v.looseObject({ rules: v.array(v.unknown()) });

/** The text of a pack that ships beside the whole one. */
export function formatShippedPack(policy: Policy, whole: Policy): string {
  if (policy.digest === whole.digest) return formatCompiledPolicy(policy);
  const places = new Map(whole.rules.map((rule, place) => [JSON.stringify(rule), place]));
  const rules = policy.rules.map((rule) => places.get(JSON.stringify(rule)) ?? rule);
  return `${JSON.stringify({ ...policy, rules })}\n`;
}

/** Reads a pack of a folder that `formatShippedPack` wrote. Throws as `readCompiledPolicy` does. */
export function readShippedPack(folder: string, name: string): Policy {
  const file = (pack: string): string => join(folder, `${pack}.json`);
  if (name === WHOLE_PACK) return readCompiledPolicy(file(name));
  return readWith(file(name), (value) => {
    const named = v.parse(namedRulesSchema, value);
    const whole = readCompiledPolicy(file(WHOLE_PACK)).rules;
    const rules = named.rules.map((rule) => (typeof rule === "number" ? whole[rule] : rule));
    return { ...named, rules };
  });
}

/**
 * Reads a compiled policy. Throws a Failure `policy-unreadable` or `policy-invalid`, the latter also when its content does
 * not have the digest that it names, which is the digest of the pack it was compiled from.
 */
export function readCompiledPolicy(file: string): Policy {
  return readWith(file, (value) => value);
}

function readWith(file: string, whole: (value: unknown) => unknown): Policy {
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch (cause) {
    throw new Failure(
      "policy-unreadable",
      `the policy \`${file}\` cannot be read: install sallyport again`,
      { cause },
    );
  }
  const parsed = content.length > FILE_CHARS_MAX ? undefined : parse(content, whole);
  if (parsed === undefined) {
    throw new Failure(
      "policy-invalid",
      `the policy \`${file}\` is damaged: install sallyport again`,
    );
  }
  return parsed;
}

function parse(content: string, whole: (value: unknown) => unknown): Policy | undefined {
  try {
    return compiledPolicyIn(whole(JSON.parse(content)));
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    return undefined;
  }
}
