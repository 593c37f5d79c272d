// Findings put in order: one for each value, named by the most specific detector, and surer where there are many of a kind.
import type { Bulk, Detector } from "./detection/detector.ts";
import { type Finding, isAtLeast } from "./detection/finding.ts";

/** A finding beside what decides which of two is kept. */
export type Candidate = { readonly finding: Finding; readonly detector: Detector };

const RANK = 20;
/** A container that is that many times as long is another thing than what it holds: a key file, an encoded document. */
const CONTAINER_TIMES = 2;

/** The findings that are left, in the order of their places. Spans of what is left do not overlap. */
export function resolved(candidates: readonly Candidate[], text: string): readonly Finding[] {
  const sorted = [...candidates].sort(
    ({ finding: one }, { finding: other }) => one.start - other.start || other.end - one.end,
  );
  const kept: Candidate[] = [];
  for (const candidate of sorted) {
    const last = kept.at(-1);
    if (last === undefined || candidate.finding.start >= last.finding.end) kept.push(candidate);
    else kept[kept.length - 1] = joined(last, candidate);
  }
  return inBulk(kept, text);
}

/** Two that overlap are one: of the better's detector, as sure as the surer, and as long as both where neither holds the other. */
function joined(first: Candidate, second: Candidate): Candidate {
  const [winner, loser] = isBetter(second, first) ? [second, first] : [first, second];
  const { finding: one } = winner;
  const { finding: other } = loser;
  const isHeld =
    (one.start <= other.start && other.end <= one.end) ||
    (other.start <= one.start && one.end <= other.end);
  const tier =
    one.family === other.family && isAtLeast(other.tier, one.tier) ? other.tier : one.tier;
  const start = isHeld ? one.start : Math.min(one.start, other.start);
  const end = isHeld ? one.end : Math.max(one.end, other.end);
  return { detector: winner.detector, finding: { ...one, tier, start, end } };
}

function isBetter(one: Candidate, other: Candidate): boolean {
  if (isContainer(one, other)) return true;
  if (isContainer(other, one)) return false;
  if (isAround(one, other)) return true;
  if (isAround(other, one)) return false;
  const [rank, otherRank] = [one.detector.rank ?? RANK, other.detector.rank ?? RANK];
  if (rank !== otherRank) return rank > otherRank;
  if (one.finding.tier !== other.finding.tier)
    return isAtLeast(one.finding.tier, other.finding.tier);
  const isPlain = one.finding.decoded === undefined;
  if (isPlain !== (other.finding.decoded === undefined)) return isPlain;
  return lengthOf(one) > lengthOf(other);
}

function isContainer({ detector, finding }: Candidate, { finding: inner }: Candidate): boolean {
  return (
    (detector.rank ?? RANK) >= RANK &&
    finding.start <= inner.start &&
    inner.end <= finding.end &&
    finding.end - finding.start > CONTAINER_TIMES * (inner.end - inner.start)
  );
}

/** What looks like an address within a password is a part of it. */
function isAround({ finding }: Candidate, { finding: inner }: Candidate): boolean {
  return (
    finding.family === "secret" &&
    inner.family === "personal" &&
    finding.start <= inner.start &&
    inner.end <= finding.end &&
    finding.end - finding.start > inner.end - inner.start
  );
}

function lengthOf({ finding: { start, end } }: Candidate): number {
  return end - start;
}

/** Raises the tier of kinds of which there are many different values. */
function inBulk(kept: readonly Candidate[], text: string): readonly Finding[] {
  const values = new Map<Bulk, Set<string>>();
  for (const { detector, finding } of kept) {
    if (detector.bulk === undefined) continue;
    const seen = values.get(detector.bulk) ?? new Set();
    values.set(detector.bulk, seen.add(text.slice(finding.start, finding.end).toLowerCase()));
  }
  return kept.map(({ detector: { bulk }, finding }) => {
    const isMany = bulk !== undefined && (values.get(bulk)?.size ?? 0) >= bulk.count;
    return isMany && isAtLeast(bulk.tier, finding.tier) ? { ...finding, tier: bulk.tier } : finding;
  });
}
