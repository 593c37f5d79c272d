// Legal holds: whose data they keep, signed one by one and as a list, in force before they are on record, ended only by a person.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DeletedData, type Hold, holdsOver } from "#govern/retention/hold.ts";
import { holdOf, linesOf } from "#surface/cli/commands/record/log-hold.ts";
import { createOperator } from "#surface/daemon/operator.ts";
import { openOffSwitch } from "#surface/services/installation/off-switch.ts";
import type { Observation } from "#surface/services/hooks/ports.ts";
import type { Directories } from "#surface/foundation/files/directories.ts";
import { holdsOn, openHolds } from "#surface/services/exceptions/holds.ts";
import { operatorKey, signatureOver } from "#surface/services/exceptions/operator-signature.ts";
import { openStatements } from "#surface/services/exceptions/statements.ts";
import { openExceptions } from "#surface/services/exceptions/store.ts";
import { freshDirectory, installOn } from "../../daemon/daemon-stand.ts";

const NOW = Date.UTC(2030, 0, 1);
const BY = { approver: "ada", nowMs: NOW };
const SESSION = { reason: "incident 12", session: "s1" };

let room: ReturnType<typeof freshDirectory>;
let directories: Directories;
beforeEach(async () => {
  room = freshDirectory();
  ({ directories } = await installOn(join(room.path, "data")));
});
afterEach(() => room.remove());

describe("what is asked for", () => {
  test.each<[object, Hold["scope"], string]>([
    [{ session: "s1" }, { of: "session", id: "s1" }, "the session s1"],
    [{ subject: "bo" }, { of: "subject", name: "bo" }, "everything of bo"],
    [{ all: true }, { of: "all" }, "everything"],
    [
      { since: "2026-03-01", until: "2026-04-01" },
      { of: "period", fromMs: Date.UTC(2026, 2, 1), untilMs: Date.UTC(2026, 3, 1) },
      "events from 2026-03-01T00:00:00.000Z to 2026-04-01T00:00:00.000Z",
    ],
    [
      { since: "2026-03-01" },
      { of: "period", fromMs: Date.UTC(2026, 2, 1), untilMs: null },
      "events from 2026-03-01T00:00:00.000Z",
    ],
  ])("%j is one scope", (asked, scope, words) => {
    const hold = holdOf({ reason: "case 1", ...asked }, BY);
    expect(hold).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      scope,
      createdMs: NOW,
      reason: "case 1",
      owner: "ada",
      approver: "ada",
    });
    expect(linesOf(hold)[0]).toBe(`${words}, since 2030-01-01T00:00:00.000Z`);
  });
  test.each([
    [{ session: "s1" }, "`--reason` is missing"],
    [{ reason: "x" }, "name what is kept"],
    [{ reason: "x", session: "s1", all: true }, "name what is kept"],
    [{ reason: "x", session: "s".repeat(129) }, "at most 300 characters"],
    [{ reason: "x".repeat(301), all: true }, "at most 300 characters"],
  ])("%j is none", (asked, why) => {
    expect(() => holdOf(asked, BY)).toThrow(why);
  });
});

describe("what a hold keeps", () => {
  const period = { fromMs: 100, untilMs: 200 };
  const none: DeletedData = { period: { fromMs: 0, untilMs: 0 }, sessions: [], subjects: [] };
  test.each<[Hold["scope"], DeletedData, boolean]>([
    [{ of: "all" }, none, true],
    [{ of: "period", ...period }, none, false],
    [{ of: "period", ...period }, { ...none, period: { fromMs: 0, untilMs: 99 } }, false],
    [{ of: "period", ...period }, { ...none, period: { fromMs: 0, untilMs: 100 } }, true],
    [{ of: "period", ...period }, { ...none, period: { fromMs: 199, untilMs: 300 } }, true],
    [{ of: "period", ...period }, { ...none, period: { fromMs: 200, untilMs: 300 } }, false],
    [
      { of: "period", fromMs: 100, untilMs: null },
      { ...none, period: { fromMs: 9e9, untilMs: 9e9 } },
      true,
    ],
    [{ of: "period", ...period }, { sessions: [], subjects: [] }, true],
    [{ of: "session", id: "s1" }, none, false],
    [{ of: "session", id: "s1" }, { ...none, sessions: ["s2", "s1"] }, true],
    [{ of: "session", id: "s1" }, { ...none, sessions: ["s2"] }, false],
    [{ of: "session", id: "s1" }, { subjects: ["ada"] }, true],
    [{ of: "subject", name: "Ada" }, none, false],
    [{ of: "subject", name: "Ada" }, { ...none, subjects: ["ada"] }, true],
    [{ of: "subject", name: "ada" }, { ...none, subjects: ["bo"] }, false],
    [{ of: "subject", name: "ada" }, { period }, true],
  ])("%j over %j: %s", (scope, data, isHeld) => {
    const hold = { ...holdOf({ reason: "x", all: true }, BY), scope };
    expect(holdsOver([hold], data)).toEqual(isHeld ? [hold] : []);
  });
});

