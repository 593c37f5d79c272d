// Rules that name command lines: what they say against the commands of a call, and of which effects they speak.
import type { Derived } from "../../effects/derive.ts";
import type { Effect } from "../../vocabulary/effect.ts";
import type { Origin, RanCommand } from "../../effects/model/ran-command.ts";
import type { Reason } from "../decision.ts";
import { isEffectOf, mayRun, surelyRuns } from "../commands.ts";
import type { AppliedExceptions } from "../exceptions.ts";
import type { PolicyException, Policy, Rule } from "../policy.ts";
import type { Remembering } from "../remembered/remembering.ts";
import { indexOf } from "../rule-index.ts";
import type { SecondPerson } from "./second-person.ts";
import { exceptionWords, exceptedReason, answeredReason, toReason } from "./reasons.ts";

/** What rules that speak of command lines say against the commands of a call. */
export function commandReasons(
  commands: Derived["commands"],
  policy: Policy,
  {
    applied,
    answers,
    seconds,
  }: {
    readonly applied: AppliedExceptions;
    readonly answers: Remembering;
    readonly seconds: SecondPerson;
  },
): readonly Reason[] {
  return indexOf(policy)
    .ofCommands(commands)
    .flatMap((rule) => {
      const { verdict, when } = rule;
      if (verdict === "allow" || when.commands === undefined) return [];
      const patterns = when.commands;
      const named = commands.filter((command) => patterns.some((one) => mayRun(one, command)));
      const exceptionOf = (command: RanCommand): PolicyException | undefined =>
        applied.ofCommand(rule, (exception) =>
          (exception.when.commands ?? []).some((one) => surelyRuns(one, command)),
        );
      const found = named.find((command) => exceptionOf(command) === undefined);
      if (found === undefined) {
        const exception = named.map(exceptionOf).find((one) => one?.verdict === "ask");
        if (exception === undefined) return [];
        const told = {
          what: "runs a command that a rule names",
          why: exceptionWords(exception, rule),
        };
        return [{ ...exceptedReason(exception, rule, { effect: undefined }), told }];
      }
      const what = `runs \`${found.words[0] ?? "a program"}\``;
      const about = { effect: undefined, index: undefined };
      const second = seconds.of(rule, about, { what, why: rule.reason });
      if (second !== undefined && second.kind !== "asks") return [second.reason];
      const isOpen = verdict === "ask" && second === undefined;
      const answered = isOpen ? answers.ofCommands(rule, what) : undefined;
      if (answered !== undefined) return [answeredReason(answered, what, undefined)];
      const reason = toReason(rule, verdict, undefined, policy, `${what}: ${rule.reason}`);
      return [{ ...reason, told: { what, why: rule.reason } }];
    });
}

/** Whether an effect comes from nothing but commands that a rule names; any effect where the rule names none. */
export function isOfCommands(
  { when: { commands: patterns } }: Pick<Rule, "when">,
  effect: Effect,
  { commands, from }: Pick<Derived, "commands"> & { readonly from: readonly Origin[] },
): boolean {
  if (patterns === undefined) return true;
  const named = commands.filter((command) => patterns.some((one) => surelyRuns(one, command)));
  return (
    from.length > 0 &&
    from.every((origin) => named.some((command) => isEffectOf(command, effect, origin)))
  );
}
