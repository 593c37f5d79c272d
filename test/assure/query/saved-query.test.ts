// The questions that ship: each is answered over made-up events as those events themselves say, and what is wrong with one is told.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseQuery, QUERY_FIELDS } from "#assure/query/saved-query.ts";
import type { IndexedEvent } from "#record/index/indexed-event.ts";
import { userPseudonym } from "#record/index/user-name.ts";
import { openIndexFile } from "#record/store/index/index-file.ts";
import type { IndexFile } from "#record/store/index/opened-index.ts";
import { loadQueries } from "#surface/foundation/product/shipped-data.ts";
import { generatedSessionId, generatedUser } from "../../record/generated-events.ts";
import { generatedIndex, generatedSubject } from "../../record/generated-index.ts";

const queries = loadQueries();
let index: IndexFile;
let events: readonly IndexedEvent[];
beforeAll(async () => {
  index = await openIndexFile(undefined);
  events = generatedIndex(index, { seed: 11, count: 4_000, users: 3 });
});
afterAll(() => index.close());

const user = userPseudonym(generatedSubject, generatedUser(1));
const session = generatedSubject.pseudonym("session", generatedSessionId(1, 0));
const DAY_MS = 86_400_000;
const dayOf = ({ timeMs }: IndexedEvent): number => Math.floor(timeMs / DAY_MS) * DAY_MS;
const decisions = (): readonly IndexedEvent[] =>
  events.filter(({ word }) => word.kind === "decision");
const marksOf = (event: IndexedEvent, field: string): readonly string[] =>
  event.marks.filter((mark) => mark.field === field).map(({ value }) => value);

type Row = readonly (string | number | null)[];

function answer(id: string, parameters: Readonly<Record<string, string>> = {}): readonly Row[] {
  const query = queries.find((one) => one.id === id);
  if (query === undefined) throw new Error(`there is no query ${id}`);
  const values = { ":since_ms": 0, ":until_ms": 2 ** 48, ...prefixed(parameters) };
  return index.select(query.sql, values, 100_000).rows;
}

function prefixed(parameters: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [`:${name}`, value]));
}

