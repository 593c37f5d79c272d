// The store of a fleet in ClickHouse: one database for each tenant, partitions by month, and the views of the index.
import { INDEX_VIEWS, type ViewColumn } from "../index/index-schema.ts";
import { WORD_FIELDS, type WordField } from "../index/indexed-event.ts";
import { HOST_DAY_COUNTS } from "./postgres-schema.ts";
import type { SeenDay } from "./host-report.ts";
import { type FleetRow, placeAmongTrees } from "./fleet-row.ts";

/** Words of which each store has thousands of different ones or fewer: kept as numbers of a dictionary. */
const MANY: ReadonlySet<WordField> = new Set(["session", "agent", "call"]);
const typeOf = (field: WordField): string =>
  MANY.has(field) ? "String" : "LowCardinality(String)";

const COLUMNS: readonly (readonly [name: string, type: string])[] = [
  ["place", "Int64 CODEC(Delta, ZSTD)"],
  ["time_ms", "Int64 CODEC(Delta, ZSTD)"],
  ["enforced", "UInt8"],
  ["canary", "UInt8"],
  ["duration", "Nullable(Float64)"],
  ["size", "Nullable(Float64)"],
  ["findings", "Nullable(Float64)"],
  ["id", "String CODEC(ZSTD)"],
  ["subject", "LowCardinality(String)"],
  ...WORD_FIELDS.map((field) => [field, typeOf(field)] as const),
  ["mark_fields", "Array(LowCardinality(String))"],
  ["mark_values", "Array(LowCardinality(String))"],
  ["mark_counts", "Array(UInt32)"],
  ["words", "String CODEC(ZSTD)"],
];

/** Names of `event`'s columns, in the order of `eventCells`. */
export const CLICKHOUSE_EVENT_COLUMNS: readonly string[] = COLUMNS.map(([name]) => name);

/** Times that have a partition of their month, 2024 to 2043; whatever claims another time lies together. */
const MONTHS_FROM_MS = Date.UTC(2024, 0);
const MONTHS_UNTIL_MS = Date.UTC(2044, 0);

/**
 * WHY ReplacingMergeTree by time and place: a batch that is sent again after a crash gives rows of the same key, of which
 * one stays; `FINAL` in the views sees one before they are merged.
 */
const TABLES = [
  `CREATE TABLE IF NOT EXISTS event (${COLUMNS.map(([name, type]) => `\`${name}\` ${type}`).join(", ")})
ENGINE = ReplacingMergeTree
PARTITION BY if(time_ms >= ${MONTHS_FROM_MS} AND time_ms < ${MONTHS_UNTIL_MS}, toYYYYMM(fromUnixTimestamp64Milli(time_ms, 'UTC')), 0)
ORDER BY (time_ms, place)`,
  `CREATE TABLE IF NOT EXISTS tree (origin String, number UInt32, writer String, next Int64, missed Int64, last_hash String)
ENGINE = ReplacingMergeTree(next) ORDER BY origin`,
  `CREATE TABLE IF NOT EXISTS name (pseudonym String, subject String, sealed String) ENGINE = ReplacingMergeTree ORDER BY pseudonym`,
];

const NAMES = "Array(LowCardinality(String))";
const COUNTS = "Array(UInt64)";
const HOST_DAY_COLUMNS: readonly (readonly [name: string, type: string])[] = [
  ...[["day", "Date"] as const, ["machine", "String"] as const],
  ...[["version", "UInt64"] as const, ["stage", "LowCardinality(String)"] as const],
  ...HOST_DAY_COUNTS.map(([name]) => [name, "UInt64"] as const),
  ...[["rule", NAMES] as const, ["rule_asked", COUNTS] as const],
  ...[["rule_refused", COUNTS] as const, ["rule_allowed", COUNTS] as const],
  ...[["exception", NAMES] as const, ["exception_used", COUNTS] as const],
  ...[["rule_replayed", COUNTS] as const, ["rule_freed", COUNTS] as const],
];

/** Names of `host_day`'s columns, in the order of `hostDayCells`; `stored_ms` follows. */
export const CLICKHOUSE_DAY_COLUMNS: readonly string[] = HOST_DAY_COLUMNS.map(([name]) => name);

/** What machines reported: of a machine, and of a day under one policy and stage, what was stored last counts. */
const HOST_TABLES = [
  `CREATE TABLE IF NOT EXISTS host (machine String, seen_ms Int64, skew_ms Int64, report String CODEC(ZSTD))
