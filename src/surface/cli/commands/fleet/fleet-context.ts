// What every command about a fleet has: its folder, what machines reported, and whose decision it is.
import { dayOf } from "#base/day.ts";
import { existsSync } from "node:fs";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { TIERS } from "#govern/library/pack-schema.ts";
import type { Tier } from "#assure/rollout/fleet-file.ts";
import type { Track } from "#assure/rollout/progress.ts";
import { trackName } from "#assure/rollout/journal.ts";
import { readSpan } from "../../../foundation/terminal/span.ts";
import { fleetPlaces } from "../../../services/fleet/fleet-folder.ts";
import { readDays, readHosts } from "../../../services/fleet/hosts-reading.ts";
import { type LookedAt, lookAtFleet, type Reported } from "../../../services/fleet/rollout.ts";
import type { BuildOrder } from "../../../services/fleet/release.ts";
import { readKeyFile } from "../../../services/policy/bundle-keys.ts";
import { openPool } from "../../../services/fleet/postgres-connection.ts";
import { readStoreAddress } from "../../../services/fleet/store-address.ts";

const DAY_MS = 86_400_000;
/** Days of reports that are read: a ring has at most ninety at one stage. */
const DAYS_READ = 100;
const BUNDLE_DAYS = 180;

export const fleetOptions = {
  fleet: {
    type: "string",
    valueHint: "DIR",
    description: "the fleet's folder (default: $SALLYPORT_FLEET, or this one)",
  },
  reader: {
    type: "string",
    valueHint: "FILE",
    description:
      "a private file with a reader's address of PostgreSQL, where machines report to it (default: $SALLYPORT_FLEET_READER, or the folder's `hosts`)",
  },
} as const;

export const keyOptions = {
  key: {
    type: "string",
    required: true,
    valueHint: "FILE",
    description: "the private key that signs, as `sallyport policy bundle key` made it",
  },
} as const;

export type FleetArgs = {
  readonly fleet?: string | undefined;
  readonly reader?: string | undefined;
};

export function fleetDirectory({ fleet }: Pick<FleetArgs, "fleet">): string {
  return fleet ?? process.env["SALLYPORT_FLEET"] ?? ".";
}

/** The fleet as it stands now. */
export async function lookNow(args: FleetArgs, nowMs: number = Date.now()): Promise<LookedAt> {
  const directory = fleetDirectory(args);
  const since = dayOf(nowMs - DAYS_READ * DAY_MS);
  const reported = await readReports(args, directory, since);
  return lookAtFleet(directory, reported, nowMs);
}

async function readReports(args: FleetArgs, directory: string, since: string): Promise<Reported> {
  const reader = args.reader ?? process.env["SALLYPORT_FLEET_READER"] ?? "";
  if (reader === "") {
    if (!existsSync(fleetPlaces(directory).hosts)) return { hosts: [], days: [] };
    const place = { kind: "folder", directory } as const;
    return { hosts: await readHosts(place), days: await readDays(place, since) };
  }
  const pool = await openPool({ url: readStoreAddress(reader, "reader") });
  try {
    const place = { kind: "postgres", pool } as const;
    return { hosts: await readHosts(place), days: await readDays(place, since) };
  } finally {
    await pool.end();
  }
}

export function buildOrder(
  args: { readonly key: string; readonly for?: string | undefined },
  nowMs: number,
): BuildOrder {
  const spanMs = args.for === undefined ? BUNDLE_DAYS * DAY_MS : readSpan(args.for, 400);
  return { signer: readKeyFile(args.key), issuedMs: nowMs, expiresMs: nowMs + spanMs };
}

/** The track that was named as `policy/tier`. Throws a Failure with those that there are. */
export function namedTrack({ folder }: Pick<LookedAt, "folder">, name: string): Track {
  const found = folder.state.tracks.get(name);
  if (found !== undefined) return found;
  const all = [...folder.state.tracks.values()].map(trackName);
  throw new Failure(
    "usage",
    `there is no release \`${printable(name)}\`; ${all.length === 0 ? "none was begun: `sallyport fleet release POLICY`" : `there are ${all.join(", ")}`}`,
  );
}

export function readTier(text: string): Tier {
  const found = TIERS.find((tier) => tier === text);
  if (found !== undefined) return found;
  throw new Failure("usage", `\`${printable(text)}\` is no tier: ${TIERS.join(", ")}`);
}
