// Days of a made-up fleet: what its machines report, what is released and decided, and what they then have.
import { dayOf } from "#base/day.ts";
import type { HostDay, HostReport, SeenDay, SeenHost } from "#record/fleet/host-report.ts";
import type { Tier } from "#assure/rollout/fleet-file.ts";
import type { Deed } from "#assure/rollout/journal.ts";
import type { NoteSigner } from "#record/log/note.ts";
import { addDeeds, type FleetFolder, readFleet } from "../../services/fleet/fleet-folder.ts";
import { buildRelease } from "../../services/fleet/release.ts";
import { deedsDue, type LookedAt, lookAtFleet } from "../../services/fleet/rollout.ts";

const DAY_MS = 86_400_000;
const AWAY_DAYS = 3;
const MINUTE_MS = 60_000;

export type MadeUpMachine = {
  readonly name: string;
  readonly tier: Tier;
  bundle: HostReport["bundle"];
};

/** A machine as the collector saw it last. `isOdd`: its probes do not hold, and it differs from what was deployed. */
export function madeUpHost(
  { name, bundle }: MadeUpMachine,
  how: {
    readonly atMs: number;
    readonly isAway: boolean;
    readonly isOdd: boolean;
    readonly system: HostReport["system"];
    readonly exceptions?: number;
  },
): SeenHost {
  const { atMs, isAway, isOdd, system, exceptions = 0 } = how;
  return {
    machine: name,
    seenMs: atMs - (isAway ? AWAY_DAYS * DAY_MS : MINUTE_MS),
    skewMs: 0,
    report: {
      format: 1,
      atMs,
      product: "1.0.0",
      client: "2.1.330",
      system,
      bundle,
      trouble: "",
      canary: isOdd ? "failed" : "held",
      drift: isOdd ? 1 : 0,
      held: true,
      mcp: { servers: 3, approved: isOdd ? 2 : 3 },
      exceptions,
      repositories: [],
      days: [],
    },
  };
}

/** Of a hundred calls those that the client alone would have asked about and that ran unasked. */
const SPARED_PERCENT = 18;

/** What it counted on a day under the policy that it has. What nobody declined was allowed. */
export function madeUpDay(
  { name, bundle }: MadeUpMachine,
  atMs: number,
  given: Pick<HostDay, "calls" | "asked" | "allowed" | "refused" | "rules"> &
    Partial<Pick<HostDay, "overrides" | "exceptions">> & { readonly secondsToAnswer: number },
): SeenDay {
  const { secondsToAnswer, overrides = 0, exceptions = [], ...counts } = given;
  const { asked, allowed } = counts;
  return {
    machine: name,
    version: bundle?.version ?? null,
    stage: bundle?.stage ?? null,
    day: {
      day: dayOf(atMs),
      ...counts,
      sessions: 2,
      declined: asked - allowed,
      failures: 0,
      waitedMs: asked * secondsToAnswer * 1_000,
      overrides,
      exceptions,
      spared: Math.floor((counts.calls * SPARED_PERCENT) / 100),
      added: Math.floor(asked / 2),
      left: Math.floor(counts.calls / 50),
    },
  };
}

/** Releases a policy of the folder, and puts it on record. */
export function releaseMadeUp(
  directory: string,
  signer: NoteSigner,
  given: {
    readonly policy: string;
    readonly tiers: readonly Tier[];
    readonly by: string;
    readonly timeMs: number;
  },
): void {
  const { policy, tiers, by, timeMs } = given;
  const { state } = readFleet(directory);
  const order = { signer, issuedMs: timeMs, expiresMs: timeMs + 300 * DAY_MS };
  const { stages, back = null } = buildRelease(directory, state, { policy, tiers, order });
  const deed: Deed = { what: "released", policy, tiers: [...tiers], stages, back };
  addDeeds(directory, state, { deeds: [deed], by, timeMs });
}

/** Does what the figures decide, as `fleet tick` would, to the folder as it was read; how many decisions those were, and what they were made of. */
export function tickMadeUp(
  directory: string,
  reported: { readonly hosts: readonly SeenHost[]; readonly days: readonly SeenDay[] },
  given: { readonly nowMs: number; readonly timeMs: number; readonly folder?: FleetFolder },
): { readonly looked: LookedAt; readonly deeds: number; readonly folder: FleetFolder } {
  const { nowMs, timeMs, folder = readFleet(directory) } = given;
  const names = { rules: [], exceptions: [] };
  const looked = lookAtFleet(folder, { ...reported, names }, nowMs);
  const deeds = deedsDue(looked);
  const state =
    deeds.length === 0
      ? folder.state
      : addDeeds(directory, folder.state, { deeds, by: "sallyport", timeMs });
  return { looked, deeds: deeds.length, folder: { ...folder, state } };
}

/** Machines that are there take what they are to have now. */
export function takeMadeUp(
  directory: string,
  machines: readonly MadeUpMachine[],
  given: {
    readonly hosts: readonly SeenHost[];
    readonly nowMs: number;
    readonly isSlow?: () => boolean;
    readonly folder?: FleetFolder;
  },
): void {
  const { hosts, nowMs, isSlow = () => false, folder = readFleet(directory) } = given;
  const reported = { hosts, days: [], names: { rules: [], exceptions: [] } };
  const { company } = lookAtFleet(folder, reported, nowMs);
  const wantedBy = new Map(company.machines.map((one) => [one.machine, one]));
  for (const machine of machines) {
    const { wanted, isOnline = false } = wantedBy.get(machine.name) ?? {};
    if (!isOnline || isSlow()) continue;
    machine.bundle =
      wanted === undefined
        ? null
        : { version: wanted.version, content: wanted.content, stage: wanted.stage };
  }
}
