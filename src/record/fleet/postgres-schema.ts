// The store of a team in PostgreSQL: numbered migrations, partitions by month, rights of tenants, and the views of the index.
import { INDEX_VIEWS, type ViewColumn } from "../index/index-schema.ts";
import { WORD_FIELDS } from "../index/indexed-event.ts";

/** One step of the schema. Steps that were taken are never changed: what comes later is a step of its own. */
export type Migration = { readonly number: number; readonly about: string; readonly sql: string };

/** The oldest release of PostgreSQL whose views can ask with the rights of whoever asks. */
export const POSTGRES_MAJOR_MIN = 15;

/** Columns of `event` that are one word or an empty text. */
const WORDS = WORD_FIELDS.map((field) => `"${field}" text COLLATE "C" NOT NULL`).join(", ");

const TABLES = `
CREATE TABLE sallyport.tenant (
  number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE,
  reader name NOT NULL UNIQUE,
  trees integer NOT NULL DEFAULT 0
);
CREATE TABLE sallyport.tree (
  tenant integer NOT NULL REFERENCES sallyport.tenant (number),
  number integer NOT NULL,
  origin text COLLATE "C" NOT NULL,
  writer text COLLATE "C" NOT NULL,
  next bigint NOT NULL,
  missed bigint NOT NULL,
  last_hash text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, number),
  UNIQUE (tenant, origin)
);
CREATE TABLE sallyport.word (
  tenant integer NOT NULL,
  number integer GENERATED ALWAYS AS IDENTITY,
  field text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, number),
  UNIQUE (tenant, field, value)
);
CREATE TABLE sallyport.event (
  tenant integer NOT NULL, place bigint NOT NULL, time_ms bigint NOT NULL,
  enforced smallint NOT NULL, canary smallint NOT NULL,
  duration double precision, size double precision, findings double precision,
  id text COLLATE "C" NOT NULL, subject text COLLATE "C", ${WORDS},
  marks integer[] NOT NULL, counts integer[] NOT NULL, words text[] COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, place, time_ms)
) PARTITION BY RANGE (time_ms);
CREATE TABLE sallyport.event_other PARTITION OF sallyport.event DEFAULT;
CREATE INDEX event_time ON sallyport.event USING brin (time_ms) WITH (pages_per_range = 16);
CREATE INDEX event_session ON sallyport.event (tenant, session, place);
CREATE INDEX event_marks ON sallyport.event USING gin (marks);
CREATE INDEX event_words ON sallyport.event USING gin (words);
CREATE TABLE sallyport.hourly (
  tenant integer NOT NULL, hour_ms bigint NOT NULL,
  kind text COLLATE "C" NOT NULL, verdict text COLLATE "C" NOT NULL, "user" text COLLATE "C" NOT NULL,
  tool text COLLATE "C" NOT NULL, class text COLLATE "C" NOT NULL, mode text COLLATE "C" NOT NULL,
  outcome text COLLATE "C" NOT NULL, what text COLLATE "C" NOT NULL,
  enforced smallint NOT NULL, canary smallint NOT NULL, events bigint NOT NULL, findings bigint NOT NULL,
  PRIMARY KEY (tenant, kind, verdict, hour_ms, "user", tool, class, mode, outcome, what, enforced, canary)
);
CREATE TABLE sallyport.name (
  tenant integer NOT NULL, pseudonym text COLLATE "C" NOT NULL, subject text COLLATE "C" NOT NULL, sealed bytea NOT NULL,
  PRIMARY KEY (tenant, pseudonym)
);
`;

/** Months that have a partition of their own; whatever claims another time lies in the one for the rest. */
const FIRST_YEAR = 2024;
const LAST_YEAR = 2043;

/** WHY a function of the owner's: who writes events may make the next month and nothing else. */
const MONTHS = `
CREATE FUNCTION sallyport.make_month(at_ms bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  start timestamp := date_trunc('month', to_timestamp(at_ms / 1000.0) AT TIME ZONE 'UTC');
  part text := 'event_' || to_char(start, 'YYYY_MM');
BEGIN
  IF extract(year FROM start) NOT BETWEEN ${FIRST_YEAR} AND ${LAST_YEAR} THEN RETURN; END IF;
  IF to_regclass('sallyport.' || part) IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(7382001);
  IF to_regclass('sallyport.' || part) IS NOT NULL THEN RETURN; END IF;
  EXECUTE format('CREATE TABLE sallyport.%I PARTITION OF sallyport.event FOR VALUES FROM (%s) TO (%s)', part,
    (extract(epoch FROM start) * 1000)::bigint, (extract(epoch FROM start + interval '1 month') * 1000)::bigint);
END $$;
REVOKE ALL ON FUNCTION sallyport.make_month(bigint) FROM PUBLIC;
`;