test("a hold stands for ever, until it is released; that there was one stays, and no name", () => {
  const store = openHolds(directories);
  expect(holdsOn(directories, {})).toEqual([]);
  const hold = holdOf(SESSION, BY);
  store.set(store.sign(hold));
  expect(holdsOn(directories, { sessions: ["s1"] })).toEqual([hold]);
  expect(holdsOn(directories, { sessions: ["s2"] })).toEqual([]);
  expect(() => store.set(store.sign(hold))).toThrow("was set before");
  const release = { id: hold.id, reason: "settled", approver: "bo", releasedMs: NOW + 1 };
  store.release(store.signRelease(release));
  expect(holdsOn(directories, { sessions: ["s1"] })).toEqual([]);
  const ended = { id: hold.id, of: "session", createdMs: NOW, releasedMs: NOW + 1 };
  expect(store.all()).toEqual([{ kind: "released", ...ended }]);
  expect(() => store.set(store.sign(hold))).toThrow("was set before");
  expect(() => store.release(store.signRelease(release))).toThrow("no hold in force");
});

test("a released hold leaves no name in any file, also of a list that an older version wrote", () => {
  const store = openHolds(directories);
  const about = { reason: "bo-hansen left", subject: "bo-hansen", owner: "carol-owner" };
  const hold = holdOf(about, { ...BY, approver: "dora-approver" });
  const names = ["bo-hansen", "carol-owner", "dora-approver", "erik-reason"];
  const found = () => {
    const text = filesUnder(directories.root)
      .map((file) => readFileSync(file, "latin1"))
      .join("\n");
    return names.filter((name) => text.includes(name));
  };
  const end = { id: hold.id, reason: "erik-reason", approver: "dora-approver", releasedMs: NOW };
  store.set(store.sign(hold));
  expect(found()).toEqual(names.slice(0, 3));
  store.release(store.signRelease(end));
  expect(found()).toEqual([]);
  const list = { version: 1, holds: [store.sign(hold)], releases: [store.signRelease(end)] };
  const signature = signatureOver("holds", list, operatorKey(directories));
  writeFileSync(directories.holdsFile, JSON.stringify({ list, signature }), { mode: 0o600 });
  expect([found(), openHolds(directories).inForce()]).toEqual([names, []]);
  openHolds(directories).forgetReleased();
  expect(found()).toEqual([]);
  expect(openHolds(directories).all()).toEqual([
    { kind: "released", id: hold.id, of: "subject", createdMs: NOW, releasedMs: NOW },
  ]);
});

function filesUnder(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => join(item.parentPath, item.name));
}

test("while the list is not what the operator signed, nothing may be deleted", () => {
  const store = openHolds(directories);
  store.set(store.sign(holdOf(SESSION, BY)));
  const text = readFileSync(directories.holdsFile, "utf8");
  const list = JSON.parse(text) as { list: { holds: unknown[] } };
  const without = JSON.stringify({ ...list, list: { ...list.list, holds: [] } });
  for (const other of [without, text.replace('"s1"', '"s2"'), "{}", ""]) {
    writeFileSync(directories.holdsFile, other, { mode: 0o600 });
    expect(() => holdsOn(directories, { sessions: ["s3"] })).toThrow("so nothing is deleted");
  }
  rmSync(directories.holdsFile);
  expect(holdsOn(directories, {})).toEqual([]);
});

test("the daemon takes a hold before it records it, and a release after; never one that another signed", async () => {
  const told: Observation[] = [];
  let isFull = false;
  const record = async (one: Observation) => {
    if (isFull) throw new Error("the disk is full");
    told.push(one);
  };
  const holds = openHolds(directories);
  const operator = createOperator({
    offSwitch: openOffSwitch(directories),
    exceptions: openExceptions(directories),
    holds,
    statements: openStatements(directories),
    lockdown: { current: () => undefined, end: () => undefined },
    recorder: { record },
    rootOf: () => undefined,
  });
  const order = (one: object) => operator.answer(Buffer.from(JSON.stringify(one)));
  const receipt = holds.sign(holdOf(SESSION, BY));
  const { id } = receipt.hold;
  const forged = { ...receipt, hold: { ...receipt.hold, scope: { of: "all" } } };
  expect(await order({ order: "hold", receipt: forged })).toMatchObject({ kind: "refused" });
  expect(holds.all()).toEqual([]);
  isFull = true;
  expect(await order({ order: "hold", receipt })).toMatchObject({ kind: "refused" });
  expect(holds.inForce()).toHaveLength(1);
  const release = { id, reason: "settled", approver: "bo", releasedMs: NOW };
  const end = holds.signRelease(release);
  expect(await order({ order: "release", receipt: end })).toMatchObject({ kind: "refused" });
  expect(holds.inForce()).toHaveLength(1);
  isFull = false;
  const other = { ...end, release: { ...release, reason: "none" } };
  expect(await order({ order: "release", receipt: other })).toMatchObject({ kind: "refused" });
  expect(await order({ order: "release", receipt: end })).toEqual({
    kind: "released",
    isKnown: true,
  });
  expect(await order({ order: "release", receipt: end })).toMatchObject({ isKnown: false });
  expect(holds.inForce()).toEqual([]);
  expect(told).toEqual([{ kind: "hold", what: "release", receipt, release }]);
});
