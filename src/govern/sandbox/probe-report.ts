// What a probe found, held against what was expected: trials, verdicts, and the form in which a report is handed on.
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { readJson } from "#base/json.ts";
import { TIERS } from "#govern/library/pack-schema.ts";
import { type Expectation, expectedIn } from "./expectation.ts";
import { PROBE_AREAS } from "./probe-areas.ts";

/** What became of one trial. `absent`: there is nothing of that name here. `unknown`: it cannot be told. */
const OUTCOMES = ["reachable", "refused", "absent", "unknown"] as const;
export type ProbeOutcome = (typeof OUTCOMES)[number];
/** What was done: `look` asks the kernel about this very process. */
const ACTS = ["read", "write", "append", "connect", "resolve", "run", "look"] as const;

const REPORT_CHARS_MAX = 4 * 1024 * 1024;
const TRIALS_MAX = 5_000;
const text = v.pipe(v.string(), v.maxLength(2_000));

const TrialSchema = v.object({
  area: v.picklist(PROBE_AREAS),
  act: v.picklist(ACTS),
  /** What was tried: a path, an address, a program. Never bytes of it. */
  target: text,
  outcome: v.picklist(OUTCOMES),
  /** The system's name of the error. */
  errno: v.optional(v.pipe(v.string(), v.regex(/^E[A-Z0-9_]{1,30}$/))),
  note: v.optional(text),
});
/** One thing that was tried. */
export type Trial = v.InferOutput<typeof TrialSchema>;

const JudgedTrialSchema = v.object({
  ...TrialSchema.entries,
  expected: v.picklist(["forbidden", "free"]),
  /** `broken`: forbidden and reachable. `untold`: forbidden, and nobody knows. */
  verdict: v.picklist(["held", "broken", "untold", "free"]),
});
export type JudgedTrial = v.InferOutput<typeof JudgedTrialSchema>;

const ReportSchema = v.object({
  version: v.literal(1),
  tier: v.nullable(v.picklist(TIERS)),
  /** Where the expectation comes from, in words. */
  expectedBy: text,
  verdict: v.picklist(["held", "broken", "untold"]),
  trials: v.pipe(v.array(JudgedTrialSchema), v.maxLength(TRIALS_MAX)),
  /** Files that were made and could not be taken away again. */
  leftBehind: v.array(text),
});
/** What a probe found. */
export type ProbeReport = v.InferOutput<typeof ReportSchema>;

/** Holds trials against what is expected. */
export function judgeTrials(
  trials: readonly Trial[],
  expectation: Expectation,
  { expectedBy, leftBehind }: Pick<ProbeReport, "expectedBy" | "leftBehind">,
): ProbeReport {
  const judged = trials.slice(0, TRIALS_MAX).map((trial): JudgedTrial => {
    const expected = expectedIn(trial.area, expectation);
    const verdict =
      expected === "free"
        ? "free"
        : trial.outcome === "reachable"
          ? "broken"
          : trial.outcome === "unknown"
            ? "untold"
            : "held";
    return { ...trial, expected, verdict };
  });
  const has = (verdict: JudgedTrial["verdict"]) => judged.some((one) => one.verdict === verdict);
  const isWhole = trials.length <= TRIALS_MAX;
  return {
    version: 1,
    tier: expectation.tier ?? null,
    expectedBy,
    verdict: has("broken") ? "broken" : has("untold") || !isWhole ? "untold" : "held",
    trials: judged,
    leftBehind,
  };
}

/** The exit code of a verdict: what cannot be told proves nothing, so it is no success. */
export const PROBE_EXIT = { held: 0, broken: 1, untold: 2 } as const;

/**
 * A report that a probe printed elsewhere, as from inside of a sandbox. Throws Failure `probe-report` where it is none, or where
 * its verdict does not follow from its trials.
 */
export function parseProbeReport(printed: string): ProbeReport {
  const from = printed.indexOf("{");
  const reading =
    printed.length > REPORT_CHARS_MAX || from < 0
      ? undefined
      : v.safeParse(ReportSchema, readJson(printed.slice(from)));
  if (reading?.success !== true)
    throw new Failure(
      "probe-report",
      "what ran inside printed no report of a probe: see what it says with `--via` and `sallyport --version` in place of the probe",
    );
  const report = reading.output;
  const worst = report.trials.some(
    ({ expected, outcome }) => expected === "forbidden" && outcome === "reachable",
  );
  if (worst !== (report.verdict === "broken"))
    throw new Failure("probe-report", "the report contradicts itself: it is not taken");
  return report;
}