const TENANT_TABLES = ["tree", "word", "event", "hourly", "name"] as const;

/** The tenant's own rows alone, for who writes and who reads a table. */
function keptApart(name: string): string {
  return `ALTER TABLE sallyport.${name} ENABLE ROW LEVEL SECURITY;
CREATE POLICY writes ON sallyport.${name} TO sallyport_writer
  USING (tenant = current_setting('sallyport.tenant', true)::integer)
  WITH CHECK (tenant = current_setting('sallyport.tenant', true)::integer);
CREATE POLICY reads ON sallyport.${name} FOR SELECT TO sallyport_reader
  USING (tenant = (SELECT number FROM sallyport.tenant WHERE reader = current_user));`;
}

/**
 * Two groups: writers see and fill the tenant that their transaction names, readers see the tenant that their own role
 * belongs to. Nobody of them deletes, and neither owns anything.
 */
const RIGHTS = `
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sallyport_writer') THEN CREATE ROLE sallyport_writer NOLOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sallyport_reader') THEN CREATE ROLE sallyport_reader NOLOGIN; END IF;
END $$;
REVOKE ALL ON SCHEMA sallyport FROM PUBLIC;
GRANT USAGE ON SCHEMA sallyport TO sallyport_writer, sallyport_reader;
GRANT EXECUTE ON FUNCTION sallyport.make_month(bigint) TO sallyport_writer;
GRANT SELECT ON sallyport.tenant TO sallyport_writer, sallyport_reader;
GRANT UPDATE (trees) ON sallyport.tenant TO sallyport_writer;
GRANT SELECT, INSERT ON ${TENANT_TABLES.map((name) => `sallyport.${name}`).join(", ")} TO sallyport_writer;
GRANT UPDATE ON sallyport.tree, sallyport.hourly TO sallyport_writer;
GRANT SELECT ON ${TENANT_TABLES.map((name) => `sallyport.${name}`).join(", ")} TO sallyport_reader;
ALTER TABLE sallyport.tenant ENABLE ROW LEVEL SECURITY;
CREATE POLICY writes ON sallyport.tenant TO sallyport_writer
  USING (number = current_setting('sallyport.tenant', true)::integer)
  WITH CHECK (number = current_setting('sallyport.tenant', true)::integer);
CREATE POLICY finds ON sallyport.tenant FOR SELECT TO sallyport_writer USING (true);
CREATE POLICY reads ON sallyport.tenant FOR SELECT TO sallyport_reader USING (reader = current_user);
${TENANT_TABLES.map(keptApart).join("\n")}
`;

/** The columns of the index's views, said for this store's tables. */
const VIEW_SOURCES: Readonly<Record<string, { readonly from: string; readonly table: string }>> = {
  events: { from: "sallyport.event", table: "event" },
  marks: {
    from: "sallyport.event CROSS JOIN LATERAL unnest(event.marks, event.counts) AS mark (word, count) JOIN sallyport.word ON word.tenant = event.tenant AND word.number = mark.word",
    table: "event",
  },
  hours: { from: "sallyport.hourly", table: "hourly" },
};

function columnSql(view: string, { name, sql }: ViewColumn): string {
  const table = VIEW_SOURCES[view]?.table ?? view;
  const plain = sql
    .replace(/^coalesce\(([\w.]+), ''\)$/, "$1")
    .replace(/^coalesce\((\w+), 0\)$/, `coalesce(${table}.$1, 0)`)
    .replace(/^mark\.idx$/, "event.place")
    .replace(/^idx$/, "event.place");
  const [, first = plain, rest = ""] = /^([\w.]+)( .*)?$/.exec(plain) ?? [];
  const qualified = first.includes(".") || first === "coalesce" ? first : `${table}.${first}`;
  return `${plain.startsWith("coalesce(") ? plain : `${qualified}${rest}`} AS ${name}`;
}

const VIEWS = INDEX_VIEWS.map(({ name, columns }) => {
  const source = VIEW_SOURCES[name];
  if (source === undefined) throw new Error(`the view ${name} has no source here`);
  const list = columns.map((column) => columnSql(name, column)).join(", ");
  return `CREATE VIEW sallyport.${name} WITH (security_invoker = true) AS SELECT ${list} FROM ${source.from};
GRANT SELECT ON sallyport.${name} TO sallyport_reader;`;
}).join("\n");

