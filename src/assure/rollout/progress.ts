// How a policy goes on from ring to ring and stage to stage: what is waited for, what holds it, and what takes it back.
import { hash } from "node:crypto";
import { STAGES, type Stage } from "#guard/policy/policy.ts";
import type { Limits, Tier } from "./fleet-file.ts";

/** A signed bundle. `content` is the SHA-256 of its file. */
export type BundleName = { readonly version: number; readonly content: string };

/**
 * A policy as it was built for each stage. `back` is the policy that was in force before, once more. WHY built anew: a machine takes
 * no version below the one that it has, so the way back has a higher number than the way there.
 */
export type Release = {
  readonly stages: Readonly<Record<Stage, BundleName>>;
  readonly back: BundleName | undefined;
};

/** Where the introduction of a policy in one tier is. `since` is when this ring and stage began. */
export type Track = {
  readonly policy: string;
  readonly tier: Tier;
  readonly release: Release;
  /** What was in force everywhere before; undefined for the first. */
  readonly before: BundleName | undefined;
  readonly ring: number;
  readonly stage: Stage;
  readonly sinceMs: number;
  readonly standing: "running" | "held" | "taken-back" | "complete";
  /** Why it stands as it does; empty while it runs. */
  readonly reason: string;
};

/** What is known of the machines of the ring under way. Counts of calls are those since the stage began. */
export type RingEvidence = {
  readonly machines: number;
  /** Seen within the last day. */
  readonly online: number;
  /** Of those online: which have the bundle, whose probes did not hold, and which differ from what was deployed. */
  readonly adopted: number;
  readonly unverified: number;
  readonly drifted: number;
  /** Of those online that were asked to take the bundle and could not. */
  readonly refused: number;
  readonly calls: number;
  readonly asked: number;
  readonly failures: number;
  readonly overrides: number;
};

/** What is to become of a track. `reasons` are whole sentences in lower case, each with its figures. */
export type Move =
  | { readonly kind: "wait"; readonly reasons: readonly string[] }
  | {
      readonly kind: "advance";
      readonly to: { readonly ring: number; readonly stage: Stage } | undefined;
    }
  | { readonly kind: "hold" | "take-back"; readonly reasons: readonly string[] };

const DAY_MS = 86_400_000;
/** Calls below which a share is chance; a fault that takes everybody down shows in fewer. */
const CALLS_MIN = 50;

/** Judges a track by what is known of its ring. Nothing that is not known lets it go on. */
export function judgeTrack(
  track: Track,
  evidence: RingEvidence,
  {
    limits,
    rings,
    nowMs,
  }: { readonly limits: Limits; readonly rings: readonly number[]; readonly nowMs: number },
): Move {
  if (track.standing === "taken-back" || track.standing === "complete")
    return { kind: "wait", reasons: [] };
  const over = exceeded(evidence, limits);
  const far = over.filter(({ times }) => times >= limits.backAt);
  if (far.length > 0) return { kind: "take-back", reasons: far.map(({ words }) => words) };
  const sure = over.filter(({ times }) => times > 0);
  if (sure.length > 0) return { kind: "hold", reasons: sure.map(({ words }) => words) };
  const reasons = [
    ...(track.standing === "held" ? [`it is held: ${track.reason}`] : []),
    ...missing(track, evidence, { limits, nowMs }),
    ...over.map(({ words }) => `${words}; it may be chance`),
  ];
  return reasons.length > 0
    ? { kind: "wait", reasons }
    : { kind: "advance", to: nextOf(track, rings) };
}

/** The next ring and stage; undefined after the last. Each ring passes through every stage before the next begins. */
export function nextOf(
  { ring, stage }: Pick<Track, "ring" | "stage">,
  rings: readonly number[],
): { readonly ring: number; readonly stage: Stage } | undefined {
  const later = STAGES[STAGES.indexOf(stage) + 1];
  if (later !== undefined) return { ring, stage: later };
  return ring + 1 < rings.length ? { ring: ring + 1, stage: "observe" } : undefined;
}

/** A figure over its limit. `times`: how often over it surely is; 0 where it may be chance. */
type Excess = { readonly times: number; readonly words: string };

