// Machines and their days in a folder, for a fleet without a database: in memory while the collector runs, and whole files for who reads.
import { dayOf } from "#base/day.ts";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { rename } from "node:fs/promises";
import { basename, join } from "node:path";
import { Failure } from "#base/failure.ts";
import { columnsOf } from "#record/fleet/day-sums.ts";
import { isUnder, restOf } from "#record/fleet/host-days.ts";
import type { HostDay, SeenDay } from "#record/fleet/host-report.ts";
import { writeBeside } from "#govern/settings/deploy.ts";
import {
  HOSTS_MAX,
  type HostStore,
  type HostStoreOptions,
  keepFlushed,
  OPEN_DAYS,
} from "./host-store.ts";
import { dayFile, dayFiles, dayLine, daysIn, hostLine, hostsIn, sumsText } from "./host-lines.ts";

const FLUSH_MS = 10_000;
/** WHY more seldom: a day of ten thousand machines is ten megabytes. */
const DAYS_FLUSH_MS = 60_000;
const DAY_MS = 86_400_000;
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** A day of a machine. `others` are rows of the same day under other policies. WHY a line: objects of all machines take ten times as much memory. */
type OpenDay = {
  line: string;
  under: Omit<SeenDay, "day" | "machine">;
  others: readonly SeenDay[];
};
type Tenant = {
  readonly folder: string;
  readonly hosts: Map<string, { line: string; seenMs: number }>;
  /** By day, then by machine. */
  readonly days: Map<string, Map<string, OpenDay>>;
  isChanged: boolean;
  readonly changedDays: Set<string>;
};

/** Opens it and reads what is there. One collector for each folder. Throws a Failure `fleet-hosts` where a file is not ours. */
export async function openFolderHosts(
  directory: string,
  options: HostStoreOptions,
): Promise<HostStore> {
  const { nowMs, keepDays, report } = options;
  const root = join(directory, "hosts");
  makeFolder(root);
  const tenants = new Map<string, Tenant>();
  for (const name of readdirSync(root)) tenants.set(name, readTenant(join(root, name), nowMs()));
  const tenantOf = (name: string): Tenant => {
    let tenant = tenants.get(name);
    if (tenant === undefined) {
      tenant = emptyTenant(join(root, name));
      tenants.set(name, tenant);
    }
    return tenant;
  };
  let daysFlushedMs = nowMs();
  const flush = async (withDays: boolean): Promise<void> => {
    for (const tenant of tenants.values())
      await flushTenant(tenant, { nowMs: nowMs(), withDays, keepDays, report });
  };
  const end = keepFlushed(
    async () => {
      const withDays = nowMs() - daysFlushedMs >= DAYS_FLUSH_MS;
      if (withDays) daysFlushedMs = nowMs();
      await flush(withDays);
    },
    { everyMs: FLUSH_MS, report },
  );
  return {
    take(name, host, days) {
      const tenant = tenantOf(name);
      const known = tenant.hosts.get(host.machine);
      if (known === undefined && tenant.hosts.size >= HOSTS_MAX) return false;
      tenant.hosts.set(host.machine, { line: hostLine(host), seenMs: host.seenMs });
      tenant.isChanged = true;
      for (const day of days) takeDay(tenant, day);
      return true;
    },
    flush: () => flush(true),
    async close() {
      await end();
      await flush(true);
    },
  };
}

function takeDay({ days, changedDays }: Tenant, seen: SeenDay): void {
  const { machine, version, stage } = seen;
  const { day } = seen.day;
  const open = days.get(day) ?? new Map<string, OpenDay>();
  days.set(day, open);
  const known = open.get(machine);
  let others = known?.others ?? [];
  if (known !== undefined && !isUnder(known.under, seen)) {
    others = [...others.filter((one) => !isUnder(one, seen)), lastOf(known)];
  }
  const line = dayLine({ ...seen, day: restOf(seen.day, others.map(countsOf)) });
  if (line === known?.line) return;
  open.set(machine, { line, under: { version, stage }, others });
  changedDays.add(day);
}

const countsOf = ({ day }: SeenDay): HostDay => day;

