// What machines reported, asked of ClickHouse: the database adds up, and few rows come over.
import { dayOf } from "#base/day.ts";
import { Failure } from "#base/failure.ts";
import { readJson } from "#base/json.ts";
import type { AskedDays, NamedCounts, ReadDays } from "#record/fleet/day-sums.ts";
import { isKeptReport, type SeenHost } from "#record/fleet/host-report.ts";
import { HOST_DAY_COUNTS } from "#record/fleet/postgres-schema.ts";
import type { Clickhouse } from "./clickhouse-connection.ts";
import { dayIn } from "./clickhouse-host-store.ts";

/** A database of a tenant. */
export type ClickhouseHosts = { readonly server: Clickhouse; readonly database: string };

/** INVARIANT: nothing but a date gets into a statement. */
const dateSql = (day: string): string => `toDate('${dayOf(Date.parse(day))}')`;

/** All machines of the tenant. Rejects with a Failure `fleet-hosts` where a row is not what a collector writes. */
export async function readClickhouseHosts({
  server,
  database,
}: ClickhouseHosts): Promise<readonly SeenHost[]> {
  const rows = await server.ask(
    database,
    "SELECT machine, seen_ms, skew_ms, report FROM host FINAL ORDER BY machine",
  );
  return rows.map(([machine, seenMs, skewMs, text]) => {
    const report = readJson(String(text));
    if (!isKeptReport(report))
      throw new Failure("fleet-hosts", `\`host\` of \`${database}\` has a row that is no report`);
    return { machine: String(machine), seenMs: Number(seenMs), skewMs: Number(skewMs), report };
  });
}

/** Days of the tenant's machines. */
export async function readClickhouseDays(
  { server, database }: ClickhouseHosts,
  { cuts, namesSince }: AskedDays,
): Promise<ReadDays> {
  const [first] = cuts;
  const spans = `[${cuts.map(dateSql).join(", ")}]`;
  const days =
    first === undefined
      ? []
      : await server.ask(
          database,
          `SELECT toString(${spans}[span]), machine, version, stage, ${HOST_DAY_COUNTS.map(([name]) => `sum(\`${name}\`)`).join(", ")}
FROM (SELECT *, arrayCount(cut -> cut <= day, ${spans}) AS span FROM host_day FINAL WHERE day >= ${dateSql(first)})
GROUP BY span, machine, version, stage`,
        );
  const ask = async (since: string, kind: Kind): Promise<readonly NamedCounts[]> =>
    (await server.ask(database, namesSql(since, kind))).map(
      ([name, asked, refused, allowed, replayed, freed, machines]) => ({
        name: String(name),
        asked: Number(asked),
        refused: Number(refused),
        allowed: Number(allowed),
        replayed: Number(replayed),
        freed: Number(freed),
        machines: Number(machines),
      }),
    );
  return {
    days: days.map(dayIn),
    names:
      namesSince === undefined
        ? { rules: [], exceptions: [] }
        : { rules: await ask(namesSince, "rule"), exceptions: await ask(namesSince, "exception") },
  };
}

type Kind = "rule" | "exception";

/** Columns of `host_day` that run beside the names of rules or exceptions, as asked, refused, allowed, replayed and freed. */
const BESIDE: Readonly<Record<Kind, readonly string[]>> = {
  rule: ["rule_asked", "rule_refused", "rule_allowed", "rule_replayed", "rule_freed"],
  exception: ["exception_used"],
};
const SUMMED = ["a", "r", "y", "p", "f"];

/** WHY a day at a time: the number of machines is that of the day on which it was on most. */
function namesSql(since: string, kind: Kind): string {
  const beside = BESIDE[kind];
  // Rows of before a column came have none of its values.
  const lists = beside.map((column) => `arrayResize(${column}, length(${kind})) AS of_${column}`);
  const sums = SUMMED.map((name, at) => {
    const column = beside[at];
    return `${column === undefined ? "sum(0)" : `sum(of_${column})`} AS ${name}`;
  });
  return `SELECT named, ${SUMMED.map((name) => `sum(${name})`).join(", ")}, max(m) FROM (
  SELECT day, named, ${sums.join(", ")}, uniqExact(machine) AS m
  FROM host_day FINAL ARRAY JOIN ${kind} AS named, ${lists.join(", ")} WHERE day >= ${dateSql(since)} GROUP BY day, named)
GROUP BY named`;
}
