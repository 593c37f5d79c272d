// The scope of an exception as a person writes it: the conditions of a rule, in YAML.
import { readDeclaration } from "#base/declaration.ts";
import { Failure } from "#base/failure.ts";
import type { Condition } from "#guard/policy/policy.ts";
import { compileRule } from "./pack-rule.ts";
import { ScopeSchema } from "./pack-schema.ts";

const CHARS_MAX = 10_000;
/** Effects that no exception may be about. */
const NEVER: readonly string[] = ["tamper", "unknown"];

/** The effect among these that no exception may be about; undefined where there is none. */
export function neverExcepted(effects: readonly string[]): string | undefined {
  return effects.find((effect) => NEVER.includes(effect));
}

/**
 * Compiles a scope such as `{effects: [read], paths: ["<project>/test/.env"]}`. Throws a Failure `scope-syntax` or
 * `scope-invalid` with line and column, also for the effects `tamper` and `unknown`.
 */
export function parseScope(text: string): Condition {
  const file = "--scope";
  const { value, place } = readDeclaration(text, {
    file,
    kind: "scope",
    schema: ScopeSchema,
    charsMax: CHARS_MAX,
  });
  const never = neverExcepted(value.effects);
  if (never !== undefined)
    throw new Failure("scope-invalid", `\`${never}\` can never be excepted: name other effects`, {
      at: place(["effects"]),
    });
  const rule = { ...value, id: "exception/scope", verdict: "allow", reason: "approved" } as const;
  return compileRule(rule, new Map(), (key) => place([key])).when;
}
