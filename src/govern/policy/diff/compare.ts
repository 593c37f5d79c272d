// Two policies compared by what they decide: every effect in every circumstance that their rules tell apart.
import { isOfCommands } from "#guard/policy/rule-index.ts";
import {
  type Effect,
  EFFECT_KINDS,
  type EffectKind,
  type Target,
} from "#guard/vocabulary/effect.ts";
import type { RanCommand } from "#guard/effects/model/ran-command.ts";
import { mayRun, surelyRuns } from "#guard/policy/commands.ts";
import { covers, mayMatch } from "#guard/policy/match.ts";
import type { Condition, Policy, Rule } from "#guard/policy/policy.ts";
import { operationOf } from "#guard/policy/side-conditions.ts";
import {
  type Anchored,
  type Circumstance,
  type Circumstances,
  circumstancesOf,
  ORDINARY,
  speaking,
} from "./circumstance.ts";
import { commandSamples } from "./command-samples.ts";
import { leewayDoubts } from "./compare-leeway.ts";
import { compareApprovals } from "./compare-approvals.ts";
import { comparePorts } from "./compare-ports.ts";
import { comparePlaces, type PlaceCase } from "./compare-places.ts";
import { type DifferenceKind, Differences, type PolicyDifference } from "./difference.ts";
import { samplesOf } from "./effect-samples.ts";
import { NameTable } from "./name-classes.ts";
import { RealJudge } from "./real-judge.ts";
import { type ActiveRule, globListsOf } from "./rule-forms.ts";

/**
 * Where project and home lie. WHY two: what rules say of both may come to the same where one lies in the other, and to
 * something else where it does not.
 */
export const ANCHORS: readonly [Anchored, Anchored] = [
  { home: "/home/ada", projectRoot: "/home/ada/project" },
  { home: "/home/ada", projectRoot: "/srv/project" },
];

/** Effects that tools of the client can have; any other tool can have all. */
const TOOL_EFFECTS: Readonly<Record<string, readonly EffectKind[]>> = {
  ...Object.fromEntries(["Read", "Glob", "Grep", "LS"].map((tool) => [tool, ["read", "unknown"]])),
  ...Object.fromEntries(
    ["Edit", "Write", "MultiEdit", "NotebookEdit"].map((tool) => [
      tool,
      ["read", "write", "persist", "tamper", "unknown"],
    ]),
  ),
  WebFetch: ["egress", "unknown"],
  WebSearch: ["egress", "unknown"],
};

/** Kinds of effects that a call which only reads can have. */
const READING: ReadonlySet<EffectKind> = new Set(["read", "execute", "egress"]);

/** What each policy decides otherwise than the other, or what of that is not proven. */
export function comparePolicies(first: Policy, second: Policy): PolicyDifference {
  const report = new Differences();
  const policies = [effective(first), effective(second)] as const;
  const rules = policies.flatMap((policy) => policy.rules);
  const names = new NameTable(ANCHORS.flatMap((anchors) => globListsOf(rules, anchors)));
  for (const [index, anchors] of ANCHORS.entries()) {
    // Without a word about the project, it does not matter where it lies.
    if (index > 0 && !policies.some(speaksOfProject)) break;
    const comparison: Comparison = { policies, judge: new RealJudge(anchors), report, names };
    compareNothing(comparison);
    compareCommands(comparison);
    for (const kind of EFFECT_KINDS) compareKind(comparison, kind);
  }
  comparePorts([first, second], ANCHORS[0], report);
  compareApprovals([first, second], ANCHORS[0], report);
  for (const one of leewayDoubts(first, second)) report.doubt(one);
  return report.result();
}

type Comparison = {
  readonly policies: readonly [Policy, Policy];
  readonly judge: RealJudge;
  readonly report: Differences;
  readonly names: NameTable;
};

/** A policy without allow rules that answer nothing, and without the other people whom `compareApprovals` compares. */
function effective(policy: Policy): Policy {
  const asking = policy.rules.map(({ approval: _approval, ...rule }): Rule => rule);
  if (policy.automaticApproval) return { ...policy, rules: asking };
  return { ...policy, rules: asking.filter(({ verdict }) => verdict !== "allow") };
}

function speaksOfProject({ rules }: Policy): boolean {
  return rules.some(({ when: { paths = [], exceptPaths = [] } }) =>
    [...paths, ...exceptPaths].some((glob) => glob.startsWith("<project>")),
  );
}

