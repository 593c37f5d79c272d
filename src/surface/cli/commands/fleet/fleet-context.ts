// What every command about a fleet has: its folder, what machines reported, and whose decision it is.
import { existsSync } from "node:fs";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { AskedDays } from "#record/fleet/day-sums.ts";
import { TIERS } from "#govern/library/pack-schema.ts";
import type { Tier } from "#assure/rollout/fleet-file.ts";
import type { Track } from "#assure/rollout/progress.ts";
import { trackName } from "#assure/rollout/journal.ts";
import { readSpan } from "../../../foundation/terminal/span.ts";
import { fleetPlaces, readFleet } from "../../../services/fleet/fleet-folder.ts";
import { type HostsPlace, readDays, readHosts } from "../../../services/fleet/hosts-reading.ts";
import {
  cutsOf,
  type LookedAt,
  lookAtFleet,
  type Reported,
} from "../../../services/fleet/rollout.ts";
import type { BuildOrder } from "../../../services/fleet/release.ts";
import { readKeyFile } from "../../../services/policy/bundle-keys.ts";
import { openPool } from "../../../services/fleet/postgres-connection.ts";
import { clickhouseHostsAt, readStoreAddress } from "../../../services/fleet/store-address.ts";

const DAY_MS = 86_400_000;
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
      "a private file with a reader's address of PostgreSQL or ClickHouse, where machines report to it (default: $SALLYPORT_FLEET_READER, or the folder's `hosts`)",
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
export async function lookNow(
  args: FleetArgs,
  {
    nowMs = Date.now(),
    folder = readFleet(fleetDirectory(args)),
    frictionSince,
    namesSince,
  }: {
    readonly nowMs?: number;
    /** As it was read already. */
    readonly folder?: LookedAt["folder"];
    /** Days from which friction is counted, and from which rules and exceptions are; left out, they are not. */
    readonly frictionSince?: string;
    readonly namesSince?: string;
  } = {},
): Promise<LookedAt> {
  const others = frictionSince === undefined ? [] : [frictionSince];
  const asked = { cuts: cutsOf(folder, nowMs, others), namesSince };
  return lookAtFleet(folder, await readReports(args, folder, asked), nowMs);
}

async function readReports(
  args: FleetArgs,
  { directory }: Pick<LookedAt["folder"], "directory">,
  asked: AskedDays,
): Promise<Reported> {
  const from = async (place: HostsPlace): Promise<Reported> => ({
    hosts: await readHosts(place),
    ...(await readDays(place, asked)),
  });
  const reader = args.reader ?? process.env["SALLYPORT_FLEET_READER"] ?? "";
  if (reader === "")
    return existsSync(fleetPlaces(directory).hosts)
      ? from({ kind: "folder", directory })
      : { hosts: [], days: [], names: { rules: [], exceptions: [] } };
  const url = readStoreAddress(reader, "reader");
  const clickhouse = clickhouseHostsAt(url);
  if (clickhouse !== undefined) return from({ kind: "clickhouse", ...clickhouse });
  const pool = await openPool({ url });
  try {
    return await from({ kind: "postgres", pool });
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
