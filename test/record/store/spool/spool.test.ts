// The spool and its sequencing: each leaf once, in its process's order, whatever was cut off, taken twice or planted.
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { daemonEvent, failureEvent } from "#record/event/guard-events.ts";
import { createEventEncoder, type EventEncoder } from "#record/store/event-encoder.ts";
import { readEventKeys } from "#record/store/keys.ts";
import { viewLog } from "#record/store/log-view.ts";
import { openLog } from "#record/store/log-writer.ts";
import type { Log, LogOptions } from "#record/store/writing-log.ts";
import { createRandomPool } from "#record/store/files/random-pool.ts";
import { createSpoolSequencer, hasSpooled } from "#record/store/spool/spool-sequencer.ts";
import { openSpool } from "#record/store/spool/spool.ts";
import { systemClock, verifyDirectory } from "../temporary-log.ts";

let root = "";
let spool = "";
let options: LogOptions;
let log: Log;
let encoder: EventEncoder;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "sallyport-spool-"));
  spool = join(root, "spool");
  mkdirSync(spool, { mode: 0o700 });
  const places = { log: join(root, "log"), keys: join(root, "keys") };
  options = { ...places, clock: systemClock, productVersion: "0.1.0" };
  log = await openLog(options);
  const keys = await readEventKeys(options.keys);
  encoder = createEventEncoder({
    keys,
    clock: systemClock,
    product: "0.1.0",
    random: createRandomPool(),
  });
});
afterEach(async () => {
  await log.close();
  rmSync(root, { recursive: true, force: true });
});

const leaf = (code: string, submitter: "hook" | "daemon" = "hook") =>
  encoder.encode(failureEvent(encoder.stamp(submitter), { code, where: "judge", answer: "deny" }));
const write = async (...codes: readonly string[]) => {
  const one = openSpool(spool, () => Date.now());
  for (const code of codes) await one.append([leaf(code)], { durable: true });
};
const pass = () => createSpoolSequencer({ spool, log, logDirectory: options.log }).pass();
const files = () => readdirSync(spool).sort();
async function recorded(): Promise<readonly unknown[]> {
  await log.publish();
  const seen: unknown[] = [];
  for await (const entry of (await viewLog(options.log, options.keys)).entries(0, 10_000)) {
    if (entry.leaf.kind === "fault") seen.push("fault");
    else seen.push(entry.leaf.metadata["code"] ?? entry.leaf.metadata["cause"]);
  }
  return seen;
}

test("sequences-each-process-in-its-order-and-empties-the-spool", async () => {
  await write("a1", "a2", "a3");
  await write("b1", "b2");
  expect(await hasSpooled(spool)).toBe(true);
  expect(await pass()).toEqual({ files: 2, entries: 5, damagedFiles: 0 });
  expect(files()).toEqual([]);
  const seen = await recorded();
  expect(seen.filter((code) => String(code).startsWith("a"))).toEqual(["a1", "a2", "a3"]);
  expect(seen.filter((code) => String(code).startsWith("b"))).toEqual(["b1", "b2"]);
  expect((await verifyDirectory(options)).faults).toEqual([]);
});

test("files-are-private-and-hold-nothing-in-clear-that-a-leaf-does-not", async () => {
  await write("a1");
  const [name = ""] = files();
  expect(statSync(join(spool, name)).mode & 0o777).toBe(0o600);
});

test("a-file-that-was-taken-while-its-process-lives-loses-nothing", async () => {
  const one = openSpool(spool, () => Date.now());
  await one.append([leaf("before")], { durable: false });
  const [name = ""] = files();
  // Renamed, and not read yet: what the process writes now goes into a file of another name.
  renameSync(join(spool, name), join(spool, `${name}.taken`));
  await one.append([leaf("after")], { durable: true });
  expect(files()).toHaveLength(2);
  await pass();
  expect(await recorded()).toEqual(["before", "after"]);
});

test("a-crash-between-appending-and-removing-records-nothing-twice", async () => {
  await write("a1", "a2");
  cpSync(spool, join(root, "kept"), { recursive: true });
  await pass();
  for (const name of readdirSync(join(root, "kept"))) {
    cpSync(join(root, "kept", name), join(spool, `${name}.taken`));
    cpSync(
      join(root, "kept", name),
      join(spool, name.replace(/[0-9a-f]{8}\.spool$/, "00000000.spool")),
    );
  }
  await log.close();
  log = await openLog(options);
  expect(await pass()).toMatchObject({ files: 2, entries: 0 });
  expect(await recorded()).toEqual(["a1", "a2"]);
});

