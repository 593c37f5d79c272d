// The scope of an exception as a person writes it: the conditions of a rule, in YAML.
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";
import { Failure } from "#base/failure.ts";
import type { Condition } from "#guard/policy/policy.ts";
import { compileRule } from "#govern/library/pack-rule.ts";
import { RuleSchema } from "#govern/library/pack-schema.ts";

const CHARS_MAX = 10_000;
/** Effects that no exception may be about. */
const NEVER: readonly string[] = ["tamper", "unknown"];

const ScopeSchema = v.omit(RuleSchema, [
  ...(["id", "verdict", "reason", "instead", "owner", "tiers", "roles", "detectors"] as const),
]);

/**
 * Compiles a scope such as `{effects: [read], paths: ["<project>/test/.env"]}`. Throws a Failure `scope-syntax` or
 * `scope-invalid` with line and column, also for the effects `tamper` and `unknown`.
 */
export function parseScope(text: string): Condition {
  const file = "--scope";
  const { value, place } = readDeclaration(text, {
    ...{ file, kind: "scope", schema: ScopeSchema, charsMax: CHARS_MAX },
  });
  const never = value.effects.find((effect) => NEVER.includes(effect));
  if (never !== undefined)
    throw new Failure("scope-invalid", `\`${never}\` can never be excepted: name other effects`, {
      at: place(["effects"]),
    });
  const rule = { ...value, id: "exception/scope", verdict: "allow", reason: "approved" } as const;
  return compileRule(rule, new Map(), (key) => place([key])).when;
}