function exceeded(evidence: RingEvidence, limits: Limits): readonly Excess[] {
  const { online, calls } = evidence;
  const perHundred = (count: number, most: number, what: string): readonly Excess[] =>
    excess(
      { count, of: calls, most, isFew: calls < CALLS_MIN },
      (share) =>
        `${share} ${what} per hundred calls, where ${most} is the limit (${count} in ${calls} calls)`,
    );
  // One machine is a machine with a fault, and two may be a fault of the policy.
  const ofMachines = (count: number, most: number, what: string): readonly Excess[] =>
    excess(
      { count, of: online, most, isFew: count < 2 },
      (share) =>
        `${share} % of the machines ${what}, where ${most} % is the limit (${count} of ${online})`,
    );
  return [
    ...perHundred(evidence.asked, limits.questionsPerHundred, "questions"),
    ...perHundred(evidence.failures, limits.failuresPerHundred, "calls that could not be judged"),
    ...perHundred(
      evidence.overrides,
      limits.overridesPerHundred,
      "times that people set the guard aside",
    ),
    ...ofMachines(evidence.unverified, limits.unverifiedPercent, "do not hold what the probes try"),
    ...ofMachines(evidence.refused, limits.unverifiedPercent, "refuse the policy"),
    ...ofMachines(evidence.drifted, limits.driftPercent, "differ from what was deployed"),
  ];
}

function excess(
  figure: {
    readonly count: number;
    readonly of: number;
    readonly most: number;
    readonly isFew: boolean;
  },
  words: (share: string) => string,
): readonly Excess[] {
  const { count, of, most, isFew } = figure;
  const share = of === 0 ? 0 : (100 * count) / of;
  if (!(share > most)) return [];
  const sure = isFew ? 0 : lowestShare(count, of);
  const times = sure > most ? (most === 0 ? Number.POSITIVE_INFINITY : sure / most) : 0;
  return [{ times, words: words(share.toFixed(1)) }];
}

/** The lowest percentage that so many of so many speak for: the lower end of Wilson's interval at 95 %. */
function lowestShare(count: number, of: number): number {
  const z = 1.96;
  const share = count / of;
  const middle = share + (z * z) / (2 * of);
  const spread = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  return (100 * Math.max(0, middle - spread)) / (1 + (z * z) / of);
}

function missing(
  { sinceMs }: Track,
  { machines, online, adopted, calls }: RingEvidence,
  { limits, nowMs }: { readonly limits: Limits; readonly nowMs: number },
): readonly string[] {
  const days = Math.floor((nowMs - sinceMs) / DAY_MS);
  const share = (count: number, of: number): number => (of === 0 ? 0 : (100 * count) / of);
  // WHY not on: where nobody has the policy nothing was shown, and the next ring would be the first to meet it.
  if (machines === 0)
    return ["no machine is in this ring, so that it shows nothing: give it a higher percentage"];
  return [
    ...(days < limits.days ? [`${days} of ${limits.days} days have passed`] : []),
    ...(calls < limits.calls ? [`${calls} of ${limits.calls} calls were judged`] : []),
    ...(share(online, machines) < limits.onlinePercent
      ? [
          `${online} of ${machines} machines of the ring are there, ${limits.onlinePercent} % have to be`,
        ]
      : []),
    ...(share(adopted, online) < limits.adoptedPercent
      ? [`${adopted} of ${online} machines have the policy, ${limits.adoptedPercent} % have to`]
      : []),
  ];
}

/** Percent at which a machine stands in the order in which a policy reaches machines: the same each time it is asked. */
export function placeOf(policy: string, machine: string): number {
  const digest = hash("sha256", `sallyport/ring/v1\n${policy}\n${machine}`, "hex");
  return (Number.parseInt(digest.slice(0, 8), 16) / 2 ** 32) * 100;
}

/** The ring of a machine, from 0. */
export function ringOf(policy: string, machine: string, rings: readonly number[]): number {
  const place = placeOf(policy, machine);
  const found = rings.findIndex((percent) => place < percent);
  return found === -1 ? rings.length - 1 : found;
}

/** What a machine of a ring is to have now; undefined: no bundle. */
export function wantedIn(
  { release, before, ring, stage, standing }: Track,
  machineRing: number,
): (BundleName & { readonly stage: Stage }) | undefined {
  const whole = (bundle: BundleName | undefined) =>
    bundle === undefined ? undefined : { ...bundle, stage: "enforce" as const };
  if (standing === "taken-back") return whole(release.back);
  if (standing === "complete" || machineRing < ring) return whole(release.stages.enforce);
  return machineRing === ring ? { ...release.stages[stage], stage } : whole(before);
}

/** What is in force everywhere when a track has ended; undefined while it has not. */
export function endOf({
  release,
  standing,
}: Track): { readonly bundle: BundleName | undefined } | undefined {
  if (standing === "complete") return { bundle: release.stages.enforce };
  return standing === "taken-back" ? { bundle: release.back } : undefined;
}

/** The bundles that machines have of a track, or come to have while it goes on. */
export function handedOut(track: Track): readonly BundleName[] {
  const { release, before } = track;
  const ended = endOf(track);
  const all =
    ended === undefined ? [...Object.values(release.stages), release.back, before] : [ended.bundle];
  return all.filter((bundle) => bundle !== undefined);
}
