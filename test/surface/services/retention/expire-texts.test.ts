// Texts that are over their time: no byte of them can be found, nothing is said to be gone that is not, and holds keep them.
import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { SessionFacts } from "#guard/facts/facts.ts";
import type { Hold } from "#govern/retention/hold.ts";
import { decisionEvent } from "#record/event/call-events.ts";
import { retentionEvent } from "#record/event/retention-events.ts";
import { saidIn } from "#record/event/readable-part.ts";
import { standInUnder } from "#record/index/readable-words.ts";
import { answerFromIndex } from "#record/store/index/answer-question.ts";
import { openAskedLog } from "#record/store/index/asked-log.ts";
import { checkIndex } from "#record/store/index/index-check.ts";
import { openIndexFile } from "#record/store/index/index-file.ts";
import { followLog } from "#record/store/index/index-follow.ts";
import { readEventKeys, readVerifier } from "#record/store/keys.ts";
import { checkLog } from "#record/store/log-check.ts";
import { openExportSource } from "#record/store/export-source.ts";
import { type ViewedEntry, viewLog } from "#record/store/log-view.ts";
import { openLog } from "#record/store/log-writer.ts";
import { listTextKeys, noteGone, textDayOf, textsFolder } from "#record/store/text-keys.ts";
import type { Log } from "#record/store/writing-log.ts";
import { readStoredKeys } from "#record/log/stored-keys.ts";
import { openLogFiles } from "#record/store/log-reader.ts";
import { checkProof } from "#surface/cli/log/proof-check.ts";
import { holdOf } from "#surface/cli/commands/record/log-hold.ts";
import { orderOf } from "#surface/cli/commands/record/log-retention.ts";
import type { Directories } from "#surface/foundation/files/directories.ts";
import { openHolds } from "#surface/services/exceptions/holds.ts";
import { openRetentionFile } from "#surface/services/exceptions/retention-file.ts";
import { remakeIndexHere } from "#surface/services/index/remake-here.ts";
import { entryJson, textNote } from "#surface/services/log/entry-text.ts";
import { expireTexts, lookAtTexts } from "#surface/services/retention/expire-texts.ts";
import { retainOnce } from "#surface/services/retention/keep-retained.ts";
import { erasePerson } from "#surface/services/privacy/erasure.ts";
import { takeInventory } from "#surface/services/privacy/inventory.ts";
import { verifyCertificate } from "#surface/services/privacy/verify-certificate.ts";
import { bashCall, decisionOf, effect, pathTarget, policy } from "../../../record/event/samples.ts";
import { hasPython, startPython } from "../../../tamper/python-verifier.ts";
import { freshDirectory, installOn } from "../../daemon/daemon-stand.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2030, 0, 1, 12);
const BY = { approver: "ada", nowMs: NOW };
/** Words that stand nowhere else; the first is of an old event, the second of a young one. */
const [OLD, YOUNG] = ["zqoldcanary7", "zqyoungcanary8"];

let room: ReturnType<typeof freshDirectory>;
let directories: Directories;
/** What was installed and said once, for every test a copy of it at the same place. */
let whole: ReturnType<typeof freshDirectory>;
beforeAll(async () => {
  [room, whole] = [freshDirectory(), freshDirectory()];
  ({ directories } = await installOn(join(room.path, "data")));
  await say({ ageDays: 40, word: OLD });
  await say({ ageDays: 5, word: YOUNG });
  cpSync(room.path, whole.path, { recursive: true });
});
beforeEach(() => {
  room.remove();
  cpSync(whole.path, room.path, { recursive: true });
});
afterAll(() => {
  room.remove();
  whole.remove();
});