/** A call that does nothing. */
function compareNothing({ policies, judge, report }: Comparison): void {
  const nothing = { effect: undefined, commands: [], files: [], directories: [] };
  const [before, after] = policies.map((policy) =>
    judge.judge(speaking(policy, ORDINARY, judge.anchors), ORDINARY, nothing),
  );
  if (before === undefined || after === undefined) return;
  report.add(
    {
      kind: "nothing",
      words: undefined,
      circumstance: ORDINARY,
      before,
      after,
      ...nothing,
      anchors: judge.anchors,
    },
    [],
  );
}

/** Running a command line that a rule speaks of. */
function compareCommands({ policies, judge, report }: Comparison): void {
  const { anchors } = judge;
  const rules = policies.flatMap((policy) =>
    policy.rules.filter(({ when }) => when.commands !== undefined),
  );
  if (rules.length === 0) return;
  const executing = policies.flatMap((policy) =>
    policy.rules.filter(({ when }) => when.effects.includes("execute")),
  );
  const { lines, isComplete } = commandSamples(rules);
  const circumstances = relevant([...rules, ...executing], "execute", { judge, report });
  if (!isComplete) doubt(report, "command", "command lines: more spellings than are tried");
  for (const circumstance of circumstances) {
    const [first, second] = policies.map((policy) => speaking(policy, circumstance, anchors));
    if (first === undefined || second === undefined) continue;
    for (const words of lines) {
      const command: RanCommand = { words, via: [], at: undefined };
      const effect: Effect = {
        kind: "execute",
        via: [],
        at: undefined,
        program: words[0],
        origin: "system",
        reach: "modelled",
      };
      const trial = { effect, commands: [command], files: [], directories: [] };
      const before = judge.judge(first, circumstance, trial);
      const after = judge.judge(second, circumstance, trial);
      report.add({ kind: "command", words, circumstance, before, after, ...trial, anchors }, []);
    }
  }
}

function doubt(report: Differences, kind: DifferenceKind, what: string): void {
  report.doubt({ kind, what, mayBeMilder: true, mayBeStricter: true });
}

/** The circumstances that rules tell apart for a kind of effect. */
function relevant(
  rules: readonly Rule[],
  kind: EffectKind,
  {
    judge,
    report,
    isSame = false,
  }: Pick<Comparison, "judge" | "report"> & { readonly isSame?: boolean },
): readonly Circumstance[] {
  const { list, isComplete }: Circumstances = circumstancesOf(rules, judge.anchors);
  if (!isComplete && !isSame)
    doubt(report, kind, "circumstances: more combinations than are tried");
  return list.filter(({ tool }) => TOOL_EFFECTS[tool]?.includes(kind) !== false);
}

/** All effects of a kind. */
function compareKind(comparison: Comparison, kind: EffectKind): void {
  const { policies, judge, report, names } = comparison;
  const own = (policy: Policy): readonly ActiveRule[] =>
    policy.rules.flatMap((rule, index) =>
      rule.when.effects.includes(kind) && !isOfCommands(rule) ? [{ rule, index }] : [],
    );
  const sides = [own(policies[0]), own(policies[1])] as const;
  const rules = sides.flat().map(({ rule }) => rule);
  const samples = samplesOf(kind, rules);
  // The same rules say the same of what is not tried, too.
  const [ones, others] = sides.map((side) => side.map(meaningOf).toSorted().join("\n"));
  const isSame = ones === others;
  if (!samples.isComplete && !isSame)
    doubt(report, kind, "references and remotes: more classes than are tried");
  const circumstances = relevant(rules, kind, { ...comparison, isSame });
  const commands = allowedCommands(comparison, rules);
  const open = sides.map((side) => side.map(withOpenPlaces));
  const groups = groupSamples(samples.effects, open, judge);
  const seen = new Set<string>();
  for (const circumstance of circumstances) {
    const spoken = policies.map((policy) => speaking(policy, circumstance, judge.anchors));
    const [first, second] = spoken;
    if (first === undefined || second === undefined) continue;
    const heard = [new Set(first.rules), new Set(second.rules)] as const;
    for (const ran of commands) {
      for (const { effect, meant: said, operations } of groups) {
        const [one = [], other = []] = said.map((side, index) =>
          side.filter(
            ({ rule }) =>
              heard[index]?.has(rule) === true &&
              isNamed(rule, ran) &&
              mayAnswer(rule, kind, circumstance),
          ),
        );
        const key = keyOf(effect, [one, other]);
        if (seen.has(key)) continue;
        seen.add(key);
        compareEffect(comparison, {
          effect,
          circumstance,
          commands: ran,
          judge,
          names,
          operations,
          policies: [first, second],
          rules: [one, other],
        });
      }
    }
  }
}

