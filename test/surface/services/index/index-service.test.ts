// The daemon's index over a real log: what it answers, what it catches up with, and that trouble with it never touches the log.
import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import sqlite from "node-sqlite3-wasm";
import { describe, expect, it } from "vitest";
import { decisionEvent } from "#record/event/call-events.ts";
import { standInUnder } from "#record/index/readable-words.ts";
import { readEventKeys } from "#record/store/keys.ts";
import { destroyTextKey, listTextKeys } from "#record/store/text-keys.ts";
import type { Question, Table } from "#record/index/question.ts";
import { answerFromLog } from "#record/store/index/answer-question.ts";
import { openAskedLog } from "#record/store/index/asked-log.ts";
import { traceOf } from "#record/store/index/index-traces.ts";
import type { Log, LogOptions } from "#record/store/writing-log.ts";
import {
  createIndexService,
  type IndexService,
  type IndexServiceOptions,
} from "#surface/services/index/index-service.ts";
import { generatedEvents, generatedSessionId } from "../../../record/generated-events.ts";
import { bashCall, decisionOf, policy, session } from "../../../record/event/samples.ts";
import { withLog, withLogDirectories } from "../../../record/store/temporary-log.ts";

const START_MS = 1_772_323_200_000;
const nowMs = START_MS + 86_400_000;

async function fill(log: Log, count: number, seed = 1): Promise<void> {
  const team = { seed, count, users: 3, startMs: START_MS, endMs: START_MS + 86_400_000 };
  for (const event of generatedEvents(team, () => log.stamp("hook")))
    await log.append(event, { durable: false });
  await log.publish();
}

type Stand = {
  readonly service: IndexService;
  readonly log: Log;
  readonly file: string;
  readonly said: string[];
  readonly options: LogOptions;
};

async function withService(
  use: (stand: Stand) => Promise<void>,
  limits: IndexServiceOptions["limits"] = {},
): Promise<void> {
  await withLogDirectories((options, root) =>
    withLog(options, async (log) => {
      const file = join(root, "index", "events.db");
      const said: string[] = [];
      const service = createIndexService({
        file,
        log: options.log,
        keys: options.keys,
        limits,
        publish: () => log.publish(),
        size: () => log.status().size,
        say: (line) => said.push(line),
      });
      try {
        await use({ service, log, file, said, options });
      } finally {
        await service.close();
      }
    }),
  );
}

const search = (filter: string, limit = 20): Extract<Question, { ask: "search" }> => ({
  ask: "search",
  filter,
  nowMs,
  limit,
  before: null,
  byRank: false,
});
const group = (filter: string, by: readonly string[]): Extract<Question, { ask: "group" }> =>
  ({ ask: "group", filter, nowMs, by, limit: 100, inOrder: false }) as Extract<
    Question,
    { ask: "group" }
  >;
const select = (sql: string): Extract<Question, { ask: "select" }> => ({
  ask: "select",
  sql,
  parameters: {},
  limit: 100,
});
const tableOf = async (answer: Promise<unknown>): Promise<Table> => (await answer) as Table;

