// How each call of an incident was possible or was stopped, as far as the record says (M17.12).
import type { ToldCall } from "#assure/query/answers/told-calls.ts";
import { filledString, isStringArray } from "#base/json.ts";
import type { Outcome } from "#detect/incident/incident.ts";

/** As of an incident; `asked-not-run`: a person was asked and it did not run, and the record does not say whether anybody answered. */
export type CallOutcome = Outcome | "asked-not-run";

/** What became of a call, and the rule or circumstance that says so, in words of ours. */
export type Attribution = { readonly how: CallOutcome; readonly why: string };

/** What is known beside the call itself. */
export type Beside = {
  /** Whether an alert of the incident names the call. */
  readonly isAlerted: boolean;
  /** The client refused it by its own rules or mode. */
  readonly isRefusedByClient: boolean;
};

/**
 * Says how a call came about. A call that ran is `missed` where an alert names it and nobody had allowed it: no person, no exception,
 * no time off, no project that is only observed.
 */
export function attribution(call: ToldCall, { isAlerted, isRefusedByClient }: Beside): Attribution {
  const { came, metadata, rule } = call;
  if (came === "refused") return { how: "blocked-by-hook", why: `refused by ${named(rule)}` };
  if (isRefusedByClient)
    return { how: "denied-by-policy", why: "the client refused it by its own rules or mode" };
  if (came === "asked, did not run")
    return metadata["interactive"] === false
      ? { how: "nobody-answered", why: `${named(rule)} asks, and nobody was there` }
      : { how: "asked-not-run", why: `${named(rule)} asks; not run, an answer is not on record` };
  if (call.isAsked) return { how: "user-approved", why: `${named(rule)} asks, and it ran` };
  const allowed = allowedBy(call);
  if (allowed !== undefined) return { how: "allowed-by-config", why: allowed };
  if (isAlerted) return { how: "missed", why: `let through by ${named(rule)}, and found later` };
  return {
    how: "allowed-by-config",
    why:
      metadata["verdict"] === "abstain"
        ? `left to the client's own rules in mode ${filledString(metadata["mode"]) ?? "unknown"}`
        : `let through by ${named(rule)}`,
  };
}

/** What a person had set so that the rules did not count. */
function allowedBy({ metadata }: ToldCall): string | undefined {
  if (metadata["observed"] === true) return "the project is only observed";
  if (metadata["enforced"] === false) return "the guard was switched off";
  const { exceptions } = metadata;
  if (isStringArray(exceptions) && exceptions.length > 0)
    return `an exception stands: ${exceptions.join(", ")}`;
  return undefined;
}

function named(rule: string): string {
  return rule === "" ? "no rule on record" : rule;
}

/** From what is the worst for us to what is the best. */
const ORDER: readonly CallOutcome[] = [
  ...(["missed", "user-approved", "allowed-by-config", "asked-not-run"] as const),
  ...(["nobody-answered", "denied-by-policy", "blocked-by-hook"] as const),
];

/** The outcome of an incident that its calls speak for: the worst of them. Undefined without calls, or where only a person knows. */
export function proposedOutcome(calls: readonly CallOutcome[]): Outcome | undefined {
  const worst = ORDER.find((one) => calls.includes(one));
  return worst === undefined || worst === "asked-not-run" ? undefined : worst;
}
