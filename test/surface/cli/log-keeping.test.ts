// Holds and retention as a person orders them: only at a terminal, signed, on record; archived and applied by the commands.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decisionEvent } from "#record/event/call-events.ts";
import { openLog } from "#record/store/log-writer.ts";
import type { Install } from "#surface/services/installation/install.ts";
import { stopDaemon } from "#surface/services/daemon-process/lifecycle.ts";
import { openHolds } from "#surface/services/exceptions/holds.ts";
import { openRetentionFile } from "#surface/services/exceptions/retention-file.ts";
import { bashCall, decisionOf, policy, session } from "../../record/event/samples.ts";
import { freshDirectory, installOn } from "../daemon/daemon-stand.ts";
import { atTerminal, hasScript, jsonIn, withoutTerminal } from "./typed.ts";

let room: ReturnType<typeof freshDirectory>;
let install: Install;
const person = () => ({ data: install.directories.root, home: room.path });
const say = (...args: readonly string[]) => withoutTerminal(person(), ...args);
const type = (...args: readonly string[]) => atTerminal(person(), (word) => word, ...args);

beforeAll(async () => {
  room = freshDirectory();
  install = await installOn(join(room.path, "data"));
  mkdirSync(join(room.path, "elsewhere"));
});
afterAll(async () => {
  await stopDaemon(install);
  room.remove();
});

test("without a terminal nothing is held and nothing is ordered; with one both are, on record", async (ctx) => {
  if (!hasScript) ctx.skip("`script` is not on PATH");
  const archive = join(room.path, "elsewhere", "archive");
  const hold = ["log", "hold", "set", "--subject", "bo", "--reason", "case 4711"] as const;
  const order = ["log", "retention", "set", "--framework", "soc2", "--archive", archive] as const;
  for (const words of [hold, order]) {
    const { code, text } = await say(...words);
    expect([code, text]).toEqual([2, expect.stringContaining("typed by a person at a terminal")]);
  }
  expect(openHolds(install.directories).all()).toEqual([]);
  await expect
    .poll(async () => (await say("daemon", "--ensure")).text, { timeout: 40_000 })
    .toBe("");
  const held = await type(...hold);
  expect([held.code, held.text]).toEqual([0, expect.stringMatching(/held: [0-9a-f]{16}/)]);
  const ordered = await type(...order, "--json");
  expect([ordered.code, jsonIn(ordered)]).toMatchObject([
    0,
    { outcome: "ordered", order: { frameworks: ["soc2"], hereDays: 400, isDaily: false } },
  ]);
  expect(openRetentionFile(install.directories).current()).toMatchObject({ hereDays: 400 });
  const id = openHolds(install.directories).inForce()[0]?.id ?? expect.fail("nothing is held");
  const released = await type("log", "hold", "release", id, "--reason", "settled", "--json");
  expect([released.code, jsonIn(released)]).toMatchObject([
    0,
    { outcome: "released", id, scope: { of: "subject" }, release: { reason: "settled" } },
  ]);
  await stopDaemon(install);
  const outlook = await say("log", "retention");
  expect([outlook.code, outlook.text]).toEqual([0, expect.stringContaining("nothing leaves now")]);
  const applied = await say("log", "retention", "apply");
  expect([applied.code, applied.text]).toEqual([0, expect.stringContaining("no entries left")]);
  writeFileSync(join(room.path, "file"), "x");
  const failed = await say("log", "archive", "--to", join(room.path, "file"));
  expect([failed.code, failed.text]).toEqual([2, expect.stringContaining("nothing was deleted")]);
  const complete = await say("log", "completeness");
  expect([complete.code, complete.text]).toEqual([
    0,
    expect.stringContaining("nothing speaks against it"),
  ]);
  const tail = (await say("log", "tail", "-n", "20")).text;
  expect(tail).toMatch(new RegExp(`hold .* set subject ${id}`));
  expect(tail).toMatch(new RegExp(`hold .* release subject ${id}`));
  expect(tail).toMatch(/retention .* set/);
  expect(tail).toMatch(/archive .* failed folder/);
  expect(tail).not.toContain("4711");
}, 240_000);

test("texts go by an order and `apply`, and every command over the log says so", async (ctx) => {
  if (!hasScript) ctx.skip("`script` is not on PATH");
  const { log: place, keys } = install.directories;
  const nowMs = () => Date.now() - 40 * 86_400_000;
  const clock = { nowMs, monotonicMs: () => performance.now() };
  const log = await openLog({ log: place, keys, clock, productVersion: "0.1.0" });
  const about = { call: bashCall("cat zqcanary.txt"), decision: decisionOf([]), policy, session };
  const event = decisionEvent(log.stamp("hook"), { ...about, durationMs: 1 });
  const index = String(await log.append(event, { durable: true }));
  await log.close();
  expect((await say("log", "show", index)).text).toContain("zqcanary");
  const archive = join(room.path, "elsewhere", "archive");
  const order = ["log", "retention", "set", "--archive", archive] as const;
  const long = await say(...order, "--text-days", "500");
  expect([long.code, long.text]).toEqual([2, expect.stringContaining("at most 400")]);
  expect((await type(...order, "--text-days", "30")).code).toBe(0);
  expect((await say("log", "retention")).text).toMatch(/texts of 1 events go now: 1 keys/);
  const untyped = await say("log", "retention", "apply");
  expect([untyped.code, untyped.text]).toEqual([2, expect.stringContaining("typed by a person")]);
  const applied = await type("log", "retention", "apply");
  expect([applied.code, applied.text]).toEqual([
    0,
    expect.stringContaining("destroyed 1 keys of texts, over 1 events"),
  ]);
  const shown = (await say("log", "show", index)).text;
  expect(shown).toMatch(/readable: \(text expired on \d{4}-\d\d-\d\d\)/);
  const json = (await say("log", "show", index, "--json")).text;
  const more = (await say("log", "session", session.facts.sessionId)).text;
  const stats = (await say("log", "stats", "kind:decision", "--by", "said")).text;
  for (const text of [shown, json, more, stats]) expect(text).not.toContain("zqcanary");
  expect(more).toContain("the texts of 1 of these events are over their time");
  expect(stats).toContain("(expired)");
  expect((await say("log", "detect")).text).toContain("1 events have no text any more");
  expect((await say("log", "tail", "-n", "20")).text).toMatch(/retention .* texts .*keys/);
  expect((await say("log", "verify")).code).toBe(0);
}, 240_000);
