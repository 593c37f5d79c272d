// A fleet looked at as a whole, and what its figures decide: what goes on, what is held, what is taken back.
import { dayOf } from "#base/day.ts";
import type { SeenDay, SeenHost } from "#record/fleet/host-report.ts";
import { type Company, companyOf, type JudgedTrack, judgeTracks } from "#assure/rollout/company.ts";
import { countFriction, type Friction } from "#assure/rollout/friction.ts";
import type { Deed } from "#assure/rollout/journal.ts";
import { type FleetFolder, readFleet } from "./fleet-folder.ts";

const DAY_MS = 86_400_000;
/** Days by which the friction of now is told. */
const WEEK_DAYS = 7;

/** What machines reported: who they are now, and their days. */
export type Reported = { readonly hosts: readonly SeenHost[]; readonly days: readonly SeenDay[] };

export type LookedAt = {
  readonly folder: FleetFolder;
  readonly company: Company;
  readonly tracks: readonly JudgedTrack[];
  readonly days: readonly SeenDay[];
};

/** Puts a fleet together as it stands at a time. Throws as `readFleet` does. */
export function lookAtFleet(directory: string, reported: Reported, nowMs: number): LookedAt {
  return lookAt(readFleet(directory), reported, nowMs);
}

/** The same of a folder that was read. */
export function lookAt(folder: FleetFolder, { hosts, days }: Reported, nowMs: number): LookedAt {
  const { file, state, listings } = folder;
  const company = companyOf({ file, state, listings, hosts, nowMs });
  return { folder, company, days, tracks: judgeTracks({ file, state, nowMs }, company, days) };
}

/** The friction of some days until now; by tier unless `keyOf` says otherwise. */
export function frictionOf(
  { company, days }: Pick<LookedAt, "company" | "days">,
  {
    lastDays = WEEK_DAYS,
    keyOf,
  }: {
    readonly lastDays?: number;
    readonly keyOf?: (machine: Company["machines"][number] | undefined) => string;
  } = {},
): Friction {
  const since = dayOf(company.nowMs - lastDays * DAY_MS);
  const machines = new Map(company.machines.map((one) => [one.machine, one]));
  const keyFor = keyOf ?? ((machine) => machine?.tier ?? "unknown");
  return countFriction(days, ({ machine, day }) =>
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
