// Holds and retention as a person orders them: only at a terminal, signed, on record; archived and applied by the commands.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Install } from "#surface/services/installation/install.ts";
import { stopDaemon } from "#surface/services/daemon-process/lifecycle.ts";
import { openHolds } from "#surface/services/exceptions/holds.ts";
import { openRetentionFile } from "#surface/services/exceptions/retention-file.ts";
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
