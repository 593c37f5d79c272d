// A fleet looked at as a whole, and what its figures decide: what goes on, what is held, what is taken back.
import { dayOf } from "#base/day.ts";
import type { SeenHost } from "#record/fleet/host-report.ts";
import {
  type Company,
  companyOf,
  countedFromMs,
  type JudgedTrack,
  judgeTracks,
} from "#assure/rollout/company.ts";
import { countFriction, type Friction } from "#assure/rollout/friction.ts";
import type { Deed } from "#assure/rollout/journal.ts";
import type { FleetFolder } from "./fleet-folder.ts";
import type { ReadDays } from "#record/fleet/day-sums.ts";

const DAY_MS = 86_400_000;
/** Days by which the friction of now is told. */
const WEEK_DAYS = 7;

/** What machines reported: who they are now, and their days. */
export type Reported = ReadDays & { readonly hosts: readonly SeenHost[] };

export type LookedAt = {
  readonly folder: FleetFolder;
  readonly company: Company;
  readonly tracks: readonly JudgedTrack[];
  readonly reported: Reported;
};

/** The days that figures of a fleet are counted from, for what is asked of `readDays`: since its releases are at their stages, and since others. */
export function cutsOf(
  { state }: Pick<FleetFolder, "state">,
  nowMs: number,
  others: readonly string[] = [],
): readonly string[] {
  const since = [...state.tracks.values()].map((track) => dayOf(countedFromMs(track, nowMs)));
  return [...new Set([...since, ...others])].toSorted();
}

/** Puts a fleet together as it stands at a time. The days are cut where `cutsOf` says, or not added up at all. */
export function lookAtFleet(folder: FleetFolder, reported: Reported, nowMs: number): LookedAt {
  const { file, state, listings } = folder;
  const { hosts, days } = reported;
  const company = companyOf({ file, state, listings, hosts, nowMs });
  return { folder, company, reported, tracks: judgeTracks({ file, state, nowMs }, company, days) };
}

/** The first day of the friction of so many days. */
export function frictionSince(nowMs: number, lastDays: number = WEEK_DAYS): string {
  return dayOf(nowMs - lastDays * DAY_MS);
}

/** The friction of some days until now, which are cut at `frictionSince`; by tier unless `keyOf` says otherwise. */
export function frictionOf(
  { company, reported }: Pick<LookedAt, "company" | "reported">,
  {
    lastDays = WEEK_DAYS,
    keyOf,
  }: {
    readonly lastDays?: number;
    readonly keyOf?: (machine: Company["machines"][number] | undefined) => string;
  } = {},
): Friction {
  const since = frictionSince(company.nowMs, lastDays);
  const machines = new Map(company.machines.map((one) => [one.machine, one]));
  const keyFor = keyOf ?? ((machine) => machine?.tier ?? "unknown");
  return countFriction(reported.days, reported.names.rules, ({ machine, day }) =>
    day.day < since ? undefined : keyFor(machines.get(machine)),
  );
}

/** What the figures decide now. A person decides nothing by it: nothing here goes on that a person holds. */
export function deedsDue({ tracks }: Pick<LookedAt, "tracks">): readonly Deed[] {
  return tracks.flatMap(({ track, move }): Deed[] => {
    const on = { policy: track.policy, tier: track.tier };
    switch (move.kind) {
      case "wait":
        return [];
      case "advance":
        return [
          move.to === undefined
            ? { what: "completed", ...on }
            : { what: "advanced", ...on, ...move.to },
        ];
      case "hold":
        return track.standing === "held"
          ? []
          : [{ what: "held", ...on, reasons: [...move.reasons] }];
      case "take-back":
        return [{ what: "taken-back", ...on, reasons: [...move.reasons] }];
      default:
        throw new Error(`no such move: ${String(move satisfies never)}`);
    }
  });
}