/** In plan mode an allow rule answers for nothing but what is proven to read (`guard/policy/authorize/settle.ts`). */
function mayAnswer({ verdict }: Rule, kind: EffectKind, { mode }: Circumstance): boolean {
  return verdict !== "allow" || mode !== "plan" || READING.has(kind);
}

function meaningOf({ rule: { verdict, when } }: ActiveRule): string {
  return JSON.stringify([verdict, when]);
}

/** Effects of which the same rules speak: they are judged alike. */
type SampleGroup = {
  readonly effect: Effect;
  readonly meant: readonly (readonly ActiveRule[])[];
  readonly operations: readonly string[];
};

function groupSamples(
  effects: readonly Effect[],
  sides: readonly (readonly OpenRule[])[],
  judge: RealJudge,
): readonly SampleGroup[] {
  const groups = new Map<string, SampleGroup>();
  for (const effect of effects) {
    const said = sides.map((side) => meant(side, effect, judge));
    const key = keyOf(effect, said);
    const { operations = [], ...known } = groups.get(key) ?? { effect, meant: said };
    const operation = operationOf(effect);
    const all = operation === undefined ? operations : [...new Set([...operations, operation])];
    groups.set(key, { ...known, operations: all });
  }
  return [...groups.values()];
}

function keyOf(effect: Effect, sides: readonly (readonly ActiveRule[])[]): string {
  const rules = sides.map((side) => side.map(({ index }) => index).join());
  return `${hasPlace(effect)}|${rules.join("|")}`;
}

type EffectCase = Omit<PlaceCase, "effect"> & { readonly effect: Effect };

function compareEffect({ report, judge }: Comparison, one: EffectCase): void {
  const { effect, circumstance, commands, policies, operations } = one;
  if (hasPlace(effect)) {
    comparePlaces({ ...one, effect }, report);
    return;
  }
  const trial = { effect, commands, files: [], directories: [] };
  const before = judge.judge(policies[0], circumstance, trial);
  const after = judge.judge(policies[1], circumstance, trial);
  const words = commands[0]?.words.map(String);
  report.add(
    {
      kind: effect.kind,
      words,
      circumstance,
      before,
      after,
      ...trial,
      anchors: judge.anchors,
    },
    operations,
  );
}

function hasPlace(effect: Effect): effect is PlaceCase["effect"] & { target: Target } {
  return "target" in effect && effect.target !== undefined;
}

/** A rule with its conditions but for command lines, and but for places. */
type OpenRule = {
  readonly active: ActiveRule;
  readonly plain: Condition;
  readonly open: Condition;
};

function withOpenPlaces(active: ActiveRule): OpenRule {
  const { commands: _, ...plain } = active.rule.when;
  const { paths: _paths, exceptPaths: _except, named: _named, ...open } = plain;
  return { active, plain, open };
}

/** The rules that speak of an effect, wherever its place: as the guard asks, with their places left out. */
function meant(
  rules: readonly OpenRule[],
  effect: Effect,
  judge: RealJudge,
): readonly ActiveRule[] {
  const hasNoTarget = "target" in effect && effect.target === undefined;
  return rules.flatMap(({ active, plain, open }) => {
    const when = hasNoTarget ? plain : open;
    const isMeant =
      active.rule.verdict === "allow"
        ? covers(when, effect, judge.places)
        : mayMatch(when, effect, judge.places, undefined).answer === "yes";
    return isMeant ? [active] : [];
  });
}

/**
 * Command lines by which allow rules tell effects apart: none, each, and all that one rule takes together. A command that
 * any rule restricts is left out, for then no allow rule decides.
 */
function allowedCommands(
  { policies }: Comparison,
  rules: readonly Rule[],
): readonly (readonly RanCommand[])[] {
  const allowing = rules.filter(({ verdict, when }) => verdict === "allow" && when.commands);
  const restricting = policies.flatMap(({ rules: all }) => all.filter(isOfCommands));
  const commands = commandSamples(allowing)
    .lines.map((words): RanCommand => ({ words, via: [], at: undefined }))
    .filter((one) =>
      restricting.every(({ when }) => !when.commands?.some((pattern) => mayRun(pattern, one))),
    );
  const together = allowing.map((rule) => commands.filter((one) => isNamed(rule, [one])));
  const several = together.filter((list) => list.length > 1);
  return [[], ...commands.map((one) => [one]), ...several];
}

/** Whether a rule that allows takes all that commands do; any other rule does not look at them. */
function isNamed({ verdict, when }: Rule, commands: readonly RanCommand[]): boolean {
  const patterns = when.commands;
  if (verdict !== "allow" || patterns === undefined) return true;
  return (
    commands.length > 0 &&
    commands.every((one) => patterns.some((pattern) => surelyRuns(pattern, one)))
  );
}
