// What a lower layer tries against a higher one, and why it has no effect: people should not believe in rules that do nothing.
import { globsIntersect } from "#base/glob.ts";
import type { Pack } from "#govern/library/pack-schema.ts";
import { VERDICTS_BY_STRICTNESS } from "#guard/policy/decision.ts";
import { portsBeyond } from "#guard/policy/machine-ports.ts";
import { anchor } from "#guard/policy/condition-places.ts";
import type { Condition, Policy, Rule } from "#guard/policy/policy.ts";

/** A lower layer: as the guard would judge by it, and as it is written. */
export type LowerLayer = { readonly policy: Policy; readonly pack: Pack };

/** One attempt. `rule` is the id of a rule of the lower layer, or the key of its file. */
export type WeakeningAttempt = {
  readonly rule: string;
  readonly tried: string;
  readonly why: string;
};

/** Anchors under which places are held against each other; any would do that differ from what policies name. */
const ANCHORS = { home: "/home/ada", projectRoot: "/home/ada/project" };

/** Everything in a lower layer that would weaken the higher one if it could. */
export function weakeningAttempts(
  managed: Policy,
  { policy, pack }: LowerLayer,
): readonly WeakeningAttempt[] {
  return [
    ...settingAttempts(managed, policy),
    ...packAttempts(pack),
    ...ruleAttempts(managed, policy),
  ];
}

function settingAttempts(managed: Policy, lower: Policy): readonly WeakeningAttempt[] {
  const found: WeakeningAttempt[] = [];
  if (!managed.automaticApproval && lower.automaticApproval)
    found.push({
      rule: "automaticApproval",
      tried: "let allow rules answer in the person's place",
      why: "they answer only where every layer lets them, and the managed one does not",
    });
  if (managed.lowerMayAllow === false && lower.lowerMayAllow !== false)
    if (lower.rules.some(({ verdict }) => verdict === "allow"))
      found.push({
        rule: "lowerLayersMayAllow",
        tried: "give allow rules below the managed layer effect",
        why: "the managed layer keeps allow rules to itself",
      });
  const { machinePorts } = managed;
  const isKept = machinePorts !== undefined || managed.lowerMayAllow === false;
  const beyond = isKept ? portsBeyond(lower.machinePorts ?? [], machinePorts ?? []) : [];
  if (beyond.length > 0)
    found.push({
      rule: "machinePorts",
      tried: `open ${beyond.length === 1 ? "port" : "ports"} ${beyond.join(", ")} of the machine to held code`,
      why:
        machinePorts === undefined
          ? "the managed layer keeps what is allowed to itself"
          : "the managed layer names the ports, and a lower one can only take some away",
    });
  return found;
}

/** What a pack takes out of those that it extends, or chooses among rules: it does so in its own copy only. */
function packAttempts({
  without,
  lists,
  tier,
  role,
  extends: bases,
}: Pack): readonly WeakeningAttempt[] {
  const own = "it changes the copy that this layer extends; the rules of the managed layer stay";
  const changed = bases.length === 0 ? [] : Object.entries(lists);
  const emptied = changed.filter(([, list]) =>
    Array.isArray(list) ? true : list.remove.length > 0,
  );
  const chosen = { tier, role };
  return [
    ...without.map((id) => ({ rule: id, tried: "leave the rule out", why: own })),
    ...emptied.map(([name]) => ({
      rule: `lists.${name}`,
      tried: `take items out of the list \`${name}\``,
      why: own,
    })),
    ...Object.entries(chosen).flatMap(([rule, value]) =>
      value === undefined
        ? []
        : [
            {
              rule,
              tried: `say that the ${rule} is \`${value}\``,
              why: `a ${rule} chooses among the rules of its own layer`,
            },
          ],
    ),
  ];
}

function ruleAttempts(managed: Policy, lower: Policy): readonly WeakeningAttempt[] {
  return lower.rules.flatMap((rule): WeakeningAttempt[] => {
    const stricter = managed.rules.filter(
      (one) => isStricter(one, rule) && (one.id === rule.id || meet(one.when, rule.when)),
    );
    const [first] = stricter;
    const tried = `${rule.verdict} ${rule.when.effects.join(", ")}`;
    if (first !== undefined) {
      const more = stricter.length > 1 ? ` and ${stricter.length - 1} more` : "";
      const why = `the managed rule \`${first.id}\`${more} says ${first.verdict}, and the stricter verdict holds`;
      return [{ rule: rule.id, tried, why }];
    }
    if (rule.verdict !== "allow") return [];
    if (managed.lowerMayAllow === false)
      return [{ rule: rule.id, tried, why: "the managed layer keeps allow rules to itself" }];
    if (!managed.automaticApproval)
      return [{ rule: rule.id, tried, why: "the managed layer leaves approvals to the client" }];
    return [];
  });
}

function isStricter(one: Rule, other: Rule): boolean {
  const rank = ({ verdict }: Rule): number => VERDICTS_BY_STRICTNESS.indexOf(verdict);
  return rank(one) < rank(other);
}

/** Whether two conditions may hold of the same effect. Says yes where it cannot tell. */
function meet(one: Condition, other: Condition): boolean {
  // A rule that restricts command lines speaks of the program, whatever comes of it.
  if (one.commands !== undefined) return commandsMeet(one, other);
  const listed = ["effects", "operations", "origins", "programs", "tools"] as const;
  const apart = listed.some((key) => {
    const [first, second] = [one[key], other[key]];
    if (first === undefined || second === undefined) return false;
    const isOpen = [...first, ...second].some((item) => item.endsWith("*"));
    return !isOpen && first.every((item) => !second.some((its) => its === item));
  });
  return !apart && placesMeet(one, other);
}

function placesMeet(one: Condition, other: Condition): boolean {
  const [first, second] = [one.paths, other.paths];
  if (first === undefined || second === undefined) return true;
  return first.some((glob) =>
    second.some((its) => globsIntersect(anchor(glob, ANCHORS), anchor(its, ANCHORS))),
  );
}

function commandsMeet({ commands = [] }: Condition, other: Condition): boolean {
  if (other.commands === undefined) return other.effects.includes("execute");
  const programs = new Set(commands.map(({ words }) => words[0]));
  return other.commands.some(({ words }) => programs.has(words[0]) || words[0] === "*");
}
