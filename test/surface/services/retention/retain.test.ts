// Retention carried out: nothing leaves that the archive does not give back whole, that is held, or that is too young.
import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { daemonEvent } from "#record/event/guard-events.ts";
import { holdEvent } from "#record/event/agreement-events.ts";
import { emptyRecord } from "#record/delivery/delivery-record.ts";
import { verifyArchive } from "#record/store/archiving.ts";
import { openDeliveryStore } from "#record/store/delivery-store.ts";
import { readVerifier } from "#record/store/keys.ts";
import { checkLog } from "#record/store/log-check.ts";
import { openLogFiles, readEntries } from "#record/store/log-reader.ts";
import { viewLog } from "#record/store/log-view.ts";
import { openLog } from "#record/store/log-writer.ts";
import type { Log } from "#record/store/writing-log.ts";
import { openPlace } from "#surface/services/archive/open-place.ts";
import { holdOf } from "#surface/cli/commands/record/log-hold.ts";
import { orderOf } from "#surface/cli/commands/record/log-retention.ts";
import type { Directories } from "#surface/foundation/files/directories.ts";
import { openHolds } from "#surface/services/exceptions/holds.ts";
import { openRetentionFile } from "#surface/services/exceptions/retention-file.ts";
import { writeForwardedMark } from "#surface/services/fleet/forwarded.ts";
import { writeForwarding } from "#surface/services/fleet/forwarding.ts";
import { retainOnce } from "#surface/services/retention/keep-retained.ts";
import { lookAhead } from "#surface/services/retention/retain.ts";
import { checkCollector } from "#surface/services/status/collector.ts";
import { checkExports } from "#surface/services/status/exports.ts";
import { freshDirectory, installOn } from "../../daemon/daemon-stand.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2030, 0, 1);
const BY = { approver: "ada", nowMs: NOW };

let room: ReturnType<typeof freshDirectory>;
let directories: Directories;
let archive = "";
beforeEach(async () => {
  room = freshDirectory();
  ({ directories } = await installOn(join(room.path, "data")));
  archive = join(room.path, "archive");
});
afterEach(() => room.remove());

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
const write = (ageDays: number, count: number) =>
  withLog(NOW - ageDays * DAY, async (log) => {
    for (let times = 0; times < count; times += 1)
      await log.append(daemonEvent(log.stamp("daemon"), "start"), { durable: false });
  });
const order = (changes: object = {}) => {
  openRetentionFile(directories).put(
    orderOf({ framework: "soc2", archive, daily: true, ...changes }, BY),
  );
};
const pass = () =>
  withLog(NOW, (log) =>
    retainOnce(directories, log, { clock: clockAt(NOW), remakeIndex: async () => undefined }),
  );
const faults = async () => {
  const verifier = (await readVerifier(directories.keys)) ?? expect.fail("no key");
  return (await checkLog({ log: directories.log, keys: directories.keys, verifier })).faults;
};
const wordOf = (value: unknown) => (typeof value === "string" ? value : "");
const kindsFrom = async (from: number) => {
  const view = await viewLog(directories.log, directories.keys);
  const kinds: string[] = [];
  for await (const { leaf } of view.leaves(from, await view.size()))
    kinds.push(
      leaf.kind === "fault"
        ? "fault"
        : `${wordOf(leaf.metadata["kind"])} ${wordOf(leaf.metadata["what"])}`.trim(),
    );
  return kinds;
};

test("what is over its time is archived, read back and removed on record; proofs of it still hold, and a second pass does nothing", async () => {
  await write(450, 600);
  await write(10, 300);
  const proof = await (await viewLog(directories.log, directories.keys)).proof(5, { entry: true });
  expect(await pass()).toBeUndefined();
  order();
  const outlook = await lookAhead(directories, { frameworks: ["soc2"], hereDays: 400 }, NOW);
  expect(outlook).toMatchObject({
    first: 0,
    end: 512,
    size: 900,
    stop: { why: "age", index: 600 },
  });
  expect(await pass()).toMatchObject({
    archived: { stored: 1, end: 768 },
    pruning: { before: 512 },
  });
  expect(await faults()).toEqual([]);
  expect(readdirSync(join(directories.log, "tile", "entries"))).not.toContain("001");
  expect(await kindsFrom(900)).toEqual(["pruned", "archive stored"]);
  const verifier = (await readVerifier(directories.keys)) ?? expect.fail();
  const place = openPlace(archive, { data: directories.root });
  expect(await verifyArchive(place, verifier)).toMatchObject({
    entries: 768,
    gaps: [],
    faults: [],
  });
  expect(proof).toContain("index 5");
  expect(await pass()).toMatchObject({ archived: { stored: 0 }, pruning: undefined });
});

