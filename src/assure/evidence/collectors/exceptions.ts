// Exceptions to the policy: granted, revoked, used; a use after the exception's end is a gap. And approvals by a second person.
import { stringOrEmpty } from "#base/json.ts";
import { type Collecting, endOf, type EvidencePeriod } from "../collector.ts";
import { boundedGaps, GAP_ENTRIES_MAX, type Gap, momentText, spanText } from "../gap.ts";

/** An exception that lasts longer than this is to be looked at again; granting it is looking at it. */
const REVIEW_MS = 30 * 86_400_000;
const GRANTS_MAX = 10_000;
const SHOWN_MAX = 500;

type Grant = {
  readonly grantedMs: number;
  readonly entry: number;
  readonly where: string;
  /** When it ends by itself; and when it was revoked. */
  readonly expiresMs: number;
  revokedMs: number | undefined;
  uses: number;
  readonly late: { count: number; entries: number[]; firstMs: number };
};

/** `reviewed`: when a person attested to have looked at an exception again, by its id. */
export function followExceptions(
  period: EvidencePeriod,
  reviewed: ReadonlyMap<string, readonly number[]>,
): Collecting {
  const grants = new Map<string, Grant>();
  const sums = { granted: 0, revoked: 0, uses: 0, usesOfOthers: 0 };
  return {
    kinds: ["exception", "decision"],
    add({ index, timeMs, metadata, isMeant }) {
      if (metadata?.["kind"] === "exception") {
        const id = stringOrEmpty(metadata["exception"]);
        const known = grants.get(id);
        if (metadata["phase"] === "revoke") {
          if (isMeant) sums.revoked += 1;
          if (known !== undefined) known.revokedMs ??= timeMs;
        } else if (grants.size < GRANTS_MAX) {
          if (isMeant) sums.granted += 1;
          const minutes = Number(metadata["minutes"]) || 0;
          grants.set(id, {
            grantedMs: timeMs,
            entry: index,
            where: stringOrEmpty(metadata["where"]),
            expiresMs: timeMs + (minutes + 1) * 60_000,
            revokedMs: undefined,
            uses: 0,
            late: { count: 0, entries: [], firstMs: 0 },
          });
        }
      }
      if (metadata?.["kind"] !== "decision" || !isMeant) return;
      const used = metadata["exceptions"];
      if (!Array.isArray(used)) return;
      for (const one of used as readonly unknown[]) {
        sums.uses += 1;
        const grant = grants.get(stringOrEmpty(one));
        // A managed policy gives exceptions of its own, and older grants may have been removed on record.
        if (grant === undefined) sums.usesOfOthers += 1;
        else {
          grant.uses += 1;
          if (timeMs < Math.min(grant.expiresMs, grant.revokedMs ?? Infinity)) continue;
          const { late } = grant;
          if (late.count === 0) late.firstMs = timeMs;
          late.count += 1;
          if (late.entries.length < GAP_ENTRIES_MAX) late.entries.push(index);
        }
      }
    },
    result() {
      const gaps = [...grants].flatMap(([id, { late, expiresMs, revokedMs }]): readonly Gap[] => {
        if (late.count === 0) return [];
        const [how, when] =
          revokedMs !== undefined && revokedMs < expiresMs
            ? ["revoked", revokedMs]
            : ["over", expiresMs];
        const reason = `the exception ${id} was ${how} at ${momentText(when)} and used ${late.count} times after that, first at ${momentText(late.firstMs)}`;
        return [{ kind: "exception-over", reason, count: late.count, entries: late.entries }];
      });
      const unreviewed = [...grants].flatMap(([id, grant]) =>
        unreviewedGap(id, grant, { period, reviewed: reviewed.get(id) ?? [] }),
      );
      const shown = [...grants].slice(-SHOWN_MAX);
      return {
        id: "exceptions",
        title: "exceptions to the policy",
        facts: {
          ...sums,
          exceptions: shown.map(
            ([id, { grantedMs, expiresMs, revokedMs, uses, where, entry }]) => ({
              id,
              entry,
              granted: momentText(grantedMs),
              where,
              uses,
              expires: momentText(expiresMs - 60_000),
              revoked: revokedMs === undefined ? null : momentText(revokedMs),
            }),
          ),
          exceptionsOmitted: grants.size - shown.length,
        },
        gaps: [...boundedGaps(gaps), ...boundedGaps(unreviewed)],
      };
    },
  };
}

/** The longest time of the period in which an exception was in force and nobody had looked at it for too long. */
function unreviewedGap(
  id: string,
  { grantedMs, expiresMs, revokedMs, entry }: Grant,
  asked: { readonly period: EvidencePeriod; readonly reviewed: readonly number[] },
): readonly Gap[] {
  const { period, reviewed } = asked;
  const endedMs = Math.min(expiresMs, revokedMs ?? Infinity, endOf(period));
  const looks = [grantedMs, ...reviewed.filter((ms) => ms > grantedMs && ms < endedMs)].sort(
    (one, other) => one - other,
  );
  const waits = looks.map((ms, place) => ({ fromMs: ms, untilMs: looks[place + 1] ?? endedMs }));
  const late = waits.find(
    ({ fromMs, untilMs }) => untilMs - fromMs > REVIEW_MS && untilMs > period.sinceMs,
  );
  if (late === undefined) return [];
  const reason = `the exception ${id} was in force for ${spanText(late.untilMs - late.fromMs)} from ${momentText(late.fromMs)}, and nobody attested to have looked at it again within ${spanText(REVIEW_MS)}`;
  return [{ kind: "exception-unreviewed", reason, count: 1, entries: [entry] }];
}

type Request = { entry: number; hasApproval: boolean; phases: string[]; atMs: number };

/** Calls that a second person has to approve: a use without an approval on record is a gap. */
export function followApprovals({ isCut }: { readonly isCut: boolean }): Collecting {
  const requests = new Map<string, Request>();
  const phases: Record<string, number> = {};
  const unapproved: Gap[] = [];
  return {
    kinds: ["approval"],
    add({ index, timeMs, metadata, isMeant }) {
      if (metadata?.["kind"] !== "approval") return;
      const phase = stringOrEmpty(metadata["phase"]);
      const id = stringOrEmpty(metadata["approval"]);
      if (isMeant) phases[phase] = (phases[phase] ?? 0) + 1;
      if (id === "") return;
      const known = requests.get(id);
      const one = known ?? { entry: index, hasApproval: false, phases: [], atMs: timeMs };
      if (known === undefined && requests.size < GRANTS_MAX) requests.set(id, one);
      if (one.phases.length < 16) one.phases.push(phase);
      if (phase === "approved") one.hasApproval = true;
      // Of a request from before the first entry that is left, the approval may have been removed on record.
      const isFromBefore = isCut && !one.phases.includes("requested");
      if (phase === "used" && isMeant && !one.hasApproval && !isFromBefore)
        unapproved.push({
          kind: "approval-missing",
          reason: `the request ${id} was used at ${momentText(timeMs)}, and no approval of it is on record`,
          count: 1,
          entries: [index],
        });
    },
    result: () => ({
      id: "approvals",
      title: "calls that a second person had to approve",
      facts: { phases, requests: requests.size },
      gaps: boundedGaps(unapproved),
    }),
  };
}