/** Counts by the text of a key. */
function tally<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => readonly (string | number)[],
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) {
    const key = keyOf(item).join("|");
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

const asMap = (rows: readonly Row[]): Map<string, number> =>
  new Map(rows.map((row) => [row.slice(0, -1).join("|"), Number(row.at(-1))]));

describe("the questions that ship", () => {
  it("are thirteen, and none is empty over a week of a team", () => {
    expect(queries).toHaveLength(13);
    const given = { pattern: "%", user: "", session, tool: "" };
    for (const { id, parameters } of queries) {
      const own = Object.fromEntries(
        Object.keys(parameters).map((name) => [name, given[name as keyof typeof given]]),
      );
      if (["guard-weakened", "dangerous-deletions", "held"].includes(id)) continue;
      expect(answer(id, own).length, id).toBeGreaterThan(0);
    }
  });
  it("denied-by-tool, rules-that-speak, denials-by-user-hour: refusals, counted", () => {
    const denied = decisions().filter(({ word }) => word.verdict === "deny");
    expect(asMap(answer("denied-by-tool"))).toEqual(tally(denied, ({ word }) => [word.tool ?? ""]));
    const hour = ({ timeMs }: IndexedEvent) => Math.floor(timeMs / 3_600_000) * 3_600_000;
    expect(asMap(answer("denials-by-user-hour"))).toEqual(
      tally(denied, (event) => [event.word.user ?? "", hour(event)]),
    );
    const spoke = decisions().filter(
      ({ word }) => word.verdict === "deny" || word.verdict === "ask",
    );
    const rules = spoke.flatMap((event) =>
      marksOf(event, "rule").map((rule) => [rule, event.word.verdict ?? ""]),
    );
    const rows = answer("rules-that-speak");
    expect(asMap(rows.map((row) => row.slice(0, 3)))).toEqual(tally(rules, (key) => key));
  });
  it("daily-activity, user-timeline: calls, day by day", () => {
    expect(asMap(answer("daily-activity"))).toEqual(
      tally(decisions(), (event) => [
        dayOf(event),
        event.word.class ?? "",
        event.word.verdict ?? "",
      ]),
    );
    const own = decisions().filter(({ word }) => word.user === user);
    const rows = answer("user-timeline", { user });
    expect(asMap(rows.map((row) => row.slice(0, 3)))).toEqual(
      tally(own, (event) => [user, dayOf(event)]),
    );
    expect(rows.reduce((sum, row) => sum + Number(row[3]), 0)).toBe(
      own.filter(({ word }) => word.verdict === "deny").length,
    );
  });
  it("pattern-timeline, dangerous-uses, dangerous-deletions: effects, day by day", () => {
    const deletions = events.flatMap((event) =>
      marksOf(event, "effect")
        .filter((effect) => effect.startsWith("delete/"))
        .map((effect) => [dayOf(event), "effect", effect]),
    );
    expect(deletions.length).toBeGreaterThan(10);
    expect(asMap(answer("pattern-timeline", { pattern: "DELETE/%" }))).toEqual(
      tally(deletions, (key) => key),
    );
    const outside = decisions().filter((event) => marksOf(event, "effect").includes("delete/home"));
    const expected = tally(outside, (event) => [dayOf(event), event.word.verdict ?? ""]);
    expect(expected.size).toBeGreaterThan(3);
    expect(asMap(answer("dangerous-deletions"))).toEqual(expected);
    const home = answer("dangerous-uses").filter((row) => row[1] === "delete/home");
    expect(asMap(home.map((row) => [row[0] ?? null, row[2] ?? null, row[3] ?? null]))).toEqual(
      expected,
    );
  });
  it("mode-changes: where a session goes on in another mode", () => {
    const before = new Map<string, string>();
    const changes = events.flatMap(({ index: place, word }) => {
      if (word.mode === undefined || word.session === undefined) return [];
      const last = before.get(word.session);
      before.set(word.session, word.mode);
      return last === undefined || last === word.mode ? [] : [[place, last, word.mode]];
    });
    expect(answer("mode-changes").map((row) => [row[1], row[4], row[5]])).toEqual(changes);
  });
  it("denied-uses, session-story, guard-weakened: event by event", () => {
    const denied = decisions().filter(
      ({ word }) => word.verdict === "deny" && word.tool === "Bash",
    );
    expect(answer("denied-uses", { tool: "Bash" }).map((row) => row[1])).toEqual(
      denied.map((event) => event.index).reverse(),
    );
    const own = events.filter(({ word }) => word.session === session);
    const story = answer("session-story", { session });
    expect(story.filter((row) => row[2] === "decision" || row[2] === "result").length).toBe(
      own.filter(({ word }) => word.kind === "decision" || word.kind === "result").length,
    );
    expect(story.filter((row) => row[2] === "effect").length).toBe(
      own.flatMap((event) => marksOf(event, "effect")).length,
    );
    const changes = events.filter(
      ({ word }) => word.kind === "policy" || word.kind === "config-change",
    );
    expect(asMap(answer("guard-weakened"))).toEqual(
      tally(changes, (event) => [
        dayOf(event),
        event.word.kind ?? "",
        event.word.what ?? "",
        event.word.outcome ?? "",
      ]),
    );
  });
  it("use no function that one database alone has", () => {
    const known = new Set([
      "count",
      "sum",
      "lower",
      "lag",
      "over",
      "in",
      "by",
      "case",
      "and",
      "from",
      "where",
    ]);
    for (const { id, sql } of queries) {
      const called = [...sql.matchAll(/\b([a-z_]+)\s*\(/g)].map((match) => match[1] ?? "");
      expect(
        called.filter((name) => !known.has(name)),
        id,
      ).toEqual([]);
      expect(sql, id).not.toMatch(
        /strftime|datetime|::|\bglob\b|group_concat|ifnull|\|\||\blimit\b/i,
      );
    }
  });
  it("have the fields of the published schema", () => {
    const schema = JSON.parse(
      readFileSync(new URL("../../../data/schema/query.schema.json", import.meta.url), "utf8"),
    );
    expect(Object.keys(schema.properties).sort()).toEqual([...QUERY_FIELDS.query].sort());
    const { parameters } = schema.properties;
    expect(Object.keys(parameters.additionalProperties.properties).sort()).toEqual(
      [...QUERY_FIELDS.parameter].sort(),
    );
  });
});

describe("a question that is wrong", () => {
  const good =
    "id: a\ntitle: A\ndescription: B\nsql: select 1 from hours where hour_ms >= :since_ms and hour_ms < :until_ms\n";
  it.each([
    ["another id", good.replace("id: a", "id: b"), "is not the query's name"],
    ["no heed of time", good.replace(":since_ms", "0"), "does not heed `:since_ms`"],
    [
      "an undeclared parameter",
      good.replace("select 1", "select :user"),
      "`:user` is no parameter",
    ],
    [
      "an idle parameter",
      `${good}parameters:\n  user:\n    about: x\n    default: ""\n`,
      "`user` is not used",
    ],
    [
      "a statement that writes",
      good.replace("select 1 from", "delete from"),
      "begins with `select`",
    ],
  ])("%s", (_, source, message) => {
    expect(() => parseQuery(source, "a.yaml", "a")).toThrow(message);
  });
  it("and without a fault it is read", () => {
    expect(parseQuery(good, "a.yaml", "a").id).toBe("a");
  });
});
