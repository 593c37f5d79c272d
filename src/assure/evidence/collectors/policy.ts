// Policies that judged, and changes of policies: which of them somebody approved, and which took protection away.
import { isObject, stringOrEmpty } from "#base/json.ts";
import type { Collecting } from "../collector.ts";
import { boundedGaps, type Gap, momentText } from "../gap.ts";

const POLICIES_MAX = 256;
const CHANGES_MAX = 2_000;
const APPROVED_MAX = 10_000;
/** Changes after which less is held back than before, whoever approved them. */
const WEAKENING: Readonly<Record<string, string>> = {
  observed: "a project was set to be only observed: its verdicts are recorded and not answered",
  removed: "a policy file was removed",
};

type Change = {
  readonly at: string;
  readonly entry: number;
  readonly what: string;
  readonly layer: string;
  readonly before: string;
  readonly after: string;
};

/** `attested`: digests of policies that a person attested as approved. */
export function followPolicy(attested: ReadonlySet<string>): Collecting {
  const judged = new Map<string, { id: string; calls: number; firstMs: number; lastMs: number }>();
  const changes: Change[] = [];
  const approved = new Set(attested);
  let omitted = 0;
  return {
    kinds: ["decision", "policy"],
    add({ index, timeMs, metadata, isMeant }) {
      if (metadata === undefined) return;
      if (metadata["kind"] === "decision" && isMeant && metadata["canary"] !== true)
        noteJudged(judged, metadata["policy"], timeMs);
      if (metadata["kind"] !== "policy") return;
      const what = stringOrEmpty(metadata["what"]);
      const after = stringOrEmpty(metadata["inForce"]);
      if (what === "deployed" && approved.size < APPROVED_MAX) approved.add(after);
      if (!isMeant) return;
      if (changes.length >= CHANGES_MAX) omitted += 1;
      else
        changes.push({
          at: momentText(timeMs),
          entry: index,
          what,
          after,
          layer: stringOrEmpty(metadata["layer"]),
          before: stringOrEmpty(metadata["before"]) || "none",
        });
    },
    result() {
      const gaps = changes.flatMap((change): readonly Gap[] => {
        const { at, entry, what, layer, before, after } = change;
        const weaker = WEAKENING[what];
        const gap = (kind: Gap["kind"], reason: string): Gap => ({
          kind,
          reason: `at ${at} ${reason}`,
          count: 1,
          entries: [entry],
        });
        if (weaker !== undefined) return [gap("policy-weakened", weaker)];
        if (what !== "changed" || approved.has(after)) return [];
        return [
          gap(
            "policy-unapproved",
            `the policy of the ${layer} layer changed from ${short(before)} to ${short(after)}, and no approval of it is on record`,
          ),
        ];
      });
      return {
        id: "policy",
        title: "policies that judged, and their changes",
        facts: {
          judged: [...judged].map(([digest, { id, calls, firstMs, lastMs }]) => ({
            digest,
            id,
            calls,
            first: momentText(firstMs),
            last: momentText(lastMs),
          })),
          changes: changes.map((change) => ({
            ...change,
            approved: change.what === "changed" ? approved.has(change.after) : null,
          })),
          changesOmitted: omitted,
        },
        gaps: boundedGaps(gaps),
      };
    },
  };
}

function noteJudged(
  judged: Map<string, { id: string; calls: number; firstMs: number; lastMs: number }>,
  policy: unknown,
  timeMs: number,
): void {
  if (!isObject(policy)) return;
  const digest = stringOrEmpty(policy["digest"]);
  const known = judged.get(digest);
  if (known !== undefined) {
    known.calls += 1;
    known.lastMs = timeMs;
  } else if (judged.size < POLICIES_MAX)
    judged.set(digest, {
      id: stringOrEmpty(policy["id"]),
      calls: 1,
      firstMs: timeMs,
      lastMs: timeMs,
    });
}

function short(digest: string): string {
  return /^[0-9a-f]{64}$/.test(digest) ? `${digest.slice(0, 16)}...` : digest;
}