const clockAt = (timeMs: number) => ({ nowMs: () => timeMs, monotonicMs: () => performance.now() });
async function withLog<Result>(
  timeMs: number,
  use: (log: Log) => Promise<Result>,
): Promise<Result> {
  const { log: place, keys } = directories;
  const log = await openLog({ log: place, keys, clock: clockAt(timeMs), productVersion: "0.1.0" });
  try {
    return await use(log);
  } finally {
    await log.close();
  }
}
type Said = { readonly ageDays: number; readonly word: string; readonly user?: string };
const say = ({ ageDays, word, user = "ada" }: Said, count = 3) =>
  withLog(NOW - ageDays * DAY, async (log) => {
    const facts: SessionFacts = {
      sessionId: `session-of-${user}`,
      projectRoot: "/home/x/shop",
      home: "/home/x",
      user,
      mode: "default" as const,
      interactive: true,
      ownPaths: [],
    };
    const target = pathTarget(`/home/x/shop/${word}.txt`);
    for (let times = 0; times < count; times += 1)
      await log.append(
        decisionEvent(log.stamp("hook"), {
          call: bashCall(`cat ${word}.txt`),
          decision: decisionOf([effect({ kind: "read", target })]),
          policy,
          session: { facts, userSource: "os" },
          durationMs: 1,
        }),
        { durable: true },
      );
  });
const makeIndex = async () => {
  const log = await openAskedLog(directories);
  const index = await openIndexFile(directories.indexFile, { key: log.indexKey });
  await followLog(index, await log.follow());
  index.settle();
  index.close();
};
const found = async (word: string): Promise<number> => {
  const log = await openAskedLog(directories);
  const index = await openIndexFile(directories.indexFile, { key: log.indexKey });
  try {
    await followLog(index, await log.follow());
    const answer = answerFromIndex(index, log, {
      ask: "search",
      filter: `text:${word}`,
      nowMs: NOW,
      limit: 100,
      before: null,
      byRank: false,
    });
    return answer.kind === "found" ? answer.places.length : -1;
  } finally {
    index.close();
  }
};
const entries = async (): Promise<readonly ViewedEntry[]> => {
  const view = await viewLog(directories.log, directories.keys);
  const all: ViewedEntry[] = [];
  for await (const entry of view.entries(0, await view.size())) all.push(entry);
  return all;
};
const kinds = async () => (await entries()).map(({ text }) => text.kind);
const retained = async () =>
  (await entries()).flatMap(({ leaf }) =>
    leaf.kind === "leaf" && leaf.metadata["kind"] === "retention" ? [leaf.metadata] : [],
  );
const remakeIndex = (events: readonly { first: number; end: number }[]) =>
  remakeIndexHere(directories, events);
const record =
  (timeMs: number) => async (input: Parameters<Parameters<typeof expireTexts>[2]["record"]>[0]) =>
    withLog(timeMs, async (log) => {
      await log.append(retentionEvent(log.stamp("cli"), input), { durable: true });
    });
const expire = async (
  textDays: number | undefined,
  nowMs = NOW,
  reached: (point: string) => void = () => undefined,
) => {
  const outlook = await lookAtTexts(directories, textDays, nowMs);
  const done = await expireTexts(directories, outlook, {
    nowMs,
    remakeIndex,
    record: record(nowMs),
    reached,
  });
  return { outlook, done };
};
// WHY its end: the file keeps of a term only what differs from the one before it.
const standInOf = async (word: string): Promise<string> =>
  standInUnder((await readEventKeys(directories.keys)).digest)(word).slice(4);
/** Files below the data directory whose bytes hold a text. */
const filesWith = (text: string): readonly string[] =>
  readdirSync(directories.root, { recursive: true, encoding: "utf8" }).filter((name) => {
    const path = join(directories.root, name);
    return statSync(path).isFile() && readFileSync(path).includes(text);
  });
const setHold = (given: Parameters<typeof holdOf>[0]): Hold => {
  const store = openHolds(directories);
  const hold = holdOf(given, BY);
  store.set(store.sign(hold));
  return hold;
};
const faults = async () => {
  const verifier = (await readVerifier(directories.keys)) ?? expect.fail("no key");
  return (await checkLog({ log: directories.log, keys: directories.keys, verifier })).faults;
};