describe("the index over a log", () => {
  it("answers as the whole log does, with names and without them in its file", async () => {
    await withService(async ({ service, log, file, options }) => {
      await fill(log, 600);
      const asked = await openAskedLog(options);
      const session = generatedSessionId(1, 0);
      for (const question of [
        search("verdict:deny"),
        search("user:member-1 tool:Bash"),
        search(`session:${session}`),
        search('"git push" -verdict:allow'),
        group("kind:decision", ["user", "verdict"]),
        group("scope:home", ["effect"]),
      ])
        expect(await service.ask(question)).toEqual(await answerFromLog(asked, question));
      const users = await tableOf(service.ask(group("kind:decision", ["user"])));
      expect(new Set(users.rows.map(([user]) => user))).toEqual(
        new Set(["member-0", "member-1", "member-2"]),
      );
      await service.close();
      const bytes = Buffer.concat(
        [file, `${file}-wal`].filter((path) => existsSync(path)).map((path) => readFileSync(path)),
      );
      expect(bytes.length).toBeGreaterThan(10_000);
      expect(bytes.includes("member-")).toBe(false);
      expect(bytes.includes(session)).toBe(false);
      expect(statSync(file).mode & 0o777).toBe(0o600);
    });
  });

  it("holds nothing of a text whose key went, once it was told, and is no edited one", async () => {
    await withService(async ({ service, log, file, said, options }) => {
      await fill(log, 300);
      const about = {
        call: bashCall("cat zqcanary.txt"),
        decision: decisionOf([]),
        policy,
        session,
      };
      const event = decisionEvent(log.stamp("hook"), { ...about, durationMs: 1 });
      const place = (await log.append(event, { durable: true })) ?? expect.fail("it is durable");
      expect(await service.ask(search("text:zqcanary"))).toMatchObject({ places: [place] });
      const { digest, people } = await readEventKeys(options.keys);
      // WHY its end: the file keeps of a term only what differs from the one before it.
      const word = standInUnder(digest)("zqcanary").slice(4);
      const ada = people.known("ada") ?? expect.fail("ada has a key");
      const found = () =>
        [file, `${file}-wal`].some((path) => existsSync(path) && readFileSync(path).includes(word));
      expect(found()).toBe(true);
      for (const { subject, day } of listTextKeys(options.keys))
        if (subject === ada.id) destroyTextKey(options.keys, subject, day);
      await service.remake([{ first: place, end: place + 1 }]);
      expect(found()).toBe(false);
      expect(await service.ask(search("text:zqcanary"))).toMatchObject({ places: [] });
      expect(await service.ask(search("user:ada"))).toMatchObject({ places: [place] });
      await service.close();
      expect([service.standing().edited, said]).toEqual([null, []]);
    });
  });

  it("comes to the end of a check that questions do not wait for, and begins it once", async () => {
    await withService(async ({ service, log, file, options, said }) => {
      await fill(log, 9_000);
      expect(await service.ask(search("verdict:deny"))).toMatchObject({ kind: "found" });
      await service.close();
      // A copy that was put back, or a machine that lost its power: the file is not as it was left.
      utimesSync(file, new Date(), new Date());
      const again = () =>
        createIndexService({
          file,
          log: options.log,
          keys: options.keys,
          limits: { waitMs: 1, idleMs: 1 },
          publish: () => Promise.resolve(),
          size: () => log.status().size,
          say: (line) => said.push(line),
        });
      const impatient = again();
      let refused = 0;
      for (let answer: unknown; answer === undefined; refused += answer === undefined ? 1 : 0) {
        answer = await impatient.ask(search("verdict:deny")).catch((cause: unknown) => {
          expect(cause).toMatchObject({ code: "index-behind" });
          return undefined;
        });
        // TIME: between two questions the service has time to end what nobody waits for.
        await new Promise((resolve) => setTimeout(resolve, 20));
        expect(refused).toBeLessThan(500);
      }
      expect(refused).toBeGreaterThan(0);
      // What was found to hold is noted, and so the next thread answers at once.
      const noted = () => readFileSync(`${file}.left`, "utf8").includes(traceOf(file));
      await expect.poll(noted, { timeout: 10_000 }).toBe(true);
      await impatient.close();
      const next = again();
      expect(await next.ask(search("verdict:deny"))).toMatchObject({ kind: "found" });
      await next.close();
      expect(said).toEqual([]);
    });
  });

  it("sees what was recorded a moment before the question", async () => {
    await withService(async ({ service, log }) => {
      await fill(log, 50);
      const before = await tableOf(service.ask(group("", [])));
      await fill(log, 70, 2);
      const after = await tableOf(service.ask(group("", [])));
      expect([before.rows, after.rows]).toEqual([[[50]], [[120]]]);
    });
  });

  it("is made anew when its file is damaged, cut, of another version or locked by the dead", async () => {
    await withService(async ({ service, log, file, options }) => {
      await fill(log, 300);
      const counted = await service.ask(group("", ["kind"]));
      await service.close();
      const harms: Readonly<Record<string, () => void>> = {
        damaged: () =>
          writeFileSync(file, "no database at all, but long enough to be one".repeat(400)),
        cut: () => writeFileSync(file, readFileSync(file).subarray(0, 9_000)),
        "of another version": () => {
          // Where SQLite keeps `user_version`.
          const bytes = readFileSync(file);
          bytes.writeUInt32BE(999, 60);
          writeFileSync(file, bytes);
        },
        locked: () => mkdirSync(`${file}.lock`, { recursive: true }),
      };
      for (const [name, harm] of Object.entries(harms)) {
        harm();
        rmSync(`${file}-wal`, { force: true });
        const again = createIndexService({
          file,
          log: options.log,
          keys: options.keys,
          publish: () => log.publish(),
          size: () => log.status().size,
          say: () => undefined,
        });
        expect(await again.ask(group("", ["kind"])), name).toEqual(counted);
        await again.close();
      }
    });
  });

  it("stays open while a person looks, and ends when nobody does", async () => {
    await withService(async ({ log, file, options }) => {
      await fill(log, 30);
      const looks = { isWatched: true };
      const service = createIndexService({
        file,
        log: options.log,
        keys: options.keys,
        limits: { idleMs: 20 },
        publish: () => log.publish(),
        size: () => log.status().size,
        say: () => undefined,
        isWatched: () => looks.isWatched,
      });
      await service.ask(group("", []));
      // TIME: it would have ended ten times by now.
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(service.standing().isRunning).toBe(true);
      looks.isWatched = false;
      await expect.poll(() => service.standing().isRunning, { timeout: 10_000 }).toBe(false);
      await service.close();
    });
  });

  it("never answers from rows that somebody edited while it was closed, and says what was found", async () => {
    await withService(async ({ service, log, file, options }) => {
      await fill(log, 600);
      const right = await service.ask(group("", ["verdict"]));
      await service.close();
      rmSync(`${file}.lock`, { recursive: true, force: true });
      const db = new sqlite.Database(file);
      db.exec("PRAGMA locking_mode = exclusive");
      db.exec("UPDATE event SET verdict = 'allow'");
      db.close();
      const edits: unknown[] = [];
      const again = createIndexService({
        file,
        log: options.log,
        keys: options.keys,
        publish: () => log.publish(),
        size: () => log.status().size,
        say: () => undefined,
        edited: (edit) => edits.push(edit),
      });
      expect(await again.ask(group("", ["verdict"]))).toEqual(right);
      const search20 = (await again.ask(search("verdict:deny"))) as { places: readonly number[] };
      expect(search20.places.length).toBeGreaterThan(0);
      expect(edits).toEqual([expect.objectContaining({ first: 0, end: 600 })]);
      expect(again.standing().edited).toMatchObject({ first: 0, end: 600 });
      const begun = again.check(null);
      await expect.poll(() => again.check(begun.run).isDone, { timeout: 20_000 }).toBe(true);
      expect(again.check(begun.run)).toMatchObject({ events: 600, findings: [], problem: null });
      await again.close();
    });
  });

  it("finds what another program writes while it has the file open, asked or not", async () => {
    await withService(
      async ({ service, log, file }) => {
        await fill(log, 300);
        const right = await service.ask(group("", ["kind"]));
        await expect.poll(() => readFileSync(file).includes("deny")).toBe(true);
        // Another library knows nothing of this one's lock: bytes of the file itself are changed.
        const bytes = readFileSync(file);
        for (let at = bytes.indexOf("deny"); at >= 0; at = bytes.indexOf("deny", at + 1))
          bytes.write("DENY", at);
        writeFileSync(file, bytes);
        // Where such a byte belongs to the order of a tree, the library may call the whole file damaged first.
        await expect
          .poll(
            () => {
              const { edited, rebuilt } = service.standing();
              return edited !== null || rebuilt === "it was damaged";
            },
            { timeout: 60_000 },
          )
          .toBe(true);
        expect(await service.ask(group("", ["kind"]))).toEqual(right);
        expect(
          (await tableOf(service.ask(group("verdict:deny", [])))).rows[0]?.[0],
        ).toBeGreaterThan(0);
      },
      { checkMs: 200 },
    );
  }, 80_000);

  it("says why when its directory cannot be used, and the log goes on", async () => {
    await withService(async ({ service, log, file, said }) => {
      // A file where the directory should be: also root cannot make one there.
      writeFileSync(join(file, "..").replace(/\/$/, ""), "in the way");
      await fill(log, 20);
      await expect(service.ask(group("", []))).rejects.toThrow(/the index waits/);
      expect(service.standing().problem).toMatch(/.+/);
      expect(said.join("\n")).toContain("the index waits");
      await fill(log, 20, 3);
      expect(log.status().size).toBe(40);
    });
  });
});

