// Differences as people read them: grouped by kind, each with a command that shows it and what was not proven.
import type { Effect } from "#guard/vocabulary/effect.ts";
import type { Verdict } from "#guard/policy/decision.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { describeDestination } from "#guard/effects/describe.ts";
import { type Circumstance, ORDINARY, speaking } from "./circumstance.ts";
import type { Difference, DifferenceKind, PolicyDifference, Unproven } from "./difference.ts";
import { RealJudge } from "./real-judge.ts";
import { witnessCommand } from "./witness-command.ts";

/** A command that shows a difference, and what both policies say of all that it does. */
export type Witness = {
  readonly command: string;
  readonly before: Verdict;
  readonly after: Verdict;
};

/** One difference told: paths below the home and the project by `~` and `<project>`. */
export type ToldDifference = {
  readonly kind: DifferenceKind;
  readonly change: Difference["change"];
  readonly what: string;
  /** When and where, if not in an ordinary command. */
  readonly only: readonly string[];
  readonly before: Verdict;
  readonly after: Verdict;
  readonly rules: readonly [string, string];
  readonly witness: Witness | null;
};

export type DifferenceReport = {
  readonly answer: "same" | "different" | "not-proven";
  readonly stricter: number;
  readonly milder: number;
  readonly differences: readonly ToldDifference[];
  readonly unproven: readonly Unproven[];
};

/** Tells what two policies differ in. Each witness is judged from its text, end to end, by both. */
export function reportDifference(
  found: PolicyDifference,
  policies: readonly [Policy, Policy],
): DifferenceReport {
  const differences = found.differences.map((one) => told(one, policies));
  const count = (change: Difference["change"]): number =>
    differences.filter((one) => one.change === change).length;
  const isProven = found.unproven.length === 0;
  return {
    answer: differences.length > 0 ? "different" : isProven ? "same" : "not-proven",
    stricter: count("stricter"),
    milder: count("milder"),
    differences,
    unproven: found.unproven,
  };
}

function told(one: Difference, policies: readonly [Policy, Policy]): ToldDifference {
  const { kind, change, before, after, anchors, circumstance } = one;
  const short = (text: string): string =>
    text.replaceAll(anchors.projectRoot, "<project>").replaceAll(anchors.home, "~");
  return {
    kind,
    change,
    what: short(whatOf(one)),
    only: circumstanceWords(circumstance),
    before: before.verdict,
    after: after.verdict,
    rules: [before.rule, after.rule],
    witness: witnessOf(one, policies),
  };
}

function witnessOf(one: Difference, policies: readonly [Policy, Policy]): Witness | null {
  const { anchors, circumstance } = one;
  // A command is a call of Bash: what another tool does is no command.
  if (circumstance.tool !== ORDINARY.tool) return null;
  const command = witnessCommand(one);
  if (command === undefined) return null;
  const judge = new RealJudge(anchors);
  const [before, after] = policies.map((policy) => {
    const spoken = speaking(policy, circumstance, anchors);
    return judge.judgeCommand(spoken, circumstance, { command, files: one.files }).verdict;
  });
  if (before === undefined || after === undefined) return null;
  return { command, before, after };
}

function whatOf({ kind, effect, words, operations }: Difference): string {
  if (kind === "nothing") return "a call that does nothing";
  if (kind === "approval") return `another person for the rule ${(words ?? []).join(" ")}`;
  if (kind === "port") return `port ${(words ?? []).join(" ")} of this machine, by held code`;
  if (kind === "command") return `running \`${(words ?? []).join(" ")}\``;
  if (effect === undefined) return kind;
  const by = words === undefined ? "" : ` by \`${words.join(" ")}\``;
  const told = operations.filter((operation) => operation !== kind);
  const how = told.length === 0 ? "" : ` (${told.join(", ")})`;
  return `${kind}${how}${objectOf(effect)}${by}`;
}

function objectOf(effect: Effect): string {
  switch (effect.kind) {
    case "read":
    case "write":
    case "delete":
    case "persist":
    case "tamper":
      return effect.target === undefined ? "" : ` of ${targetWords(effect.target)}`;
    case "egress": {
      const sends = effect.carries.some(({ kind }) => kind !== "argument");
      const sendsAll = effect.carries.some(({ kind }) => kind === "environment");
      const { host, known } = effect.destination;
      const own =
        known === "remote" ? ", the repository's own remote" : ", where the person is signed in";
      const whose = host === undefined || known === undefined ? "" : own;
      return ` to ${describeDestination(effect.destination)}${whose}${sendsAll ? ", sending the whole environment" : sends ? ", sending data" : ""}`;
    }
    case "execute":
      return ` of ${effect.reach} code, ${effect.origin}${effect.program === undefined ? "" : `, \`${effect.program}\``}`;
    case "history":
    case "publish":
      return effect.refs === undefined
        ? " of any reference"
        : ` of ${effect.refs.join(", ") || "no reference"}`;
    default:
      return "";
  }
}

function targetWords(target: NonNullable<Extract<Effect, { kind: "persist" }>["target"]>): string {
  if (target.kind === "unresolved") return "a place that is not known";
  const tree = target.reach === "tree" ? " and all below it" : "";
  const link =
    target.kind === "path" && target.real !== target.path ? ` (a link to \`${target.real}\`)` : "";
  return `\`${target.path}\`${tree}${link}`;
}

/** What is out of the ordinary in a circumstance. */
function circumstanceWords(one: Circumstance): readonly string[] {
  const { tool, mode, detectors, ci, labels, clock, checkedOut, chains } = one;
  const words: string[] = [];
  if (tool !== ORDINARY.tool) words.push(`through ${tool}`);
  if (mode !== ORDINARY.mode) words.push(`in mode ${mode}`);
  if (detectors.length > 0) words.push(`with what looks like ${detectors.join(", ")}`);
  if (ci !== ORDINARY.ci) words.push(ci === true ? "in CI" : "where it is not known whether in CI");
  if (labels === undefined) words.push("where labels are not known");
  else if (labels.length > 0) words.push(`in a session marked ${labels.join(", ")}`);
  if (clock === undefined) words.push("where the time is not known");
  else if (clock !== ORDINARY.clock)
    words.push(`on weekday ${clock.weekday} at minute ${clock.minute} of the day`);
  if (chains.length > 0) words.push(`at the end of ${chains.map(({ kind }) => kind).join(", ")}`);
  if (checkedOut.kind !== "branch") words.push(`with ${checkedOut.kind} checked out`);
  else if (checkedOut !== ORDINARY.checkedOut) words.push(`on branch ${checkedOut.name}`);
  return words;
}
