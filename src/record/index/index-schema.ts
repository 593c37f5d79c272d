// The tables of the index and the views that questions are asked of. Bumping the version has every index made anew.

/** Of tables and of what is written to them. An index of another version is thrown away: the log has everything. */
export const INDEX_VERSION = 5;
/** An index of this version lacks only the tables that were added since, which are filled while it answers. */
export const INDEX_VERSION_BEFORE = 4;

/**
 * Tables. `event.idx` is the place in the log. `mark` holds the members of lists by number, `word` says what the numbers
 * mean; `hourly` is counted while events come in; `command` finds words and stores no text; `name` holds the names behind
 * pseudonyms, sealed under their subject's key; `seal` holds a keyed digest for each range of events.
 */
export const INDEX_TABLES = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE event (
  idx INTEGER PRIMARY KEY, id TEXT NOT NULL, time_ms INTEGER NOT NULL, subject INTEGER,
  kind TEXT, verdict TEXT, tool TEXT, session TEXT, agent TEXT, call TEXT, user TEXT, class TEXT, mode TEXT,
  policy TEXT, layer TEXT, outcome TEXT, what TEXT, code TEXT, submitter TEXT,
  duration REAL, size REAL, findings REAL, enforced INTEGER NOT NULL, canary INTEGER NOT NULL
);
CREATE INDEX event_time ON event (time_ms);
CREATE INDEX event_session ON event (session);
CREATE INDEX event_verdict ON event (verdict);
CREATE INDEX event_kind ON event (kind);
CREATE INDEX event_call ON event (call) WHERE call IS NOT NULL;
CREATE INDEX event_findings ON event (findings) WHERE findings > 0;
CREATE TABLE word (number INTEGER PRIMARY KEY, field TEXT NOT NULL, value TEXT NOT NULL, events INTEGER NOT NULL);
CREATE UNIQUE INDEX word_value ON word (field, value);
CREATE TABLE mark (word INTEGER NOT NULL, idx INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (word, idx)) WITHOUT ROWID;
CREATE TABLE hourly (
  hour_ms INTEGER NOT NULL, kind TEXT NOT NULL, verdict TEXT NOT NULL, user TEXT NOT NULL, tool TEXT NOT NULL,
  class TEXT NOT NULL, mode TEXT NOT NULL, outcome TEXT NOT NULL, what TEXT NOT NULL,
  enforced INTEGER NOT NULL, canary INTEGER NOT NULL, events INTEGER NOT NULL, findings INTEGER NOT NULL,
  PRIMARY KEY (kind, verdict, hour_ms, user, tool, class, mode, outcome, what, enforced, canary)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE command USING fts5 (words, content='', contentless_delete=1, tokenize='ascii');
INSERT INTO command (command, rank) VALUES ('secure-delete', 1);
CREATE TABLE subject (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
CREATE TABLE name (pseudonym TEXT PRIMARY KEY, subject INTEGER NOT NULL, sealed BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE seal (first INTEGER PRIMARY KEY, end INTEGER NOT NULL, words BLOB NOT NULL, tag BLOB NOT NULL);
`;

/** What is counted of a session on a day, in this order. Money is in millionths of a US dollar. */
export const SPENT_COUNTS = [
  ...["told", "missing", "calls", "requests", "unpriced", "input", "output"],
  ...["cache_read", "cache_creation", "cost", "loops", "loop_tokens", "loop_cost"],
  ...["asked", "allowed", "refused"],
] as const;

/**
 * Tables since version 5. `spent` holds what each session cost, by day, with its first and last time; `spent_loop` its commands that
 * failed again and again; `unspent` the sessions that something came to since: their sums are made anew of the log. Commands and
 * directories stand there as pseudonyms, and are sealed in `name`. `mark_hour` counts members of some lists by hour.
 */
export const INDEX_TABLES_ADDED = `
CREATE TABLE unspent (session TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE spent (
  session TEXT NOT NULL, day TEXT NOT NULL, first_ms REAL NOT NULL, last_ms REAL NOT NULL, user TEXT NOT NULL, directory TEXT NOT NULL,
  ${SPENT_COUNTS.map((name) => `${name} REAL NOT NULL`).join(", ")}, answers TEXT NOT NULL,
  repeated INTEGER NOT NULL, unopened INTEGER NOT NULL, omitted INTEGER NOT NULL, PRIMARY KEY (session, day)
) WITHOUT ROWID;
CREATE TABLE spent_loop (
  session TEXT NOT NULL, number INTEGER NOT NULL, tool TEXT NOT NULL, command TEXT NOT NULL, failures INTEGER NOT NULL,
  from_ms REAL NOT NULL, until_ms REAL NOT NULL, tokens REAL, cost REAL, PRIMARY KEY (session, number)
) WITHOUT ROWID;
CREATE TABLE mark_hour (
  word INTEGER NOT NULL, hour_ms INTEGER NOT NULL, kind TEXT NOT NULL, verdict TEXT NOT NULL, canary INTEGER NOT NULL, events INTEGER NOT NULL,
  PRIMARY KEY (word, hour_ms, kind, verdict, canary)
) WITHOUT ROWID;
`;

/**
 * How many entries share a value of each index, so that the planner begins with the rarest without reading the tables.
 * The figures are of generated sessions; only their order matters.
 */
export const INDEX_STATISTICS = `
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('event', 'event_time', '10000000 1'), ('event', 'event_session', '10000000 400'),
  ('event', 'event_verdict', '10000000 2000000'), ('event', 'event_kind', '10000000 1000000'),
  ('event', 'event_call', '9000000 2'), ('event', 'event_findings', '20000 100'),
  ('mark', 'mark', '30000000 200000 1'), ('word', 'word_value', '5000 700 1'),
  ('hourly', 'hourly', '500000 50000 10000 200 50 5 4 3 2 1 1 1');
ANALYZE sqlite_schema;
`;

/** One column of a view, for the page that says what can be asked. */
export type ViewColumn = { readonly name: string; readonly sql: string; readonly holds: string };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const column = (name: string, sql: string, holds: string): ViewColumn => ({ name, sql, holds });
const bucket = (source: string, ms: number): string => `${source} / ${ms} * ${ms}`;

/**
 * The views: plain names that PostgreSQL and ClickHouse take too. A word that is missing is an empty text, so that no
 * database sorts or groups it differently. Times are Unix milliseconds.
 */
export const INDEX_VIEWS: readonly {
  readonly name: string;
  readonly holds: string;
  readonly from: string;
  readonly columns: readonly ViewColumn[];
}[] = [
  {
    name: "events",
    holds: "one row for each entry of the log",
    from: "event",
    columns: [
      column("event_index", "idx", "place in the log, from 0"),
      column("event_id", "id", "id of the event"),
      column("time_ms", "time_ms", "when, Unix milliseconds"),
      column("hour_ms", bucket("time_ms", HOUR_MS), "beginning of that hour"),
      column("day_ms", bucket("time_ms", DAY_MS), "beginning of that day, UTC"),
      ...plain([
        ["kind", "kind", "kind of event"],
        ["verdict", "verdict", "deny, ask, abstain or allow; empty for what is no decision"],
        ["tool", "tool", "tool of the call"],
        ["session_id", "session", "pseudonym of the session"],
        ["agent_id", "agent", "pseudonym of the sub-agent"],
        ["call_id", "call", "pseudonym of the call"],
        ["user_id", "user", "pseudonym of the user; shown as the name while its key is here"],
        ["call_class", "class", "class of the call"],
        ["permission_mode", "mode", "permission mode of the session"],
        ["policy", "policy", "policy that decided"],
        ["layer", "layer", "its layer"],
        ["outcome", "outcome", "how the call ended"],
        ["what", "what", "which event of its kind"],
        ["code", "code", "code of a failure"],
        ["submitter", "submitter", "who handed it in"],
      ]),
      column("duration", "coalesce(duration, 0)", "milliseconds"),
      column("size", "coalesce(size, 0)", "characters of input or answer"),
      column("findings", "coalesce(findings, 0)", "how much was found"),
      column("enforced", "enforced", "0 for a verdict that was not enforced"),
      column("canary", "canary", "1 for our own probes"),
    ],
  },
  {
    name: "marks",
    holds:
      "one row for each effect, rule, program, detector, doubt, exception and chain of an event",
    from: "mark JOIN word ON word.number = mark.word JOIN event ON event.idx = mark.idx",
    columns: [
      column("event_index", "mark.idx", "place of the event in the log"),
      column("time_ms", "event.time_ms", "when, Unix milliseconds"),
      column("day_ms", bucket("event.time_ms", DAY_MS), "beginning of that day, UTC"),
      column("verdict", "coalesce(event.verdict, '')", "verdict of the event"),
      column("tool", "coalesce(event.tool, '')", "tool of the event"),
      column("session_id", "coalesce(event.session, '')", "pseudonym of the session"),
      column("user_id", "coalesce(event.user, '')", "pseudonym of the user"),
      column("canary", "event.canary", "1 for our own probes"),
      column(
        "field",
        "word.field",
        "effect, rule, program, detector, content, doubt, exception or chain",
      ),
      column("value", "word.value", "which one, such as `delete/home`"),
      column("count", "mark.count", "how often it stands in the event"),
    ],
  },
  {
    name: "hours",
    holds: "counts by hour, kept while events come in: questions about months take milliseconds",
    from: "hourly",
    columns: [
      column("hour_ms", "hour_ms", "beginning of the hour"),
      column("day_ms", bucket("hour_ms", DAY_MS), "beginning of its day, UTC"),
      ...["kind", "verdict", "tool", "outcome", "what"].map((name) =>
        column(name, name, "as in `events`"),
      ),
      column("user_id", "user", "as in `events`"),
      column("call_class", "class", "as in `events`"),
      column("permission_mode", "mode", "as in `events`"),
      column("enforced", "enforced", "as in `events`"),
      column("canary", "canary", "as in `events`"),
      column("events", "events", "how many"),
      column("findings", "findings", "how much was found in them"),
    ],
  },
];

/** The statements that make the views. */
export const INDEX_VIEW_STATEMENTS: string = INDEX_VIEWS.map(
  ({ name, from, columns }) =>
    `CREATE VIEW ${name} AS SELECT ${columns.map(({ sql, name: as }) => `${sql} AS ${as}`).join(", ")} FROM ${from};`,
).join("\n");

function plain(columns: readonly (readonly [string, string, string])[]): readonly ViewColumn[] {
  return columns.map(([name, source, holds]) => column(name, `coalesce(${source}, '')`, holds));
}