test("a copy that is gone, cut or cannot be reached keeps everything, and the failure is on record", async () => {
  await write(450, 600);
  order();
  writeFileSync(join(room.path, "archive"), "no folder");
  await expect(pass()).rejects.toThrow("cannot be used");
  rmSync(archive);
  order({ daily: false });
  expect(await pass()).toBeUndefined();
  order();
  // The segment was cut after it had been stored: what lies there is not sent again, and does not count.
  mkdirSync(archive, { mode: 0o700 });
  writeFileSync(join(archive, "000000000000000-000000000000512.sallyport.gz"), "cut");
  await expect(pass()).rejects.toThrow("a segment of the archive does not hold");
  expect(await kindsFrom(600)).toEqual(["retention failed", "retention failed"]);
  expect(readdirSync(join(directories.log, "tile", "entries"))).toContain("001");
  expect(await faults()).toEqual([]);
});

test("a hold, an altered list of holds and one that was removed each keep everything", async () => {
  await write(450, 600);
  order();
  const holds = openHolds(directories);
  const hold = holdOf({ all: true, reason: "case 1" }, BY);
  holds.set(holds.sign(hold));
  await withLog(NOW - 449 * DAY, async (log) => {
    const about = { what: "all", digest: "0".repeat(64), place: null } as const;
    const input = { phase: "set", id: hold.id, reason: "x", owner: "x", approver: "x" } as const;
    await log.append(holdEvent(log.stamp("operator"), { ...about, ...input }), { durable: true });
  });
  expect((await pass())?.pruning).toBeUndefined();
  const text = readFileSync(directories.holdsFile, "utf8");
  writeFileSync(directories.holdsFile, text.replace("case 1", "case 2"), { mode: 0o600 });
  await expect(pass()).rejects.toThrow("so nothing is deleted");
  rmSync(directories.holdsFile);
  await expect(pass()).rejects.toThrow("the list of holds lacks it");
  writeFileSync(directories.holdsFile, text, { mode: 0o600 });
  const store = openHolds(directories);
  store.release(store.signRelease({ id: hold.id, reason: "x", approver: "x", releasedMs: NOW }));
  expect((await pass())?.pruning).toMatchObject({ before: 512 });
  expect(await faults()).toEqual([]);
});

test("what a target has not got stays until it has it, thirty days at most, and that is on record", async () => {
  await write(445, 300);
  await write(410, 300);
  order();
  const targets = (text: string) =>
    writeFileSync(directories.exportsFile, `targets:\n${text}`, { mode: 0o600 });
  targets('  - { name: siem, to: http, url: "https://siem.example.com" }\n');
  const standing = () => checkExports({ directories, nowMs: NOW, ours: (words) => words });
  expect(await standing()).toEqual({
    level: "found",
    text: "1 target; siem is 600 entries behind; 0 dead letters",
    repair: "export status --dead",
  });
  expect(await lookAhead(directories, { frameworks: ["soc2"], hereDays: 400 }, NOW)).toMatchObject({
    end: 256,
    stop: { why: "export", index: 300, target: "siem", untilMs: NOW + 20 * DAY },
    unsent: [{ target: "siem", entries: 256 }],
  });
  expect(await pass()).toMatchObject({ pruning: { before: 256 } });
  expect(await kindsFrom(600)).toEqual(["pruned", "archive stored", "retention unsent"]);
  // It gets all but one, which it refuses: a person may still send that one again.
  const verifier = (await readVerifier(directories.keys)) ?? expect.fail();
  const store = openDeliveryStore(join(directories.exports, "siem"));
  await store.write({ ...emptyRecord(verifier.name, 603), delivered: 346, deliveredMs: NOW });
  await store.bury([{ index: 590, reason: "answers 400", timeMs: NOW }]);
  expect(await standing()).toMatchObject({
    level: "found",
    text: "1 target; all have the whole log; 1 dead letters",
  });
  expect(await pass()).toMatchObject({ pruning: { before: 512 }, unsent: [] });
  await store.raise([590]);
  expect(await standing()).toMatchObject({ level: "ok" });
  targets("  - { name: siem, to: nowhere }\n");
  await expect(pass()).rejects.toThrow("nowhere");
  expect(await standing()).toMatchObject({ level: "found", repair: "export list" });
  expect(await faults()).toEqual([]);
});

