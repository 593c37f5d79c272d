// What a scan says: where a secret lies, why it counts or not, and what could not be looked at. Never a value.
import type { Family, Tier } from "#guard/content/detection/finding.ts";
import type { GeneratedAs } from "./generated-file.ts";

/** How bad it is that this lies where it lies. `critical`: shared with everybody and read by the client itself. */
export type Gravity = "critical" | "high" | "medium" | "low";

/** One place of one finding. `line` and `column` count from 1, `column` and `length` in UTF-16 units. */
export type ScanFinding = {
  /** Id of the detector or of the rule of the scan. */
  readonly rule: string;
  readonly title: string;
  readonly family: Family;
  readonly tier: Tier;
  readonly gravity: Gravity;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
  /** Where it ends, behind its last character. */
  readonly endLine: number;
  readonly endColumn: number;
  /** A keyed digest of the value, the same for the same value within one report; none where a file as such is meant. */
  readonly digest?: string;
  /** The commit that brought it, where a history was looked through. */
  readonly commit?: string;
  /** Where it should live instead. */
  readonly goesTo: string;
  /** What else is to be known, such as an allowance that ended. */
  readonly note?: string;
  /** The same for this finding in every run, and made without the value. */
  readonly fingerprint: string;
};

/** Who answers for a finding that stays, until when (the last day, `YYYY-MM-DD`, UTC), and why. */
export type Acceptance = {
  readonly by: "annotation" | "baseline";
  readonly owner: string;
  readonly until: string;
  readonly reason: string;
};

/** A place and why it was not looked at, or not in full. */
export type Unseen = { readonly what: string; readonly why: string };

/** Everything that one scan says. */
export type ScanReport = {
  /** What was asked for, in words. */
  readonly scope: string;
  readonly looked: {
    readonly files: number;
    readonly blobs: number;
    readonly commits: number;
    readonly bytes: number;
  };
  readonly findings: readonly ScanFinding[];
  /** Findings that somebody answers for. */
  readonly accepted: readonly (ScanFinding & { readonly acceptance: Acceptance })[];
  /** Secrets in files that git ignores and that are there for them. */
  readonly belongs: readonly { readonly file: string; readonly count: number }[];
  /** What could not be looked at: the scan says nothing of it. */
  readonly notLookedAt: readonly Unseen[];
  /** What is no part of the question, such as files that git ignores. */
  readonly leftOut: readonly Unseen[];
  /** Files that were read otherwise than as UTF-8 text. */
  readonly readAs: readonly { readonly file: string; readonly as: string }[];
  /** Files that no person wrote line by line: of secrets, only keys of a known form were looked for in them. */
  readonly generated: readonly { readonly file: string; readonly as: GeneratedAs }[];
  /** Findings and places past the bounds of the lists. */
  readonly unlisted: { readonly findings: number; readonly places: number };
};

/** Whether the scan saw everything that was asked for. */
export function isComplete(report: ScanReport): boolean {
  return report.notLookedAt.length === 0 && report.unlisted.places === 0;
}
