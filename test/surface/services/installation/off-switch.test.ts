// The guard switched off: sealed, ended by any clock, honoured from the file alone.
import { readFileSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Install } from "#surface/services/installation/install.ts";
import { type OffClock, openOffSwitch } from "#surface/services/installation/off-switch.ts";
import { freshDirectory, installOn } from "../../daemon/daemon-stand.ts";

const MINUTE = 60_000;
const PROJECT = "0123456789abcdef";
let room: ReturnType<typeof freshDirectory>;
let install: Install;
let at: { nowMs: number; upMs: number; boot: string };
const clock: OffClock = { nowMs: () => at.nowMs, upMs: () => at.upMs, boot: () => at.boot };
const open = () => openOffSwitch(install.directories, clock);

beforeEach(async () => {
  room = freshDirectory();
  install = await installOn(room.path);
  at = { nowMs: 1_800_000_000_000, upMs: 5_000_000, boot: "one" };
});
afterEach(() => room.remove());

function begin(projectId: string | null = null, minutes = 30) {
  const offSwitch = open();
  const period = offSwitch.plan({ projectId, minutes, reason: "an outage" });
  offSwitch.begin(period);
  return period;
}

describe("a time off", () => {
  test("holds for its project, or for all, and for no other", () => {
    expect(open().of(PROJECT)).toBeUndefined();
    const { id } = begin(PROJECT);
    expect(open().of(PROJECT)?.id).toBe(id);
    expect(open().of("fedcba9876543210")).toBeUndefined();
    begin(null);
    expect(open().of("fedcba9876543210")).toBeDefined();
  });
  test.each<[string, Partial<typeof at>, boolean]>([
    ["a moment before its end", { nowMs: 30 * MINUTE - 1, upMs: 30 * MINUTE - 1 }, true],
    ["at its end", { nowMs: 30 * MINUTE, upMs: 30 * MINUTE }, false],
    ["the wall clock set forward", { nowMs: 31 * MINUTE, upMs: MINUTE }, false],
    ["the wall clock set back, time over", { nowMs: MINUTE, upMs: 30 * MINUTE }, false],
    ["the wall clock set back before its start", { nowMs: -MINUTE, upMs: MINUTE }, false],
    ["a step back of a second", { nowMs: -1_000, upMs: 1_000 }, true],
    ["the machine started anew", { nowMs: MINUTE, upMs: MINUTE, boot: "two" }, false],
    ["less time since the start than at its begin", { nowMs: MINUTE, upMs: -1 }, false],
  ])("%s", (_name, change, expected) => {
    begin();
    at = {
      nowMs: at.nowMs + (change.nowMs ?? 0),
      upMs: at.upMs + (change.upMs ?? 0),
      boot: change.boot ?? at.boot,
    };
    expect(open().of(PROJECT) !== undefined).toBe(expected);
  });
  test("tells nothing in its file, and a file that was changed switches nothing off", () => {
    begin();
    const file = install.directories.offFile;
    const text = readFileSync(file, "utf8");
    expect(text).not.toContain("outage");
    for (const at of [0, 20, text.length - 3]) {
      const other = text[at] === "A" ? "B" : "A";
      writeFileSync(file, `${text.slice(0, at)}${other}${text.slice(at + 1)}`);
      expect(open().of(PROJECT)).toBeUndefined();
      expect(() => open().all()).toThrow(/not written by this installation/);
    }
    writeFileSync(file, "");
    expect(open().of(PROJECT)).toBeUndefined();
  });
  test("of another installation switches nothing off", async () => {
    begin();
    const other = freshDirectory();
    const elsewhere = await installOn(other.path);
    writeFileSync(elsewhere.directories.offFile, readFileSync(install.directories.offFile), {
      mode: 0o600,
    });
    expect(openOffSwitch(elsewhere.directories, clock).of(PROJECT)).toBeUndefined();
    other.remove();
  });
  test("is taken out by its id", () => {
    const first = begin(PROJECT);
    const second = begin(null);
    open().drop([first.id]);
    expect(
      open()
        .all()
        .map(({ id }) => id),
    ).toEqual([second.id]);
    open().drop([second.id]);
    expect(open().all()).toEqual([]);
  });
});