test("an-old-event-is-known-even-behind-many-newer-ones", async () => {
  await write("old");
  cpSync(spool, join(root, "kept"), { recursive: true });
  await pass();
  const events = Array.from({ length: 600 }, () => daemonEvent(log.stamp("daemon"), "start"));
  await Promise.all(events.map((event) => log.append(event, { durable: true })));
  await log.publish();
  cpSync(join(root, "kept"), spool, { recursive: true });
  expect(await pass()).toMatchObject({ entries: 0 });
});

test("a-torn-frame-is-set-aside-and-recorded-and-the-whole-ones-before-it-are-taken", async () => {
  await write("a1", "a2");
  const [name = ""] = files();
  const bytes = readFileSync(join(spool, name));
  writeFileSync(join(spool, name), bytes.subarray(0, bytes.length - 5));
  await write("b1");
  expect(await pass()).toMatchObject({ entries: 2, damagedFiles: 1 });
  expect(files()).toEqual([`${name}.damaged`]);
  expect(await recorded()).toEqual(expect.arrayContaining(["a1", "b1", "spool-damage"]));
  expect(await pass()).toMatchObject({ files: 0 });
  expect((await recorded()).filter((code) => code === "spool-damage")).toHaveLength(1);
});

test.each([
  ["bytes-that-are-no-frame", (path: string) => writeFileSync(path, "x".repeat(100))],
  ["a-flipped-bit", (path: string) => flip(path)],
  ["a-link", (path: string) => symlinkSync("/etc/passwd", path)],
  ["a-folder", (path: string) => mkdirSync(path)],
  ["a-frame-in-the-name-of-the-daemon", (path: string) => plant(path, leaf("forged", "daemon"))],
  ["a-frame-that-is-no-leaf", (path: string) => plant(path, Buffer.from("nothing"))],
  [
    "rubbish-behind-a-frame",
    async (path: string) => appendFileSync(await plant(path, leaf("good")), "rest"),
  ],
])("quarantines.%s", async (_name, make) => {
  await Promise.resolve(make(join(spool, `${"1".repeat(13)}-1-00000000.spool`)));
  await write("b1");
  expect(await pass()).toMatchObject({ damagedFiles: 1 });
  expect(files()).toEqual([`${"1".repeat(13)}-1-00000000.spool.damaged`]);
  const seen = await recorded();
  expect(seen).toEqual(expect.arrayContaining(["b1", "spool-damage"]));
  expect(seen).not.toContain("forged");
  expect((await verifyDirectory(options)).faults).toEqual([]);
});

test("names-that-are-none-of-the-spool-are-left-alone", async () => {
  for (const name of ["notes.txt", "1-2-3.spool", ".hidden.spool"])
    writeFileSync(join(spool, name), "x");
  expect(await pass()).toMatchObject({ files: 0 });
  expect(files()).toHaveLength(3);
});

test("a-log-that-refuses-leaves-the-spool-for-the-next-time", async () => {
  await write("a1");
  await log.close();
  await expect(pass()).rejects.toMatchObject({ code: "log-closed" });
  expect(files()).toHaveLength(1);
  log = await openLog(options);
  expect(await pass()).toMatchObject({ entries: 1 });
});

test("keys-that-are-missing-are-named-and-never-made-by-a-hook", async () => {
  rmSync(join(options.keys, "digest-key"));
  await expect(readEventKeys(options.keys)).rejects.toMatchObject({ code: "key-missing" });
  expect(readdirSync(options.keys)).not.toContain("digest-key");
  rmSync(options.keys, { recursive: true });
  await expect(readEventKeys(options.keys)).rejects.toMatchObject({ code: "key-missing" });
});

async function plant(path: string, bytes: Uint8Array): Promise<string> {
  const folder = join(root, "planted");
  mkdirSync(folder, { recursive: true });
  await openSpool(folder, () => Date.now()).append([bytes], { durable: false });
  const [name = ""] = readdirSync(folder);
  renameSync(join(folder, name), path);
  return path;
}

async function flip(path: string): Promise<void> {
  await plant(path, leaf("flipped"));
  const bytes = readFileSync(path);
  bytes[40] = (bytes[40] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
