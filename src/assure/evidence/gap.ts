// A gap: something in a period because of which evidence is missing, or speaks against a control. Each is said with its reason.

export const GAP_KINDS = [
  "silence",
  "late-start",
  "removed",
  "unreadable",
  "clock-set-back",
  "period-open",
  "incomplete",
  "guard-off",
  "only-observed",
  "policy-unapproved",
  "policy-weakened",
  "exception-over",
  "exception-unreviewed",
  "approval-missing",
  "content-sent",
  "incident-unanswered",
  "record-altered",
  "request-overdue",
  "retention-short",
  "retention-failed",
  "attestation-missing",
  "attestation-over",
  "attestation-contradicted",
  "posture",
  "detection-missing",
  "found",
] as const;
export type GapKind = (typeof GAP_KINDS)[number];

/** `entries` are some of the `count` entries of the log that show it; `reason` is in words, with times in UTC. */
export type Gap = {
  readonly kind: GapKind;
  readonly reason: string;
  readonly count: number;
  readonly entries: readonly number[];
};

/** Entries that one gap names. */
export const GAP_ENTRIES_MAX = 8;
/** Gaps of one kind that are said one by one; of more the rest is one gap that counts them. */
export const GAPS_MAX = 50;

/** The first gaps, and one that counts what else there is. */
export function boundedGaps(gaps: readonly Gap[]): readonly Gap[] {
  const [first, rest] = [gaps.slice(0, GAPS_MAX), gaps.slice(GAPS_MAX)];
  const [more] = rest;
  if (more === undefined) return first;
  return [
    ...first,
    {
      kind: more.kind,
      entries: more.entries,
      count: rest.length,
      reason: `and ${rest.length} more`,
    },
  ];
}

/** A moment as gaps and reports write it; of a number that is no moment the number. */
export function momentText(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString().replace(".000Z", "Z") : String(ms);
}

/** How long, in days, hours and minutes. */
export function spanText(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  const [days, hours] = [Math.floor(minutes / 1_440), Math.floor((minutes % 1_440) / 60)];
  const parts = [
    ...(days > 0 ? [`${days} d`] : []),
    ...(hours > 0 ? [`${hours} h`] : []),
    ...(minutes % 60 > 0 && days === 0 ? [`${minutes % 60} min`] : []),
  ];
  return parts.length === 0 ? "0 min" : parts.join(" ");
}