describe("a question in SQL", () => {
  it("reads the views, and writes nothing", async () => {
    await withService(async ({ service, log }) => {
      await fill(log, 400);
      const counts = await tableOf(service.ask(select("select count(*) as n from events;")));
      expect(counts.rows).toEqual([[400]]);
      for (const sql of [
        "delete from event",
        "with x as (select 1) delete from event",
        "select 1; drop table event",
        "attach '/etc/passwd' as p",
        "pragma query_only = 0",
        "select * from pragma_table_info('event')",
        "select load_extension('x')",
        "insert into command(command) values ('rebuild')",
        "vacuum into '/tmp/x'",
        "/* select */ update event set user = 'x'",
        "explain select 1",
        "select * from nothing",
        "",
      ])
        await expect(service.ask(select(sql)), sql).rejects.toMatchObject({ code: "sql" });
      const after = await tableOf(service.ask(select("select count(*) as n from events")));
      expect(after.rows).toEqual([[400]]);
    });
  });

  it("is ended when it takes too long or too much memory, and the next one is answered", async () => {
    await withService(
      async ({ service, log }) => {
        await fill(log, 60);
        await service.ask(group("", []));
        const endless =
          "with recursive c(n) as (select 1 union all select n + 1 from c) select count(*) from c";
        await expect(service.ask(select(endless))).rejects.toMatchObject({ code: "query-time" });
        expect((await tableOf(service.ask(group("", [])))).rows).toEqual([[60]]);
        const greedy =
          "select length(group_concat(hex(zeroblob(1000000)), '')) from (with recursive c(x) as (select 1 union all select x + 1 from c where x < 3000) select x from c)";
        await expect(service.ask(select(greedy))).rejects.toMatchObject({ code: "sql" });
        expect((await tableOf(service.ask(group("", [])))).rows).toEqual([[60]]);
      },
      { answerMs: 3_000, heapBytes: 64 * 1024 * 1024 },
    );
  });

  it("gives back what a question took, and asks the next ones again of a new thread", async () => {
    await withService(async ({ service, log }) => {
      await fill(log, 20);
      await service.ask(group("", []));
      const large = "select length(hex(zeroblob(24000000))) as n";
      const waiting = [large, large, "select count(*) as n from events"].map((sql) =>
        tableOf(service.ask(select(sql))),
      );
      const answers = await Promise.all(waiting);
      expect(answers.map(({ rows }) => rows)).toEqual([[[48_000_000]], [[48_000_000]], [[20]]]);
      await service.ask(select(large));
      // The answer is given first, the thread ends behind it.
      await expect.poll(() => service.standing().isRunning, { timeout: 10_000 }).toBe(false);
    });
  });
});
