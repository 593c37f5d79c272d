// Exceptions that a managed policy gives itself: written in its file, approved by whoever keeps that, compiled with its rules.
import { Failure, type SourcePlace } from "#base/failure.ts";
import { compileRule, type Lists } from "./pack-rule.ts";
import type { Pack, PackException } from "./pack-schema.ts";
import type { GivenException, Rule } from "#guard/policy/policy.ts";
import { ruleName } from "#guard/policy/policy.ts";
import { EXCEPTION_DAYS_MAX } from "../exceptions/exception.ts";
import { neverExcepted } from "./exception-scope.ts";

/** Begins the ids of a managed policy's exceptions. WHY: uses are counted by id, and the operator's exceptions have ids of their own. */
export const GIVEN_PREFIX = "managed-";
const DAY_MS = 86_400_000;

type PlaceOf = (path: readonly (string | number)[]) => SourcePlace;

/** Compiles the exceptions of a policy. Throws a Failure `policy-invalid` at what cannot be excepted or does not end in time. */
export function compileGiven(
  pack: Pack,
  from: { readonly rules: readonly Rule[]; readonly lists: Lists; readonly place: PlaceOf },
): readonly GivenException[] {
  const seen = new Set<string>();
  return pack.exceptions.map((exception, index) => {
    const at = (...path: readonly (string | number)[]) =>
      from.place(["exceptions", index, ...path]);
    if (seen.has(exception.id))
      throw new Failure("policy-invalid", `the exception \`${exception.id}\` is there twice`, {
        at: at("id"),
      });
    seen.add(exception.id);
    const { reason, owner, approver, verdict, uses } = exception;
    return {
      id: `${GIVEN_PREFIX}${exception.id}`,
      layer: "managed",
      verdict,
      uses,
      reason,
      owner,
      approver,
      project: exception.project ?? null,
      ...timesOf(exception, at),
      when: scopeOf(exception, from.lists, at),
      rules: exception.rules.map((id, place) => {
        const rule = from.rules.find((one) => one.id === id && one.verdict !== "allow");
        if (rule !== undefined) return ruleName(rule, { id: pack.id, layer: "managed" });
        const why = `this policy has no rule \`${id}\` that restricts: name one of its own`;
        throw new Failure("policy-invalid", why, { at: at("rules", place) });
      }),
    };
  });
}

type PlaceIn = (...path: readonly (string | number)[]) => SourcePlace;

/** From the first moment of a day in Greenwich until the first moment of another. */
function timesOf({ created, expires }: PackException, at: PlaceIn) {
  const fromMs = Date.parse(`${created}T00:00:00Z`);
  const untilMs = Date.parse(`${expires}T00:00:00Z`);
  const days = (untilMs - fromMs) / DAY_MS;
  if (days > 0 && days <= EXCEPTION_DAYS_MAX) return { fromMs, untilMs };
  const why = `an exception ends after it began, within ${EXCEPTION_DAYS_MAX} days`;
  throw new Failure("policy-invalid", why, { at: at("expires") });
}

function scopeOf({ scope }: PackException, lists: Lists, at: PlaceIn) {
  const never = neverExcepted(scope.effects);
  if (never !== undefined)
    throw new Failure("policy-invalid", `\`${never}\` can never be excepted: name other effects`, {
      at: at("scope", "effects"),
    });
  const rule = { ...scope, id: "exception/scope", verdict: "allow", reason: "approved" } as const;
  return compileRule(rule, lists, (key) => at("scope", key)).when;
}
