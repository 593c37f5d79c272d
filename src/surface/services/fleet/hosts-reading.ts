// Reading what machines reported, from a collector's folder or from its database, while the collector runs.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { Failure } from "#base/failure.ts";
import { type AskedDays, createNames, createSpans, type ReadDays } from "#record/fleet/day-sums.ts";
import type { SeenHost } from "#record/fleet/host-report.ts";
import {
  type ClickhouseHosts,
  readClickhouseDays,
  readClickhouseHosts,
} from "./clickhouse-host-reading.ts";
import { dayFiles, hostsIn, readColumns } from "./host-lines.ts";
import { readPostgresDays, readPostgresHosts } from "./postgres-host-reading.ts";

/**
 * Where reports are kept: the folder that the collector's settings name as `fleet`, or a database that is asked as a reader of one
 * tenant. `tenant` may be left out where the folder has one only.
 */
export type HostsPlace =
  | { readonly kind: "folder"; readonly directory: string; readonly tenant?: string | undefined }
  | { readonly kind: "postgres"; readonly pool: Pick<pg.Pool, "query"> }
  | ({ readonly kind: "clickhouse" } & ClickhouseHosts);

/** All machines, each with its last report, whose days are left out. Rejects with a Failure `fleet-hosts`. */
export async function readHosts(place: HostsPlace): Promise<readonly SeenHost[]> {
  switch (place.kind) {
    case "postgres":
      return readPostgresHosts(place.pool);
    case "clickhouse":
      return readClickhouseHosts(place);
    case "folder":
      return [...hostsIn(tenantFolder(place))];
    default:
      throw new Error(`no such place: ${String(place satisfies never)}`);
  }
}

/** Machines that reported into the folder of a fleet, or of a collector; none where nobody has yet. */
export async function readFolderHosts(directory: string): Promise<readonly SeenHost[]> {
  return existsSync(join(directory, "hosts")) ? readHosts({ kind: "folder", directory }) : [];
}

/** Days of all machines. Rejects with a Failure `fleet-hosts`. */
export async function readDays(place: HostsPlace, asked: AskedDays): Promise<ReadDays> {
  if (place.kind === "postgres") return readPostgresDays(place.pool, asked);
  if (place.kind === "clickhouse") return readClickhouseDays(place, asked);
  const { cuts, namesSince } = asked;
  const spans = createSpans(cuts);
  const names = createNames();
  for (const one of dayFiles(tenantFolder(place))) {
    const hasNames = namesSince !== undefined && one.day >= namesSince;
    if (!hasNames && !spans.takes(one.day)) continue;
    const columns = readColumns(one);
    spans.addColumns(one.day, columns);
    if (hasNames) names.addNames(columns);
  }
  return { days: spans.rows(), names: names.all() };
}

/** The folder of the tenant; one that is not there while nobody has reported. */
function tenantFolder({ directory, tenant }: Extract<HostsPlace, { kind: "folder" }>): string {
  const root = join(directory, "hosts");
  if (!existsSync(root))
    throw new Failure(
      "fleet-hosts",
      `\`${directory}\` is no folder of a collector: name the one that its settings name as \`fleet\``,
    );
  const names = readdirSync(root);
  if (tenant !== undefined || names.length <= 1) return join(root, tenant ?? names[0] ?? "none");
  throw new Failure(
    "fleet-hosts",
    `\`${root}\` has the tenants ${names.join(", ")}: name one of them`,
  );
}
