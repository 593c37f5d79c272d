// What a policy refuses to read, write and fetch as refusals of the client itself, and what it asks about as questions: they hold what comes to the model by no call.
import { type Policy, type PolicyException, type Rule, ruleName } from "#guard/policy/policy.ts";
import { isRuleOfProcesses } from "#guard/policy/process-files.ts";
import { placeRulesFor } from "./permission-rules.ts";
import type { Scope } from "./target.ts";

/** More are not written: the client holds each path against each. */
const RULES_MAX = 1_000;

/**
 * The client's rules for the files and hosts that a policy refuses, each once. WHY no rule for commands: the hook judges them by
 * what they do, with a reason and a safer form. What an exception opens for now is in no rule, because the client's refusal would
 * stand above it. A policy that refuses nothing yet gives none.
 */
export function clientRefusals(
  policy: Policy,
  scope: Scope,
  exceptions: readonly PolicyException[] = [],
): readonly string[] {
  return placesOf("deny", policy, scope, exceptions).filter((text) => !isRuleOfProcesses(text));
}

function placesOf(
  wanted: Rule["verdict"],
  policy: Policy,
  scope: Scope,
  exceptions: readonly PolicyException[],
): readonly string[] {
  if (policy.stage === "observe") return [];
  const found = policy.rules
    .filter(({ verdict }) => verdict === wanted)
    .flatMap((rule) => {
      const lifts = exceptions.filter((exception) => isLifted(rule, policy, exception));
      const globs = lifts.flatMap(({ when }) => when.paths ?? ["/**"]);
      const hosts = lifts.flatMap(({ when }) => when.hosts ?? []);
      return placeRulesFor(rule, scope, globs).filter(
        (text) => !hosts.some((host) => text === `WebFetch(domain:${host})`),
      );
    });
  return withoutCovered([...new Set(found)]).slice(0, RULES_MAX);
}

/**
 * The client's rules for the files that a policy asks about before they are read. WHY of reading alone: the client answers calls of
 * `Edit` and `Workflow` out of a file before any hook is asked, unless a rule of its own says that reading the file has to be asked
 * about (measured: docs/reference/tools-and-doors.md). What is written or fetched, the hook asks about in time.
 */
export function clientQuestions(
  policy: Policy,
  scope: Scope,
  exceptions: readonly PolicyException[] = [],
): readonly string[] {
  const refused = new Set(clientRefusals(policy, scope, exceptions));
  const asked = placesOf("ask", policy, scope, exceptions).filter((text) =>
    text.startsWith("Read("),
  );
  // WHY asked about and not refused: see `isRuleOfProcesses`.
  const processes = placesOf("deny", policy, scope, exceptions).filter(isRuleOfProcesses);
  return [...new Set([...asked, ...processes])].filter((text) => !refused.has(text));
}

function isLifted(rule: Rule, policy: Policy, { rules, when, answers }: PolicyException): boolean {
  return (
    answers === undefined &&
    rules.includes(ruleName(rule, policy)) &&
    when.effects.some((effect) => rule.when.effects.includes(effect))
  );
}

/** Without rules for one place of what another one means at every place. */
function withoutCovered(rules: readonly string[]): readonly string[] {
  const names = new Map<string, Set<string>>();
  for (const text of rules) {
    const anywhere = /^(\w+)\(\/\/\*\*\/(.+)\)$/.exec(text);
    if (anywhere === null) continue;
    const [, tool = "", name = ""] = anywhere;
    names.set(tool, (names.get(tool) ?? new Set()).add(name));
  }
  return rules.filter((text) => {
    const [, tool = "", pattern = ""] = /^(\w+)\((.+)\)$/.exec(text) ?? [];
    if (pattern.startsWith("//**/")) return true;
    const steps = pattern.split("/");
    return !steps.some((_, at) => at > 0 && names.get(tool)?.has(steps.slice(at).join("/")));
  });
}
