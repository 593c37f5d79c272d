// A team's questions to a real PostgreSQL: the same events, counts and sessions as looking at every one of them gives.
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { meets } from "#record/index/filter.ts";
import { openPool } from "#surface/services/fleet/postgres-connection.ts";
import { migrate } from "#surface/services/fleet/postgres-setup.ts";
import { countLot } from "#surface/services/fleet/team-counting.ts";
import type { TeamCursor } from "#surface/services/fleet/team-search.ts";
import { openTeamStore, teamFilter } from "#surface/services/fleet/team-store.ts";
import { POSTGRES_MISSING, postgresPrograms } from "./postgres-cluster.ts";
import {
  openStoredTeam,
  OWN_SESSION,
  type StoredTeam,
  TEAM_NOW_MS,
  type TeamEvent,
} from "./stored-team.ts";

describe("the store of a team", () => {
  let team: StoredTeam;
  let collector: pg.Pool | undefined;
  const pools: pg.Pool[] = [];
  const poolOf = async (role: string): Promise<pg.Pool> => {
    const pool = await openPool({ url: team.cluster.url(role) });
    pools.push(pool);
    return pool;
  };
  beforeEach((ctx) => {
    if (postgresPrograms() === undefined) ctx.skip(POSTGRES_MISSING);
  });
  beforeAll(async () => {
    if (postgresPrograms() !== undefined) team = await openStoredTeam();
  });
  afterAll(async () => {
    for (const pool of pools) await pool.end();
    await team?.close();
  });
  /** All events of the team, the newest first. */
  const newestFirst = () =>
    team.events.toSorted(
      (one, other) => other.event.timeMs - one.event.timeMs || other.place - one.place,
    );
  const own = ({ event }: TeamEvent) => event.word.session ?? "";

  it("is opened by the reader of one tenant and by nobody else", async () => {
    expect(team.store.name).toBe("acme");
    expect(await team.store.machines()).toEqual(["db-2", "web-1"]);
    expect(await team.store.size()).toEqual({ entries: team.events.length, logs: 2 });
    const other = await openTeamStore(await poolOf("sallyport_reader_other"));
    expect(other.name).toBe("other");
    expect(await other.size()).toEqual({ entries: 0, logs: 0 });
    expect((await other.events(teamFilter("", 0), { limit: 10 })).rows).toEqual([]);
    expect(await other.session(OWN_SESSION, 10)).toEqual([]);
    await expect(openTeamStore(await poolOf("collector"))).rejects.toThrow(/one tenant's reader/);
    await expect(openTeamStore(await poolOf("owner"))).rejects.toThrow(/one tenant's reader/);
  });

  /** Added up in lots, as collectors do it beside each other. */
  const addUp = async (lot: number, times: number): Promise<number> => {
    collector ??= await poolOf("collector");
    let places = 0;
    for (let round = 0; round < times; round += 1) places += await countLot(collector, 1, lot);
    return places;
  };

  it.each([
    ...["", "verdict:deny", "tool:Bash -verdict:allow", 'rule:"builtin:team/secret-leaves"'],
    ...['rule:"builtin:team/publish" verdict:deny', "rule:builtin:team/*", "effect:delete"],
    ...["effect:delete/home tool:Bash", "kind:alert", '"git push"', "code:facts", "duration>8"],
    ...["-rule:builtin:team/publish", "verdict:deny time:-20h", `session:${OWN_SESSION}`],
    ...["user:u:0123456789ab", "rule:builtin:team/publish OR kind:drift"],
  ])("pages through all events that meet `%s`, newest first over both logs", async (text) => {
    const filter = teamFilter(text, TEAM_NOW_MS);
    const expected = newestFirst().filter(({ event }) => meets(event, filter));
    const found: number[] = [];
    let before: TeamCursor | undefined;
    for (let pages = 0; pages < 100; pages += 1) {
      const { rows, beyond } = await team.store.events(filter, { limit: 301, before });
      found.push(...rows.map(({ place }) => place));
      before = rows.length < 301 ? beyond : rows.at(-1);
      if (before === undefined) break;
    }
    expect(found).toEqual(expected.map(({ place }) => place));
    expect(found.length).toBeGreaterThan(0);
  });

  it("gives an event with all that it has in clear, and its machine", async () => {
    const deny = team.events.find(
      ({ event }) => own({ event } as TeamEvent) === OWN_SESSION && event.word.verdict === "deny",
    );
    const row = await team.store.event(deny?.place ?? -1);
    expect(row).toMatchObject({ machine: "db-2", enforced: true, canary: false });
    expect(row?.word).toMatchObject({ kind: "decision", tool: "Bash", class: "external" });
    expect(row?.marks).toContainEqual(["effect", "egress/other", 2]);
    expect(row?.marks).toContainEqual(["chain", "secret-leaves", 1]);
    expect(await team.store.event(123_456_789)).toBeUndefined();
  });

  const COUNTED = [
    ["by verdict", "kind:decision", ["verdict"]],
    ["by hour and verdict", "", ["hour", "verdict"]],
    ["by rule and verdict", "kind:decision verdict:deny,ask canary:false", ["rule", "verdict"]],
    ["by session", "session:*", ["session"]],
    ["a rule's by hour and verdict", "rule:builtin:team/publish", ["hour", "verdict"]],
    ["a rule's refusals", "rule:builtin:team/publish verdict:deny", ["day", "verdict"]],
    ["those of several rules", "rule:builtin:team/*", ["day", "verdict"]],
    ["a rule's by tool, which no hours know", "rule:builtin:team/publish", ["hour", "tool"]],
    ["effects of one rule", "rule:builtin:team/publish", ["effect", "verdict"]],
    ["from amid an hour to amid another", "time:-20h -time:-3h", ["hour", "verdict"]],
    ["since amid an hour", "kind:decision time:-20h", ["hour", "verdict"]],
    ["a rule's since amid an hour", "rule:builtin:team/publish time:-20h", ["hour", "verdict"]],
    ["within an hour", "time:-20m", ["hour", "kind"]],
    ["a person's", "user:u:0123456789ab", ["hour", "verdict"]],
    ["those of a text", '"git push"', ["day", "verdict"]],
    ["those of a code", "code:facts", ["day", "kind"]],
    ["by tool with marks left out", "-effect:read/project kind:decision", ["tool", "verdict"]],
  ] as const;
  it.each(
    (
      ["from what just came in", "when a part is added up", "when all is added up"] as const
    ).flatMap((when, turn) => COUNTED.map(([name, text, by]) => ({ when, turn, name, text, by }))),
  )("counts $name $when", async ({ turn, text, by }) => {
    if (turn === 1) await addUp(300, 1);
    if (turn === 2) await addUp(20_000, 3);
    const filter = teamFilter(text, TEAM_NOW_MS);
    const expected = new Map<string, number>();
    for (const { event } of team.events) {
      if (!meets(event, filter)) continue;
      const cells = by.map((field): readonly (string | number)[] => {
        if (field === "hour") return [Math.floor(event.timeMs / 3_600_000) * 3_600_000];
        if (field === "rule")
          return event.marks.filter((one) => one.field === "rule").map(({ value }) => value);
        if (field === "day") return [Math.floor(event.timeMs / 86_400_000) * 86_400_000];
        if (field === "effect")
          return event.marks.filter((one) => one.field === "effect").map(({ value }) => value);
        return [event.word[field] ?? ""];
      });
      for (const first of cells[0] ?? [])
        for (const second of cells[1] ?? [undefined]) {
          const key = JSON.stringify(second === undefined ? [first] : [first, second]);
          expected.set(key, (expected.get(key) ?? 0) + 1);
        }
    }
    const { rows, isCut } = await team.store.count({ filter, by, limit: 10_000, inOrder: true });
    const got = new Map(rows.map((row) => [JSON.stringify(row.slice(0, -1)), Number(row.at(-1))]));
    expect(isCut).toBe(false);
    expect(got).toEqual(expected);
    expect(got.size).toBeGreaterThan(0);
  });

  /** Sessions by their newest events, as every event tells them. */
  const sessionsOf = () => {
    const seen = new Set<string>();
    return newestFirst().filter((one) => {
      const id = own(one);
      if (id === "" || seen.has(id)) return false;
      seen.add(id);
      return true;
    });
  };
  const CHOICE = { verdict: "", sinceMs: 0, untilMs: 0, user: "", machine: "", limit: 7 };
  const allPages = async (choice: Partial<typeof CHOICE> = {}) => {
    const found = [];
    let before: TeamCursor | undefined;
    for (let pages = 0; pages < 200; pages += 1) {
      const page = await team.store.sessions({ ...CHOICE, ...choice, before });
      expect(page.beyond).toBeUndefined();
      found.push(...page.sessions);
      before = page.sessions.at(-1)?.cursor;
      if (before === undefined) break;
    }
    return found;
  };

  it("lists each session once, by its newest event, page by page", async () => {
    const found = await allPages();
    expect(found.map(({ id }) => id)).toEqual(sessionsOf().map(own));
    expect(found.length).toBeGreaterThan(14);
    const mine = found.find(({ id }) => id === OWN_SESSION);
    expect(mine).toMatchObject({ machine: "db-2", user: "u:0123456789ab" });
    // Events, calls; allow, ask, deny, abstain; failed, chains.
    expect(mine?.counts).toEqual([5, 2, 1, 0, 1, 0, 1, 1]);
    for (const { id, counts, firstMs, lastMs } of found) {
      const events = team.events.filter((one) => own(one) === id);
      expect(counts[0]).toBe(events.length);
      expect(firstMs).toBe(Math.min(...events.map(({ event }) => event.timeMs)));
      expect(lastMs).toBe(Math.max(...events.map(({ event }) => event.timeMs)));
    }
  });

  it("chooses sessions by verdict, time, machine and person", async () => {
    const with_ = (is: (one: TeamEvent) => boolean) => {
      const ids = new Set(team.events.filter(is).map(own));
      return sessionsOf()
        .map(own)
        .filter((id) => ids.has(id));
    };
    const ids = async (choice: Partial<typeof CHOICE>) =>
      (await allPages(choice)).map(({ id }) => id);
    expect(await ids({ verdict: "deny" })).toEqual(
      with_(({ event }) => event.word.verdict === "deny"),
    );
    expect(await ids({ machine: "db-2" })).toEqual([OWN_SESSION]);
    expect(await ids({ user: "u:0123456789ab" })).toEqual([OWN_SESSION]);
    const sinceMs = TEAM_NOW_MS + 4 * 24 * 3_600_000;
    expect(await ids({ sinceMs })).toEqual(with_(({ event }) => event.timeMs >= sinceMs));
    const untilMs = TEAM_NOW_MS - 20 * 3_600_000;
    const early = newestFirst().filter(({ event }) => event.timeMs < untilMs);
    expect(await ids({ untilMs })).toEqual([...new Set(early.map(own))].filter((id) => id !== ""));
    const user = team.events.find((one) => one.machine === "web-1" && one.event.word.user)?.event
      .word.user;
    expect(await ids({ user: user ?? "", machine: "web-1" })).toEqual(
      with_(({ event }) => event.word.user === user),
    );
    expect(await ids({ user: user ?? "" })).toEqual(with_(({ event }) => event.word.user === user));
    expect(await ids({ verdict: "no such verdict" })).toEqual([]);
  });

  it("looks no further than five hundred sessions for one page, and the page after goes on there", async () => {
    const fromMs = TEAM_NOW_MS + 30 * 24 * 3_600_000;
    const denied = await allPages({ verdict: "deny" });
    await team.add(
      Array.from({ length: 1_200 }, (_, place) => [
        fromMs + place,
        { kind: "decision", verdict: "allow", tool: "Read", session: `quiet-${place}` },
      ]),
    );
    const first = await team.store.sessions({ ...CHOICE, verdict: "deny", before: undefined });
    expect(first.sessions).toEqual([]);
    expect(first.beyond?.timeMs).toBe(fromMs + 700);
    const second = await team.store.sessions({ ...CHOICE, verdict: "deny", before: first.beyond });
    expect(second).toMatchObject({ sessions: [], beyond: { timeMs: fromMs + 200 } });
    const third = await team.store.sessions({ ...CHOICE, verdict: "deny", before: second.beyond });
    expect(third.sessions.map(({ id }) => id)).toEqual(denied.slice(0, 7).map(({ id }) => id));
  });

  it("adds each event up once, by whichever collector, and tells of a schema that is older", async () => {
    await Promise.all([addUp(500, 20), addUp(700, 20)]);
    expect(await addUp(20_000, 2)).toBe(0);
    const owner = await poolOf("owner");
    const { rows } = await owner.query(
      `SELECT (SELECT sum(events) FROM sallyport.team_hour) AS hours, (SELECT sum(next) FROM sallyport.counted) AS counted, (SELECT sum(events) FROM sallyport.team_mark) AS marks`,
    );
    const marks = team.events.reduce(
      (sum, { event }) =>
        sum + new Set(event.marks.map(({ field, value }) => `${field} ${value}`)).size,
      0,
    );
    const all = team.events.length;
    expect(rows).toEqual([{ hours: all, counted: all, marks }]);
    // The store as it was before step 8, which is then taken.
    await owner.query(
      "DROP TABLE sallyport.team_hour, sallyport.team_mark, sallyport.counted; DROP INDEX sallyport.event_user; DROP FUNCTION sallyport.marked_places; DELETE FROM sallyport.migration WHERE number = 8",
    );
    const reader = await poolOf("sallyport_reader_acme");
    await expect(openTeamStore(reader)).rejects.toThrow(/collector setup/);
    expect(await migrate(owner)).toEqual([8]);
    const store = await openTeamStore(reader);
    const counted = async () => {
      const filter = teamFilter("kind:decision", 0);
      const { rows: by } = await store.count({ filter, by: ["kind"], limit: 9, inOrder: true });
      return by;
    };
    const decisions = team.events.filter(({ event }) => event.word.kind === "decision").length;
    expect(await counted()).toEqual([["decision", decisions]]);
    expect(await addUp(1_000, 50)).toBe(all);
    expect(await counted()).toEqual([["decision", decisions]]);
  });

  it("tells places by marks and words to the reader whose tenant's they are, and to nobody else", async () => {
    const ask = async (role: string) => {
      const sql =
        "SELECT * FROM sallyport.marked_places(ARRAY(SELECT generate_series(1, 200)), NULL, 0, 9e15::bigint, 5)";
      return (await (await poolOf(role)).query(sql)).rows.length;
    };
    expect(await ask("sallyport_reader_acme")).toBe(5);
    expect(await ask("sallyport_reader_other")).toBe(0);
    await expect(ask("collector")).rejects.toThrow(/permission denied/);
  });

  it("says in words of its own that a store is away, and that a question took too long", async () => {
    const failing = (code: string) =>
      openTeamStore({
        query: () => Promise.reject(Object.assign(new Error("secret"), { code })),
      } as unknown as pg.Pool);
    await expect(failing("ECONNREFUSED")).rejects.toMatchObject({
      code: "fleet-store",
      message: expect.stringContaining("is PostgreSQL there"),
    });
    await expect(failing("42P01")).rejects.toThrow(/one tenant's reader/);
    await expect(failing("57014")).rejects.toMatchObject({ code: "query-size" });
  });
});
