// What policies say beside their rules' conditions: what gives way to a proven sandbox, is excepted, or is asked about.
import type { EffectKind } from "#guard/vocabulary/effect.ts";
import { CONTAINABLE, type Policy, type Rule, STAGES } from "#guard/policy/policy.ts";
import { budgetDoubts } from "./compare-budgets.ts";
import type { Unproven } from "./difference.ts";

/** Where two policies leave different ways out. The judge of the comparison knows no sandbox and no date, so each is a doubt. */
export function leewayDoubts(first: Policy, second: Policy): readonly Unproven[] {
  return [
    ...sandboxDoubts(first, second),
    ...exceptionDoubts(first, second),
    ...otherwiseDoubts(first, second),
    ...labelDoubts(first, second),
    ...stageDoubts(first, second),
    ...budgetDoubts(first, second),
  ];
}

function sandboxDoubts(first: Policy, second: Policy): readonly Unproven[] {
  return CONTAINABLE.flatMap((kind) => {
    const before = waysOut(first, kind);
    const after = waysOut(second, kind);
    const what =
      "calls in a proven sandbox, where one of them lets a rule give way and the other does not";
    return doubts(kind, what, before, after);
  });
}

/** Each rule that gives way, with what it takes for that. */
function waysOut(policy: Policy, kind: EffectKind): ReadonlySet<string> {
  const speaks = ({ contained, views, when }: Rule): boolean =>
    (contained !== undefined || views !== undefined) && when.effects.includes(kind);
  const rules = policy.rules.filter(speaks);
  return new Set(
    rules.map((rule) => JSON.stringify([rule.verdict, rule.when, rule.contained, rule.views])),
  );
}

function exceptionDoubts(first: Policy, second: Policy): readonly Unproven[] {
  const given = ({ exceptions = [] }: Policy): ReadonlySet<string> =>
    new Set(exceptions.map((one) => JSON.stringify(one)));
  return doubts("nothing", "exceptions that one of them gives", given(first), given(second));
}

function labelDoubts(first: Policy, second: Policy): readonly Unproven[] {
  const given = ({ sessionLabels = [] }: Policy): ReadonlySet<string> =>
    new Set(
      sessionLabels.map(({ label, paths, remotes }) => JSON.stringify([label, paths, remotes])),
    );
  const [before, after] = [given(first), given(second)];
  if (before.size === after.size && [...before].every((one) => after.has(one))) return [];
  const what = "sessions in repositories which one of them marks otherwise";
  return [{ kind: "nothing", what, mayBeMilder: true, mayBeStricter: true }];
}

function otherwiseDoubts(first: Policy, second: Policy): readonly Unproven[] {
  if (first.otherwise === second.otherwise) return [];
  const isStricter = second.otherwise === "ask";
  const what =
    "what no rule speaks of, which one of them asks about and the other leaves to the client";
  return [{ kind: "nothing", what, mayBeMilder: !isStricter, mayBeStricter: isStricter }];
}

/** The rules of one that is only observed say what they said, and hold nothing. */
function stageDoubts(first: Policy, second: Policy): readonly Unproven[] {
  const place = ({ stage }: Policy): number => STAGES.indexOf(stage ?? "enforce");
  if (place(first) === place(second)) return [];
  const isStricter = place(second) > place(first);
  const what = `every call: the stage is \`${first.stage ?? "enforce"}\` in one and \`${second.stage ?? "enforce"}\` in the other`;
  return [{ kind: "nothing", what, mayBeMilder: !isStricter, mayBeStricter: isStricter }];
}

/** A way out that only the second has may make it milder, one that only the first has stricter. */
function doubts(
  kind: Unproven["kind"],
  what: string,
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
): readonly Unproven[] {
  const mayBeMilder = [...after].some((one) => !before.has(one));
  const mayBeStricter = [...before].some((one) => !after.has(one));
  return mayBeMilder || mayBeStricter ? [{ kind, what, mayBeMilder, mayBeStricter }] : [];
}