test("what the collector has not got stays until it has it, thirty days at most; a mark of another collector says nothing", async () => {
  await write(445, 300);
  await write(410, 300);
  order();
  const url = "https://collector.example:8480";
  writeForwarding(directories.forwardingFile, { url, ca: "-", cert: "-", key: "-" });
  const standing = () => checkCollector({ directories, nowMs: NOW, ours: (words) => words });
  expect(await standing()).toEqual({
    level: "found",
    text: `the log goes to ${url}; it has not said what it has yet`,
    repair: "daemon --ensure",
  });
  const outlook = () => lookAhead(directories, { frameworks: ["soc2"], hereDays: 400 }, NOW);
  const late = {
    end: 256,
    stop: { why: "export", index: 300, target: "collector", untilMs: NOW + 20 * DAY },
    unsent: [{ target: "collector", entries: 256 }],
  };
  expect(await outlook()).toMatchObject(late);
  const tree = (await readVerifier(directories.keys))?.name ?? expect.fail();
  const mark = { url, tree, next: 400, timeMs: NOW, trouble: "" };
  for (const other of [{ url: "https://other.example:8480" }, { tree: "another/log" }]) {
    writeForwardedMark(directories.forwardedFile, { ...mark, ...other });
    expect(await outlook()).toMatchObject(late);
  }
  expect(await pass()).toMatchObject({ pruning: { before: 256 } });
  expect(await kindsFrom(600)).toEqual(["pruned", "archive stored", "retention unsent"]);
  writeForwardedMark(directories.forwardedFile, mark);
  expect(await outlook()).toMatchObject({ end: 256, stop: { why: "export", index: 400 } });
  expect((await pass())?.pruning).toBeUndefined();
  const trouble = "the collector answered 403";
  writeForwardedMark(directories.forwardedFile, { ...mark, next: 603, trouble });
  expect(await standing()).toMatchObject({ level: "found", text: expect.stringContaining("403") });
  expect(await pass()).toMatchObject({ pruning: { before: 512 }, unsent: [] });
  writeForwardedMark(directories.forwardedFile, { ...mark, next: 604 });
  expect(await standing()).toMatchObject({ level: "ok" });
  // Where it is not known where the log goes, nothing leaves.
  writeFileSync(directories.forwardingFile, "{", { mode: 0o600 });
  await expect(pass()).rejects.toThrow("does not say where the log goes");
});

test("an order that the operator did not sign deletes nothing", async () => {
  await write(450, 600);
  order({ hereDays: "450" });
  const text = readFileSync(directories.retentionFile, "utf8");
  writeFileSync(directories.retentionFile, text.replace('"hereDays":450', '"hereDays":7'), {
    mode: 0o600,
  });
  await expect(pass()).rejects.toThrow("was not signed");
  expect(() => orderOf({ archive: "/a", framework: "soc2,iso" }, BY)).toThrow("names some of");
  expect(() => orderOf({ framework: "soc2" }, BY)).toThrow("`--archive` is missing");
  expect(() => orderOf({ archive: "/a", hereDays: "6" }, BY)).toThrow("from 7 to");
  expect(orderOf({ archive: "/a", framework: "hipaa,soc2" }, BY)).toMatchObject({ hereDays: 2192 });
});

test("files of personal content go by the shortest period, and by none while something is held", async () => {
  await write(1, 1);
  order({ framework: "soc2,gdpr" });
  const file = (name: string) => join(directories.sessions, name);
  for (const [name, ageDays] of [
    ["old", 8],
    ["young", 6],
  ] as const) {
    writeFileSync(file(name), "x", { mode: 0o600 });
    utimesSync(file(name), (NOW - ageDays * DAY) / 1_000, (NOW - ageDays * DAY) / 1_000);
  }
  const holds = openHolds(directories);
  const hold = holdOf({ session: "s1", reason: "case 1" }, BY);
  holds.set(holds.sign(hold));
  expect(await pass()).toMatchObject({ files: 0 });
  holds.release(holds.signRelease({ id: hold.id, reason: "x", approver: "x", releasedMs: NOW }));
  expect(await pass()).toMatchObject({ files: 1 });
  expect(readdirSync(directories.sessions)).toEqual(["young"]);
  const view = await viewLog(directories.log, directories.keys);
  const size = await view.size();
  let last = 0;
  for await (const { index } of readEntries(openLogFiles(directories.log), size, 0, size))
    last = index;
  expect(await kindsFrom(last)).toEqual(["retention files"]);
});
