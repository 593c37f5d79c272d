// Policies in compiled form, as JSON: written when the product is built, read by the hook without a YAML parser.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import type { Policy } from "#guard/policy/policy.ts";

const FILE_CHARS_MAX = 4_000_000;
const text = v.string();
const policySchema = v.looseObject({
  id: text,
  layer: v.picklist(["managed", "user", "project", "builtin"]),
  version: text,
  automaticApproval: v.boolean(),
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
  digest: text,
});

/** The text of a compiled policy. */
export function formatCompiledPolicy(policy: Policy): string {
  return `${JSON.stringify(policy)}\n`;
}

/**
 * Reads a compiled policy. Throws a Failure `policy-unreadable` or `policy-invalid`, the latter also when its content does
 * not have the digest that it names, which is the digest of the pack it was compiled from.
 */
export function readCompiledPolicy(file: string): Policy {
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
  const parsed = content.length > FILE_CHARS_MAX ? undefined : parse(content);
  if (parsed === undefined || digestOf(parsed) !== parsed.digest) {
    throw new Failure(
      "policy-invalid",
      `the policy \`${file}\` is damaged: install sallyport again`,
    );
  }
  return parsed;
}

function parse(content: string): Policy | undefined {
  try {
    const value: unknown = JSON.parse(content);
    // The digest covers what the schema leaves open: it is checked next, over the value as it was read.
    return v.is(policySchema, value) ? (value as unknown as Policy) : undefined;
  } catch {
    return undefined;
  }
}

function digestOf({ id, layer, version, automaticApproval, rules }: Policy): string {
  const compiled = JSON.stringify({ id, layer, version, automaticApproval, rules });
  return createHash("sha256").update(compiled).digest("hex");
}