ENGINE = ReplacingMergeTree(seen_ms) ORDER BY machine`,
  `CREATE TABLE IF NOT EXISTS host_day (${HOST_DAY_COLUMNS.map(([name, type]) => `\`${name}\` ${type}`).join(", ")}, stored_ms Int64)
ENGINE = ReplacingMergeTree(stored_ms) PARTITION BY toYYYYMM(day) ORDER BY (day, machine, version, stage)`,
  `CREATE TABLE IF NOT EXISTS host_removal (at DateTime DEFAULT now(), by String DEFAULT currentUser(), before Date, days UInt64, machines UInt64)
ENGINE = MergeTree ORDER BY at`,
  // Columns that came later, for who has the table already.
  `ALTER TABLE host_day ${["spared UInt64", "added UInt64", "left_to_client UInt64", `rule_replayed ${COUNTS}`, `rule_freed ${COUNTS}`].map((column) => `ADD COLUMN IF NOT EXISTS ${column}`).join(", ")}`,
];

/** A day of a machine as a row of `host_day`. A version of 0 and an empty stage stand for no bundle. */
export function hostDayCells({ machine, version, stage, day }: SeenDay): readonly unknown[] {
  const { rules, exceptions } = day;
  return [
    ...[day.day, machine, version ?? 0, stage ?? ""],
    ...HOST_DAY_COUNTS.map(([, field]) => day[field]),
    rules.map(({ rule }) => rule),
    rules.map(({ asked }) => asked),
    rules.map(({ refused }) => refused),
    rules.map(({ allowed }) => allowed),
    exceptions.map(({ exception }) => exception),
    exceptions.map(({ used }) => used),
    rules.map(({ replayed }) => replayed),
    rules.map(({ freed }) => freed),
  ];
}

const HOUR = "intDiv(time_ms, 3600000) * 3600000";
const HOURLY_WORDS = [
  ...["kind", "verdict", "user", "tool", "class", "mode", "outcome", "what", "enforced", "canary"],
];
/** Counted when asked: a column store reads the ten columns of a million events in some ten milliseconds. */
const HOURLY = `(SELECT ${HOUR} AS hour_ms, ${HOURLY_WORDS.join(", ")}, count() AS events, toInt64(sum(floor(coalesce(findings, 0)))) AS findings FROM event FINAL GROUP BY hour_ms, ${HOURLY_WORDS.join(", ")})`;

const SOURCES: Readonly<Record<string, string>> = {
  events: "event FINAL",
  marks:
    "event FINAL ARRAY JOIN mark_fields AS mark_field, mark_values AS mark_value, mark_counts AS mark_count",
  hours: HOURLY,
};

/** A column of a view as ClickHouse says it. */
function columnSql({ name, sql }: ViewColumn): string {
  const said = sql
    .replace(/^coalesce\(([\w.]+), ''\)$/, "$1")
    .replace(/^mark\.(?=count$)/, "mark_")
    .replace(/^word\.(?=field$|value$)/, "mark_")
    .replace(/^(?:mark\.)?idx$/, "place")
    .replace(/^event\./, "")
    .replace(/^([\w.]+) \/ (\d+) \* \d+$/, "intDiv($1, $2) * $2");
  // WHY nullable: `lag` gives an empty text before the first row otherwise, and NULL in other databases.
  return `${name === "permission_mode" ? `toNullable(${said})` : said} AS ${name}`;
}

const VIEWS = INDEX_VIEWS.map(({ name, columns }) => {
  const from = SOURCES[name];
  if (from === undefined) throw new Error(`the view ${name} has no source here`);
  return `CREATE OR REPLACE VIEW ${name} AS SELECT ${columns.map(columnSql).join(", ")} FROM ${from}`;
});

/** The statements that make a tenant's database whole, each of which may be repeated. */
export const CLICKHOUSE_STATEMENTS: readonly string[] = [...TABLES, ...HOST_TABLES, ...VIEWS];

/** One event as a row of `event`. */
export function eventCells(tree: number, { event, subject }: FleetRow): readonly unknown[] {
  const { word, number, marks } = event;
  return [
    ...[placeAmongTrees(tree, event.index), event.timeMs],
    ...[Number(event.enforced), Number(event.canary)],
    ...[number.duration ?? null, number.size ?? null, number.findings ?? null],
    ...[event.id, subject ?? ""],
    ...WORD_FIELDS.map((field) => word[field] ?? ""),
    marks.map(({ field }) => field),
    marks.map(({ value }) => value),
    marks.map(({ count }) => count),
    event.words.join(" "),
  ];
}
