// Why a machine of a fleet is out of policy, by what it reported last, in words for the person who looks after it.
import { counted } from "#base/counted.ts";
import type { SeenHost } from "#record/fleet/host-report.ts";

const SILENT_MS = 7 * 86_400_000;

/** What is wrong with it, the gravest first; empty where nothing is. */
export function outOfPolicy({ seenMs, report }: SeenHost, nowMs: number): readonly string[] {
  const { canary, drift, trouble } = report;
  return [
    ...(canary === "failed" ? ["a probe was not refused"] : []),
    ...(trouble === "" ? [] : [`its policy has a fault: ${trouble}`]),
    ...(drift > 0 ? [`${counted(drift, "place")} ${drift === 1 ? "differs" : "differ"}`] : []),
    ...(nowMs - seenMs > SILENT_MS ? ["it has not reported for a week"] : []),
  ];
}