describe("texts over their time", () => {
  test("leave no byte in any file, clear or as a stand-in, and the log verifies as before", async () => {
    await makeIndex();
    // A check of the index that was killed left its copy.
    cpSync(join(directories.indexFile, ".."), join(room.path, "copy"), { recursive: true });
    cpSync(join(room.path, "copy"), join(directories.indexFile, "..", "look-Ab12"), {
      recursive: true,
    });
    const [oldWord, youngWord] = [await standInOf(OLD), await standInOf(YOUNG)];
    expect(filesWith(oldWord)).toEqual(["index/events.db", "index/look-Ab12/events.db"]);
    expect([await found(OLD), await found(YOUNG)]).toEqual([3, 3]);
    const root = await (await viewLog(directories.log, directories.keys)).checkpoint();
    const { outlook, done } = await expire(30);
    expect(outlook.due).toMatchObject([{ events: 3, first: 0, end: 3, users: ["ada"] }]);
    expect(outlook).toMatchObject({ kept: 1, nextMs: (textDayOf(NOW) - 5 + 31) * DAY });
    expect(done).toEqual({ keys: 1, events: 3 });
    expect([filesWith(OLD), filesWith(oldWord)]).toEqual([[], []]);
    expect(filesWith(youngWord)).toEqual(["index/events.db"]);
    expect([await found(OLD), await found(YOUNG)]).toEqual([0, 3]);
    expect(await kinds()).toEqual([...expired(3), ...Array(3).fill("here"), "none"]);
    const [first] = await entries();
    if (first === undefined) expect.fail("there are entries");
    expect(textNote(first)).toBe("text expired on 2030-01-01");
    expect(entryJson(first)).toMatchObject({ textExpiredMs: NOW, erased: false });
    expect(JSON.stringify(first)).not.toContain(OLD);
    expect(first.sealed).toMatchObject({ user: "ada", sessionId: "session-of-ada" });
    // Nothing of the log was rewritten: the first six entries are those of the checkpoint before.
    expect(await faults()).toEqual([]);
    expect(root.size).toBe(6);
    expect(await retained()).toMatchObject([{ what: "texts", keys: 1, events: 3 }]);
    // What is exported afterwards has nothing of it either.
    const source = openExportSource(directories.log, directories.keys, async () => 7);
    const files: (string | undefined)[] = [];
    for await (const { file } of source.read(0, 6)) files.push(file);
    expect(files).toEqual([...Array(3).fill(undefined), ...Array(3).fill(`${YOUNG}.txt`)]);
  });

  test("are no edit of the index: it holds against its digests and against the log", async () => {
    await makeIndex();
    await expire(30);
    const log = await openAskedLog(directories);
    const index = await openIndexFile(directories.indexFile, { key: log.indexKey });
    try {
      const followed = await log.follow();
      await followLog(index, followed);
      const steps = checkIndex(index, index.upkeep ?? expect.fail("it has its key"), followed);
      let step = await steps.next();
      while (step.done !== true) step = await steps.next();
      expect(step.value.findings).toEqual([]);
    } finally {
      index.close();
    }
  });

  test("stay as long as nobody ordered otherwise, and a second pass does nothing", async () => {
    expect((await expire(undefined)).done).toBeUndefined();
    expect((await expire(41)).done).toBeUndefined();
    expect((await expire(40)).done).toBeUndefined();
    expect((await expire(39)).done).toEqual({ keys: 1, events: 3 });
    expect((await expire(39)).done).toBeUndefined();
    expect(await retained()).toHaveLength(1);
  });

  test("go at the next pass of the daemon, whatever becomes of the archive", async () => {
    openRetentionFile(directories).put(
      orderOf({ textDays: "30", archive: join(room.path, "archive"), daily: true }, BY),
    );
    writeFileSync(join(room.path, "archive"), "no folder");
    await withLog(NOW, (log) =>
      expect(retainOnce(directories, log, { clock: clockAt(NOW), remakeIndex })).rejects.toThrow(
        "cannot be used",
      ),
    );
    expect((await kinds()).slice(0, 6)).toEqual([...expired(3), ...Array(3).fill("here")]);
    expect(await retained()).toMatchObject([{ what: "texts" }, { what: "failed" }]);
  });

  test.each(["work", "key", "index", "gone", "event"])(
    "are said to be gone only when they are, whatever is cut short after `%s`, and once",
    async (point) => {
      await say({ ageDays: 41, word: OLD, user: "bob" });
      await makeIndex();
      const word = await standInOf(OLD);
      await expect(
        expire(30, NOW, (reached) => {
          if (reached === point) throw new Error("killed");
        }),
      ).rejects.toThrow("killed");
      const before = await entries();
      for (const { text, sealed } of before) {
        if (text.kind !== "expired") continue;
        expect(saidIn(sealed)).toBeUndefined();
        expect(filesWith(word)).toEqual([]);
      }
      if (point === "key") {
        // One of the two is gone and nobody says so yet; the other is whole.
        expect(before.map(({ text }) => text.kind).toSorted()).toEqual([
          ...Array(6).fill("here"),
          ...Array(3).fill("missing"),
        ]);
        expect((await lookAtTexts(directories, 30, NOW)).unfinished).toBe(1);
      }
      await expire(30, NOW + 60_000);
      expect(filesWith(word)).toEqual([]);
      expect((await kinds()).filter((kind) => kind === "expired")).toHaveLength(6);
      const told = (await retained()).map(({ keys }) => Number(keys));
      expect(told.reduce((sum, keys) => sum + keys, 0)).toBe(2);
      expect(readdirSync(textsFolder(directories.keys))).not.toContain("expiring.json");
      expect((await expire(30)).done).toBeUndefined();
      expect(await faults()).toEqual([]);
    },
  );

  test.each(["work", "key", "remaking", "index", "gone", "event"])(
    "survive a process that is killed at `%s`: what it said is so, and the next one ends it",
    async (point) => {
      await say({ ageDays: 41, word: OLD, user: "bob" });
      await makeIndex();
      const word = await standInOf(OLD);
      const child = fileURLToPath(new URL("expiring-child.ts", import.meta.url));
      const loader = ["-C", "source", "--import", "./scripts/plain-sources.mjs"];
      const given = [directories.root, "30", String(NOW), point];
      const { signal, stderr } = spawnSync(process.execPath, [...loader, child, ...given], {
        encoding: "utf8",
      });
      expect([signal, stderr]).toEqual(["SIGKILL", ""]);
      const isSaid = (await kinds()).includes("expired") || (await retained()).length > 0;
      if (isSaid) expect(filesWith(word)).toEqual([]);
      expect(isSaid).toBe(["gone", "event"].includes(point));
      await expire(30, NOW + 60_000);
      expect(filesWith(word)).toEqual([]);
      expect(await found(OLD)).toBe(0);
      expect((await kinds()).filter((kind) => kind === "expired")).toHaveLength(6);
      expect(await faults()).toEqual([]);
    },
  );

  test("change nothing that the verifier in Python says, and no proof shows them any more", async (ctx) => {
    if (!hasPython()) ctx.skip("python3 is not here");
    const verifier = (await readVerifier(directories.keys)) ?? expect.fail("no key");
    const proofOf = async () =>
      (await viewLog(directories.log, directories.keys)).proof(0, { reveal: true });
    const python = startPython(verifier.text, []);
    try {
      const ask = () => python.ask({ log: directories.log });
      const file = join(room.path, "event.tlog-proof");
      const shownBy = async () => {
        const text = await proofOf();
        writeFileSync(file, text);
        const keys = await readStoredKeys(openLogFiles(directories.log), verifier, () => undefined);
        const { isGood, lines } = checkProof(text, { keys, witnesses: [] });
        expect(isGood).toBe(true);
        return lines.join();
      };
      const before = await ask();
      expect(before).toMatchObject({ good: true });
      expect(await shownBy()).toContain(OLD);
      await expire(30);
      expect(await ask()).toMatchObject({ good: true, faults: before.faults ?? [] });
      expect(await shownBy()).not.toContain(OLD);
      expect(await python.ask({ proof: file })).toMatchObject({ good: true });
    } finally {
      python.close();
    }
  });

  test("that were begun are ended although nothing is ordered any more, and no others are begun", async () => {
    await say({ ageDays: 41, word: OLD, user: "bob" });
    await expect(
      expire(30, NOW, (reached) => {
        if (reached === "key") throw new Error("killed");
      }),
    ).rejects.toThrow("killed");
    expect((await expire(undefined)).done).toEqual({ keys: 1, events: 3 });
    expect((await kinds()).filter((kind) => kind === "expired")).toHaveLength(3);
  });

  test.each([
    ["everything", { all: true }],
    ["the session", { session: "session-of-ada" }],
    ["the person", { subject: "ADA" }],
    ["the time", { since: "2029-11-20", until: "2029-11-24" }],
  ])("stay while a hold keeps %s, and go when it is released", async (_, given) => {
    const hold = setHold({ ...given, reason: "case 1" });
    const { outlook, done } = await expire(30);
    expect(done).toBeUndefined();
    expect(outlook).toMatchObject({ due: [], held: [{ hold: hold.id, events: 3 }] });
    expect((await kinds()).every((kind) => kind === "here")).toBe(true);
    const store = openHolds(directories);
    store.release(store.signRelease({ id: hold.id, reason: "x", approver: "x", releasedMs: NOW }));
    expect((await expire(30)).done).toEqual({ keys: 1, events: 3 });
  });

  test("of others go while a hold keeps one person's; a hold in between stops the rest", async () => {
    await say({ ageDays: 41, word: "zqbob", user: "bob" });
    setHold({ subject: "bob", reason: "case 1" });
    expect((await expire(30)).done).toEqual({ keys: 1, events: 3 });
    const outlook = await lookAtTexts(directories, 3, NOW);
    expect(outlook.due).toHaveLength(1);
    setHold({ session: "session-of-ada", reason: "case 2" });
    await expect(
      expireTexts(directories, outlook, { nowMs: NOW, remakeIndex, record: record(NOW) }),
    ).rejects.toThrow("legal hold was set");
    expect((await expire(3)).done).toBeUndefined();
    expect((await kinds()).filter((kind) => kind === "here")).toHaveLength(6);
  });

  test("stay where the list of holds was altered", async () => {
    setHold({ subject: "bob", reason: "case 1" });
    const text = readFileSync(directories.holdsFile, "utf8");
    writeFileSync(directories.holdsFile, text.replace("case 1", "case 2"), { mode: 0o600 });
    await expect(expire(30)).rejects.toThrow("so nothing is deleted");
    expect((await kinds()).every((kind) => kind === "here")).toBe(true);
  });

  test("stay gone when the clock goes back, and what is said then goes in its time", async () => {
    await expire(30);
    await say({ ageDays: 40, word: "zqlater" });
    expect((await expire(30, NOW - 20 * DAY)).done).toBeUndefined();
    expect((await kinds()).filter((kind) => kind === "expired")).toHaveLength(3);
    const last = (await entries()).at(-1);
    expect(saidIn(last?.sealed)).toBe("cat zqlater.txt");
    expect((await expire(30)).done).toEqual({ keys: 1, events: 3 });
    expect(textNote((await entries()).at(-2) ?? expect.fail())).toBe("text expired on 2030-01-01");
  });

  test("go again when somebody puts the key back, and are never read meanwhile", async () => {
    const saved = join(room.path, "saved");
    cpSync(textsFolder(directories.keys), saved, { recursive: true });
    await expire(30);
    for (const { subject, day } of [
      { ...listTextKeys(directories.keys)[0], day: textDayOf(NOW) - 40 },
    ])
      cpSync(
        join(saved, subject ?? "", `${day}.key`),
        join(textsFolder(directories.keys), subject ?? "", `${day}.key`),
      );
    expect((await kinds()).slice(0, 3)).toEqual(expired(3));
    expect((await expire(undefined)).done).toMatchObject({ keys: 1 });
    expect(listTextKeys(directories.keys)).toHaveLength(1);
  });

  test("go with the person: an erasure destroys the keys of the texts, and its certificate is held against that", async () => {
    await say({ ageDays: 40, word: "zqbob", user: "bobby" });
    const where = {
      home: join(room.path, "home"),
      client: join(room.path, "home", ".claude"),
      temporary: join(room.path, "tmp"),
      directories,
      folders: [],
    };
    expect(takeInventory(where).map(({ what }) => what)).toContain("keys of texts, one a day");
    const keysBefore = listTextKeys(directories.keys);
    expect(keysBefore).toHaveLength(3);
    const ports = { clock: clockAt(NOW), productVersion: "0.1.0", reached: () => undefined };
    const request = { subject: "bobby", also: [], where, homeUser: "ada" };
    const { certificate, order } = await erasePerson(request, ports);
    const [gone] = order.subjects;
    expect(listTextKeys(directories.keys).map(({ subject }) => subject)).not.toContain(gone);
    const bytes = Buffer.from(certificate);
    const { checks } = await verifyCertificate(bytes, directories);
    expect(checks.filter(({ holds }) => !holds)).toEqual([]);
    noteGone(directories.keys, listTextKeys(directories.keys)[0]?.subject ?? "", [1], NOW);
    cpSync(
      join(textsFolder(directories.keys), listTextKeys(directories.keys)[0]?.subject ?? ""),
      join(textsFolder(directories.keys), gone ?? ""),
      { recursive: true },
    );
    const later = await verifyCertificate(bytes, directories);
    expect(later.checks.filter(({ holds }) => !holds)).toEqual([
      { what: "the keys of the texts are gone", holds: false },
    ]);
  });

  test("are not begun by a file that somebody else wrote", async () => {
    const file = join(textsFolder(directories.keys), "expiring.json");
    const [one] = listTextKeys(directories.keys);
    const item = { subject: one?.subject, day: one?.day, first: 0, end: 3, events: 3 };
    const id = "00000000-0000-4000-8000-000000000000";
    writeFileSync(file, JSON.stringify({ version: 1, id, items: [item] }), { mode: 0o600 });
    expect((await expire(undefined)).done).toBeUndefined();
    expect((await kinds()).every((kind) => kind === "here")).toBe(true);
    writeFileSync(file, "{", { mode: 0o600 });
    await expect(expire(30)).rejects.toThrow("not what this program wrote");
    rmSync(file);
  });
});

test("an order about texts is bounded by how long calls are kept, and gdpr has a period of its own", () => {
  const order = (given: object) => orderOf({ archive: "/a", ...given }, BY);
  expect(order({})).not.toHaveProperty("textDays");
  expect(order({ framework: "soc2" })).not.toHaveProperty("textDays");
  expect(order({ framework: "soc2,gdpr" })).toMatchObject({ textDays: 90 });
  expect(order({ framework: "gdpr", textDays: "7" })).toMatchObject({ textDays: 7 });
  expect(order({ textDays: "400", hereDays: "7" })).toMatchObject({ textDays: 400 });
  expect(() => order({ textDays: "401", hereDays: "7" })).toThrow("at most 400");
  expect(order({ framework: "hipaa", textDays: "2192" })).toMatchObject({ textDays: 2192 });
  expect(() => order({ textDays: "0" })).toThrow("from 1");
  expect(() => order({ textDays: "1.5" })).toThrow();
});

function expired(count: number): readonly string[] {
  return Array<string>(count).fill("expired");
}
