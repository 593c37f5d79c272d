// Reading what machines reported, from a collector's folder or from its database, while the collector runs.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { Failure } from "#base/failure.ts";
import type { SeenDay, SeenHost } from "#record/fleet/host-report.ts";
import { damaged, dayFiles, linesOf, parseDay, parseHost } from "./host-lines.ts";
import { DAY_COLUMNS, dayIn } from "./postgres-host-store.ts";

/**
 * Where reports are kept: the folder that the collector's settings name as `fleet`, or a database that is asked as a reader of one
 * tenant. `tenant` may be left out where the folder has one only.
 */
export type HostsPlace =
  | { readonly kind: "folder"; readonly directory: string; readonly tenant?: string | undefined }
  | { readonly kind: "postgres"; readonly pool: Pick<pg.Pool, "query"> };

/** All machines, each with its last report, whose days are left out. Rejects with a Failure `fleet-hosts`. */
export async function readHosts(place: HostsPlace): Promise<readonly SeenHost[]> {
  if (place.kind === "postgres") {
    const { rows } = await place.pool.query<SeenHost>(
      'SELECT machine, seen_ms AS "seenMs", skew_ms AS "skewMs", report FROM sallyport.host ORDER BY machine',
    );
    return rows;
  }
  const file = join(tenantFolder(place), "hosts.ndjson");
  const hosts: SeenHost[] = [];
  for await (const line of linesOf(file)) {
    const host = parseHost(line);
    if (host === undefined) throw damaged(file);
    hosts.push(host);
  }
  return hosts;
}

/** Days of all machines from `sinceDay` on, such as `2026-11-20`. */
export async function readDays(place: HostsPlace, sinceDay: string): Promise<readonly SeenDay[]> {
  if (place.kind === "postgres") {
    const { rows } = await place.pool.query<Record<string, unknown>>(
      `SELECT ${DAY_COLUMNS} FROM sallyport.host_day AS known WHERE known.day >= $1::date ORDER BY known.day, known.machine`,
      [sinceDay],
    );
    return rows.map(dayIn);
  }
  const days: SeenDay[] = [];
  for (const { day, file } of dayFiles(tenantFolder(place))) {
    if (day < sinceDay) continue;
    for await (const line of linesOf(file)) {
      const seen = parseDay(line);
      if (seen === undefined) throw damaged(file);
      days.push(seen);
    }
  }
  return days;
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