/** Columns of `hourly` that tell its rows apart, but the user. */
const HOURS = 'hour_ms, kind, verdict, tool, "class", mode, outcome, what, enforced, canary';

/**
 * WHY a function of the owner's: who writes events may take a person out of them, whose subject they must know, and change
 * nothing else. What was counted for the person is counted for nobody.
 */
const ERASING = `
CREATE FUNCTION sallyport.erase_subjects(given_tenant integer, first bigint, beyond bigint, erased text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  people text[];
  changed bigint;
BEGIN
  IF given_tenant IS DISTINCT FROM nullif(current_setting('sallyport.tenant', true), '')::integer THEN
    RAISE EXCEPTION 'another tenant';
  END IF;
  people := ARRAY(SELECT pseudonym FROM sallyport.name WHERE tenant = given_tenant AND subject = ANY (erased));
  INSERT INTO sallyport.hourly AS known (tenant, "user", ${HOURS}, events, findings)
    SELECT given_tenant, '', ${HOURS}, sum(events), sum(findings) FROM sallyport.hourly
    WHERE tenant = given_tenant AND "user" = ANY (people) GROUP BY ${HOURS}
    ON CONFLICT (tenant, kind, verdict, hour_ms, "user", tool, class, mode, outcome, what, enforced, canary)
    DO UPDATE SET events = known.events + excluded.events, findings = known.findings + excluded.findings;
  DELETE FROM sallyport.hourly WHERE tenant = given_tenant AND "user" = ANY (people);
  DELETE FROM sallyport.name WHERE tenant = given_tenant AND subject = ANY (erased);
  UPDATE sallyport.event SET "user" = '', subject = NULL, words = '{}'
    WHERE tenant = given_tenant AND place >= first AND place < beyond AND subject = ANY (erased);
  GET DIAGNOSTICS changed = ROW_COUNT;
  RETURN changed;
END $$;
REVOKE ALL ON FUNCTION sallyport.erase_subjects(integer, bigint, bigint, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sallyport.erase_subjects(integer, bigint, bigint, text[]) TO sallyport_writer;
`;

/** Columns of `host_day` that are counted, as `HostDay` names them. */
export const HOST_DAY_COUNTS = [
  ["calls", "calls"],
  ["sessions", "sessions"],
  ["asked", "asked"],
  ["refused", "refused"],
  ["allowed", "allowed"],
  ["declined", "declined"],
  ["waited_ms", "waitedMs"],
  ["overrides", "overrides"],
  ["failures", "failures"],
  ["spared", "spared"],
  ["added", "added"],
  ["left_to_client", "left"],
] as const;
/** Those that came with a later step. */
const LATER_COUNTS = ["spared", "added", "left_to_client"];

/** A version of 0 and an empty stage stand for no bundle: what is null tells no rows apart. */
const HOSTS = `
CREATE TABLE sallyport.host (
  tenant integer NOT NULL, machine text COLLATE "C" NOT NULL,
  seen_ms bigint NOT NULL, skew_ms bigint NOT NULL, report jsonb NOT NULL,
  PRIMARY KEY (tenant, machine)
);
CREATE TABLE sallyport.host_day (
  tenant integer NOT NULL, day date NOT NULL, machine text COLLATE "C" NOT NULL,
  version bigint NOT NULL, stage text COLLATE "C" NOT NULL,
  ${HOST_DAY_COUNTS.filter(([name]) => !LATER_COUNTS.includes(name))
    .map(([name]) => `${name} bigint NOT NULL`)
    .join(", ")},
  rules jsonb NOT NULL,
  PRIMARY KEY (tenant, day, machine, version, stage)
);
GRANT SELECT, INSERT, UPDATE ON sallyport.host, sallyport.host_day TO sallyport_writer;
GRANT SELECT ON sallyport.host, sallyport.host_day TO sallyport_reader;
${["host", "host_day"].map(keptApart).join("\n")}
`;

/**
 * What a day's rows say of rules and exceptions, added up for each day; rows that `where` holds for, of the table as `known`. WHY digests
 * of machines: names take five times as long to be told apart.
 */
