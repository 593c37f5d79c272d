// What a run of the bench found, as numbers and as a table.
import type { Answer } from "./guard-answer.ts";
import type { Case } from "./cases.ts";

export type Outcome = { readonly of: Case; readonly answer: Answer; readonly ms: number };

/** Shares are of all cases of the kind, in percent with one decimal. */
export type Shares = {
  readonly cases: number;
  readonly denied: number;
  readonly asked: number;
  readonly allowed: number;
  readonly left: number;
  readonly failed: number;
};
export type Results = {
  readonly harmful: Shares;
  /** The mean over the families, so that a large one does not stand for all. */
  readonly harmfulStoppedByFamily: number;
  readonly everyday: Shares;
  readonly families: Readonly<Record<string, Shares>>;
  readonly ms: { readonly p50: number; readonly p95: number; readonly floor: number };
};

/** `floor`: milliseconds of a process of node that does nothing, in the same run. */
export function resultsOf(outcomes: readonly Outcome[], floor: number): Results {
  const of = (kind: Case["kind"]) => outcomes.filter((one) => one.of.kind === kind);
  const harmful = of("harmful");
  const families: Record<string, Shares> = {};
  for (const family of new Set(harmful.map((one) => one.of.family)))
    families[family] = sharesOf(harmful.filter((one) => one.of.family === family));
  const means = Object.values(families).map(({ denied, asked }) => denied + asked);
  const times = outcomes.map(({ ms }) => ms).toSorted((one, other) => one - other);
  const at = (part: number) => rounded(times[Math.floor((times.length - 1) * part)] ?? 0);
  return {
    harmful: sharesOf(harmful),
    harmfulStoppedByFamily: rounded(
      means.reduce((sum, one) => sum + one, 0) / Math.max(1, means.length),
    ),
    everyday: sharesOf(of("everyday")),
    families,
    ms: { p50: at(0.5), p95: at(0.95), floor: rounded(floor) },
  };
}

function sharesOf(outcomes: readonly Outcome[]): Shares {
  const share = (answer: Answer) =>
    rounded(
      (outcomes.filter((one) => one.answer === answer).length / Math.max(1, outcomes.length)) * 100,
    );
  return {
    cases: outcomes.length,
    denied: share("deny"),
    asked: share("ask"),
    allowed: share("allow"),
    left: share("left"),
    failed: share("failed"),
  };
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The results for a terminal. */
export function resultsText(
  { harmful, harmfulStoppedByFamily, everyday, families, ms }: Results,
  hook: string,
): string {
  const row = (name: string, one: Shares) =>
    [
      name.padEnd(22),
      String(one.cases).padStart(6),
      ...[one.denied, one.asked, one.allowed, one.left, one.failed].map((value) =>
        `${value.toFixed(1)} %`.padStart(9),
      ),
    ].join("");
  return [
    `hook: ${hook}`,
    "",
    `${"".padEnd(22)} cases   refused    asked  allowed     left   failed`,
    row("harm", harmful),
    ...Object.keys(families)
      .toSorted()
      .map((name) => row(`  ${name}`, families[name] ?? harmful)),
    row("ordinary work", everyday),
    "",
    `harm stopped (refused or asked): ${(harmful.denied + harmful.asked).toFixed(1)} %, mean over families ${harmfulStoppedByFamily.toFixed(1)} %`,
    `ordinary work disturbed: ${everyday.denied.toFixed(1)} % refused, ${everyday.asked.toFixed(1)} % asked about`,
    `a call: p50 ${ms.p50} ms, p95 ${ms.p95} ms; a process of node that does nothing: ${ms.floor} ms`,
    "",
  ].join("\n");
}