type FlushOrder = Pick<HostStoreOptions, "keepDays" | "report"> & {
  readonly nowMs: number;
  readonly withDays: boolean;
};

async function flushTenant(
  tenant: Tenant,
  { nowMs, withDays, keepDays, report }: FlushOrder,
): Promise<void> {
  const { folder, hosts, days, changedDays } = tenant;
  if (tenant.isChanged) {
    tenant.isChanged = false;
    for (const [machine, { seenMs }] of hosts)
      if (nowMs - seenMs > keepDays * DAY_MS) hosts.delete(machine);
    const lines = [...hosts.values()].map(({ line }) => line);
    await writeLines(join(folder, "hosts.ndjson"), lines).catch((cause: unknown) => {
      tenant.isChanged = true;
      throw cause;
    });
  }
  if (!withDays) return;
  for (const day of changedDays) {
    const open = [...(days.get(day)?.values() ?? [])];
    const { file, sums } = dayFile(folder, day);
    await writeLines(
      file,
      open.flatMap(({ line, others }) => [...others.map(dayLine), line]),
    );
    changedDays.delete(day);
    const columns = columnsOf(rowsOf(open));
    await writeWhole(sums, sumsText(file, columns));
  }
  forget(tenant, nowMs, { keepDays, report });
}

function* rowsOf(open: readonly OpenDay[]): Iterable<SeenDay> {
  for (const one of open) {
    yield* one.others;
    yield lastOf(one);
  }
}

/** INVARIANT: the line was written by `dayLine`, of what was held to its schema. */
function lastOf({ line }: OpenDay): SeenDay {
  return JSON.parse(line) as SeenDay;
}

/** Days that cannot change any more leave the memory, and those of long ago the disk. */
function forget(
  { folder, days }: Tenant,
  nowMs: number,
  { keepDays, report }: Pick<HostStoreOptions, "keepDays" | "report">,
): void {
  const oldest = dayOf(nowMs - OPEN_DAYS * DAY_MS);
  for (const day of days.keys()) if (day < oldest) days.delete(day);
  const over = [...dayFiles(folder)].filter(({ day }) => day < dayOf(nowMs - keepDays * DAY_MS));
  for (const { file, sums } of over) for (const one of [file, sums]) rmSync(one, { force: true });
  if (over.length > 0)
    report(
      `${basename(folder)}: ${over.length} days of machines were removed, which are kept for ${keepDays} days`,
    );
}

function writeLines(path: string, lines: readonly string[]): Promise<void> {
  return writeWhole(path, lines.map((line) => `${line}\n`).join(""));
}

async function writeWhole(path: string, text: string): Promise<void> {
  try {
    makeFolder(join(path, ".."));
    await rename(await writeBeside(path, text, FILE_MODE), path);
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure(
      "fleet-hosts",
      `\`${path}\` cannot be written; check the disk and its rights`,
      {
        cause,
      },
    );
  }
}

function emptyTenant(folder: string): Tenant {
  return { folder, hosts: new Map(), days: new Map(), isChanged: false, changedDays: new Set() };
}

function readTenant(folder: string, nowMs: number): Tenant {
  const tenant = emptyTenant(folder);
  for (const host of hostsIn(folder))
    tenant.hosts.set(host.machine, { line: hostLine(host), seenMs: host.seenMs });
  for (const { day, file } of dayFiles(folder)) {
    if (day < dayOf(nowMs - OPEN_DAYS * DAY_MS)) continue;
    const rows = new Map<string, SeenDay[]>();
    for (const seen of daysIn(file))
      rows.set(seen.machine, [...(rows.get(seen.machine) ?? []), seen]);
    tenant.days.set(day, new Map([...rows].map(([machine, all]) => [machine, openDayOf(all)])));
  }
  return tenant;
}

/** The last row of a day is the one that it goes on under. */
function openDayOf(rows: readonly SeenDay[]): OpenDay {
  const last = rows.at(-1) as SeenDay;
  const { version, stage } = last;
  return { line: dayLine(last), under: { version, stage }, others: rows.slice(0, -1) };
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  } catch (cause) {
    throw new Failure("fleet-hosts", `cannot make \`${folder}\`; check the disk and its rights`, {
      cause,
    });
  }
}