export const DAY_NAMES_LIVE = (
  where: string,
): string => `SELECT kind, name, asked, refused, allowed, replayed, freed, machines FROM (
  SELECT known.day, 'rule' AS kind, rule.rule COLLATE "C" AS name, sum(rule.asked) AS asked, sum(rule.refused) AS refused, sum(rule.allowed) AS allowed,
    coalesce(sum(rule.replayed), 0) AS replayed, coalesce(sum(rule.freed), 0) AS freed, count(DISTINCT hashtextextended(known.machine, 0)) AS machines
  FROM sallyport.host_day AS known,
    jsonb_to_recordset(known.rules) AS rule (rule text, asked bigint, refused bigint, allowed bigint, replayed bigint, freed bigint)
  WHERE ${where} GROUP BY known.day, rule.rule COLLATE "C"
  UNION ALL SELECT known.day, 'exception', used.exception COLLATE "C", sum(used.used), 0, 0, 0, 0, count(DISTINCT hashtextextended(known.machine, 0))
  FROM sallyport.host_day AS known, jsonb_to_recordset(known.exceptions) AS used (exception text, used bigint)
  WHERE ${where} GROUP BY known.day, used.exception COLLATE "C") AS live`;

/** A row without kind and name says that the day was added up. */
const HOST_DAY_NAMES = `
ALTER TABLE sallyport.host_day ADD COLUMN exceptions jsonb NOT NULL DEFAULT '[]';
CREATE TABLE sallyport.host_day_name (
  tenant integer NOT NULL, day date NOT NULL, kind text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL,
  asked bigint NOT NULL, refused bigint NOT NULL, allowed bigint NOT NULL, machines bigint NOT NULL,
  PRIMARY KEY (tenant, day, kind, name)
);
GRANT SELECT, INSERT ON sallyport.host_day_name TO sallyport_writer;
GRANT SELECT ON sallyport.host_day_name TO sallyport_reader;
${keptApart("host_day_name")}
`;

/** WHY beside the index by place: places follow the logs one after the other, and pages show the newest events of all of them. */
const NEWEST = "CREATE INDEX event_newest ON sallyport.event (tenant, time_ms, place);";

/**
 * Counts of all people together, by hour: of events, and of events with a mark. WHY beside `hourly`: that one tells people apart, and a large
 * team has nearly as many of its rows as events. `counted` says how far each log was added up, in the same transaction, so that the events
 * after that are counted beside them: a page is exact whenever it is asked.
 */
const TEAM_HOURS = `
CREATE TABLE sallyport.team_hour (
  tenant integer NOT NULL, hour_ms bigint NOT NULL, kind text COLLATE "C" NOT NULL, verdict text COLLATE "C" NOT NULL,
  tool text COLLATE "C" NOT NULL, class text COLLATE "C" NOT NULL, mode text COLLATE "C" NOT NULL, outcome text COLLATE "C" NOT NULL,
  what text COLLATE "C" NOT NULL, enforced smallint NOT NULL, canary smallint NOT NULL, events bigint NOT NULL,
  PRIMARY KEY (tenant, kind, verdict, hour_ms, tool, class, mode, outcome, what, enforced, canary)
);
CREATE TABLE sallyport.team_mark (
  tenant integer NOT NULL, word integer NOT NULL, hour_ms bigint NOT NULL, kind text COLLATE "C" NOT NULL,
  verdict text COLLATE "C" NOT NULL, canary smallint NOT NULL, events bigint NOT NULL,
  PRIMARY KEY (tenant, word, hour_ms, kind, verdict, canary)
);
CREATE TABLE sallyport.counted (
  tenant integer NOT NULL, tree integer NOT NULL, next bigint NOT NULL, PRIMARY KEY (tenant, tree)
);
GRANT SELECT, INSERT, UPDATE ON sallyport.team_hour, sallyport.team_mark, sallyport.counted TO sallyport_writer;
GRANT SELECT ON sallyport.team_hour, sallyport.team_mark, sallyport.counted TO sallyport_reader;
${["team_hour", "team_mark", "counted"].map(keptApart).join("\n")}
CREATE INDEX event_user ON sallyport.event (tenant, "user", time_ms, place) WHERE "user" <> '';
`;

/**
 * Places of events that have one of some marks and all of some words, at most so many. WHY a function of the owner's: where rows of tenants
 * are kept apart, PostgreSQL asks no index by an operator of lists. It tells the reader who logged in of its own tenant alone.
 * WHY EXECUTE: only so does the planner see which words are meant.
 */
const FINDING = `
CREATE FUNCTION sallyport.marked_places(wanted integer[], said text[], from_ms bigint, until_ms bigint, most integer)
RETURNS TABLE (time_ms bigint, place bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN QUERY EXECUTE 'SELECT event.time_ms, event.place FROM sallyport.event WHERE event.tenant = (SELECT number FROM sallyport.tenant WHERE reader = session_user)'
    || CASE WHEN wanted IS NULL THEN '' ELSE ' AND event.marks && $1' END || CASE WHEN said IS NULL THEN '' ELSE ' AND event.words @> $2' END
    || ' AND event.time_ms >= $3 AND event.time_ms < $4 LIMIT $5'
  USING wanted, said COLLATE "C", from_ms, until_ms, most;
END $$;
REVOKE ALL ON FUNCTION sallyport.marked_places(integer[], text[], bigint, bigint, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sallyport.marked_places(integer[], text[], bigint, bigint, integer) TO sallyport_reader;
`;

/** Columns of `team_hour`, and of `team_mark`, that filters and groups may name. */
export const TEAM_HOUR_FIELDS = [
  ...["kind", "verdict", "tool", "class", "mode", "outcome", "what", "enforced", "canary"],
] as const;
export const TEAM_MARK_FIELDS = ["kind", "verdict", "canary"] as const;

/** Days, from the database's own day on, that nobody has removed: figures look back for three months. */
export const HOST_DAYS_MIN = 100;
/** Days that one call removes. WHY so few: a statement of the collector has a minute. */
const FORGOTTEN_AT_ONCE = 7;

/**
 * WHY a function of the owner's: who writes may remove what is old and nothing else, and what was removed is on record, which it
 * can neither change nor leave out.
 */
const FORGETTING = `
CREATE TABLE sallyport.host_removal (
  tenant integer NOT NULL, at timestamptz NOT NULL DEFAULT now(), by name NOT NULL DEFAULT session_user,
  before date NOT NULL, first_day date, last_day date, days bigint NOT NULL, machines bigint NOT NULL
);
GRANT SELECT ON sallyport.host_removal TO sallyport_reader;
${keptApart("host_removal")}
CREATE FUNCTION sallyport.forget_host_days(given_tenant integer, before date, OUT days bigint, OUT machines bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  first_day date;
  beyond date;
BEGIN
  IF given_tenant IS DISTINCT FROM nullif(current_setting('sallyport.tenant', true), '')::integer THEN
    RAISE EXCEPTION 'another tenant';
  END IF;
  days := 0;
  machines := 0;
  -- A collector whose clock is off by a year removes nothing.
  IF before > (now() AT TIME ZONE 'UTC')::date - ${HOST_DAYS_MIN} THEN RETURN; END IF;
  SELECT min(known.day) INTO first_day FROM sallyport.host_day AS known WHERE known.tenant = given_tenant AND known.day < before;
  beyond := least(before, first_day + ${FORGOTTEN_AT_ONCE});
  DELETE FROM sallyport.host_day AS known WHERE known.tenant = given_tenant AND known.day < beyond;
  GET DIAGNOSTICS days = ROW_COUNT;
  DELETE FROM sallyport.host_day_name AS known WHERE known.tenant = given_tenant AND known.day < beyond;
  DELETE FROM sallyport.host AS known WHERE known.tenant = given_tenant
    AND known.seen_ms < extract(epoch FROM before::timestamp)::bigint * 1000;
  GET DIAGNOSTICS machines = ROW_COUNT;
  IF days + machines > 0 THEN
    INSERT INTO sallyport.host_removal (tenant, before, first_day, last_day, days, machines)
      VALUES (given_tenant, before, first_day, beyond - 1, days, machines);
  END IF;
END $$;
REVOKE ALL ON FUNCTION sallyport.forget_host_days(integer, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sallyport.forget_host_days(integer, date) TO sallyport_writer;
`;

/** What the client alone would have asked, and what a rule's absence would have changed. */
const REPLAYS = `
ALTER TABLE sallyport.host_day ${LATER_COUNTS.map((name) => `ADD COLUMN ${name} bigint NOT NULL DEFAULT 0`).join(", ")};
ALTER TABLE sallyport.host_day_name ADD COLUMN replayed bigint NOT NULL DEFAULT 0, ADD COLUMN freed bigint NOT NULL DEFAULT 0;
`;

/** All steps, in order. */
export const POSTGRES_MIGRATIONS: readonly Migration[] = [
  { number: 1, about: "tables, partitions by month", sql: TABLES + MONTHS },
  { number: 2, about: "rights and tenants kept apart", sql: RIGHTS },
  { number: 3, about: "the views of the index", sql: VIEWS },
  { number: 4, about: "taking people out of events", sql: ERASING },
  { number: 5, about: "machines and their days", sql: HOSTS },
  { number: 6, about: "days of machines added up", sql: HOST_DAY_NAMES },
  { number: 7, about: "the newest events of all logs", sql: NEWEST },
  {
    number: 8,
    about: "counts of all people together, and a person's events",
    sql: TEAM_HOURS + FINDING,
  },
  { number: 9, about: "removing old days of machines", sql: FORGETTING },
  { number: 10, about: "questions spared and added, and rules judged again", sql: REPLAYS },
];
