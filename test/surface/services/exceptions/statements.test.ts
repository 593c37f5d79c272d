// Waivers, attestations and labels on disk: signed one by one and as a list, ended by time or by a person, void when altered.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Statement } from "#govern/exceptions/statement.ts";
import {
  type Asked,
  evidenceDigest,
  linesOf,
  statementOf,
} from "#surface/cli/operator/statements.ts";
import { createOperator } from "#surface/daemon/operator.ts";
import { openOffSwitch } from "#surface/services/installation/off-switch.ts";
import type { Observation } from "#surface/services/hooks/ports.ts";
import { openExceptions } from "#surface/services/exceptions/store.ts";
import { openHolds } from "#surface/services/exceptions/holds.ts";
import { openStatements } from "#surface/services/exceptions/statements.ts";
import { checkStatements } from "#surface/services/status/exceptions.ts";
import type { Directories } from "#surface/foundation/files/directories.ts";
import { freshDirectory, installOn } from "../../daemon/daemon-stand.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2030, 0, 1);
const BY = { approver: "ada", nowMs: NOW };
const ASKED: Asked = {
  kind: "waiver",
  about: "soc2/cc6-1",
  scope: { of: "all" },
  for: "90d",
  reason: "until the gateway is in place",
  owner: undefined,
  digest: null,
};
const LABEL: Asked = {
  ...ASKED,
  kind: "label",
  about: "incident",
  scope: { of: "session", id: "s1" },
  for: "8h",
};

let room: ReturnType<typeof freshDirectory>;
let directories: Directories;
beforeEach(async () => {
  room = freshDirectory();
  ({ directories } = await installOn(join(room.path, "data")));
});
afterEach(() => room.remove());
const store = () => openStatements(directories);
const put = (statement: Statement) => store().add(store().sign(statement));

describe("what is asked for", () => {
  test("is one record for every kind", () => {
    const { id, ...rest } = statementOf(ASKED, BY);
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(rest).toEqual({
      kind: "waiver",
      about: "soc2/cc6-1",
      scope: { of: "all" },
      digest: null,
      reason: "until the gateway is in place",
      owner: "ada",
      approver: "ada",
      createdMs: NOW,
      expiresMs: NOW + 90 * DAY,
    });
    expect(Object.keys(statementOf(LABEL, BY)).toSorted()).toEqual(
      Object.keys({ id, ...rest }).toSorted(),
    );
  });
  test.each([
    ["no reason", { reason: "" }, "`--reason` is missing"],
    ["no time", { for: undefined }, "`--for` is a time"],
    ["a year and two days", { for: "368d" }, "`--for` is a time"],
    ["nothing", { about: "" }, "at most 300 characters"],
    ["a novel", { about: "x".repeat(301) }, "at most 300 characters"],
    ["a long owner", { owner: "x".repeat(301) }, "at most 300 characters"],
  ])("is not %s", (_, changes, why) => {
    expect(() => statementOf({ ...ASKED, ...changes }, BY)).toThrow(why);
  });
  test.each(["", "a b", "-x", "é", "x".repeat(65), "a\nb"])("is no label %j", (about) => {
    expect(() => statementOf({ ...LABEL, about }, BY)).toThrow("a label is");
  });
  test("evidence is a file that was looked at, by its digest", async () => {
    const file = join(room.path, "review.txt");
    writeFileSync(file, "abc");
    const digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect(await evidenceDigest(file)).toBe(digest);
    expect(await evidenceDigest(undefined)).toBe(null);
    await expect(evidenceDigest(join(room.path, "gone"))).rejects.toThrow("no plain file");
    await expect(evidenceDigest(room.path)).rejects.toThrow("no plain file");
    expect(linesOf({ ...statementOf({ ...ASKED, digest }, BY) }).join()).toContain(digest);
  });
});

describe("what counts", () => {
  test("stands until its end or until it is withdrawn, and a waiver that expired is found", () => {
    const waiver = statementOf(ASKED, BY);
    put(waiver);
    const stateAt = (nowMs: number) =>
      store()
        .all(nowMs, "waiver")
        .map(({ state }) => state);
    expect(stateAt(NOW)).toEqual(["in-force"]);
    expect(stateAt(NOW + 80 * DAY)).toEqual(["ends-soon"]);
    expect(stateAt(NOW + 90 * DAY)).toEqual(["expired"]);
    expect(store().all(NOW, "attestation")).toEqual([]);
    const found = (nowMs: number) =>
      checkStatements({
        directories,
        nowMs,
        ours: (words: string) => `sallyport ${words}`,
      } as Parameters<typeof checkStatements>[0]);
    expect(found(NOW)).toEqual([]);
    expect(found(NOW + 91 * DAY)).toEqual([
      {
        about: "statements",
        level: "found",
        repair: `sallyport waiver withdraw ${waiver.id}`,
        text: expect.stringContaining("soc2/cc6-1, owner ada, expired at 2030-04-01"),
      },
    ]);
    expect(store().withdraw(waiver.id)?.statement).toEqual(waiver);
    expect(stateAt(NOW + 91 * DAY)).toEqual(["withdrawn"]);
    expect(found(NOW + 91 * DAY)).toEqual([]);
    expect(store().withdraw("0".repeat(16))).toBeUndefined();
  });
  test("is a label of its session alone, until its end", () => {
    put(statementOf(LABEL, BY));
    expect(store().labelsOf("s1", NOW)).toEqual(["incident"]);
    expect(store().labelsOf("s2", NOW)).toEqual([]);
    expect(store().labelsOf("s1", NOW + 8 * 3_600_000)).toEqual([]);
    // What is long over makes room.
    put(statementOf({ ...LABEL, about: "other" }, { ...BY, nowMs: NOW + 30 * DAY }));
    expect(store().all(NOW, "label")).toHaveLength(1);
  });
  test("is nothing that somebody altered, and then no label can be told", () => {
    put(statementOf(LABEL, BY));
    const text = readFileSync(directories.statementsFile, "utf8");
    const list = JSON.parse(text) as { list: { receipts: unknown[] } };
    const without = JSON.stringify({ ...list, list: { ...list.list, receipts: [] } });
    for (const other of [without, text.replace('"incident"', '"trusted"'), "{}", "x", ""]) {
      writeFileSync(directories.statementsFile, other, { mode: 0o600 });
      expect([other.slice(0, 9), store().labelsOf("s1", NOW)]).toEqual([
        other.slice(0, 9),
        undefined,
      ]);
      expect(() => store().all(NOW)).toThrow("was not signed");
    }
    rmSync(directories.statementsFile);
    expect(store().labelsOf("s1", NOW)).toEqual([]);
  });
});

test("the daemon puts nothing in force that another signed or that it could not record, and records both steps", async () => {
  const told: Observation[] = [];
  let isFull = false;
  const record = async (one: Observation) => {
    if (isFull) throw new Error("the disk is full");
    told.push(one);
  };
  const operator = createOperator({
    offSwitch: openOffSwitch(directories),
    exceptions: openExceptions(directories),
    holds: openHolds(directories),
    statements: store(),
    lockdown: { current: () => undefined, end: () => undefined },
    recorder: { record },
    rootOf: () => undefined,
  });
  const order = (one: object) => operator.answer(Buffer.from(JSON.stringify(one)));
  const receipt = store().sign(statementOf(LABEL, BY));
  const { id } = receipt.statement;
  const other = { ...receipt, statement: { ...receipt.statement, about: "trusted" } };
  expect(await order({ order: "state", receipt: other })).toMatchObject({ kind: "refused" });
  isFull = true;
  expect(await order({ order: "state", receipt })).toMatchObject({ kind: "refused" });
  expect(store().all(NOW)).toEqual([]);
  isFull = false;
  expect(await order({ order: "state", receipt })).toEqual({ kind: "stated" });
  isFull = true;
  expect(await order({ order: "withdraw", id })).toMatchObject({ kind: "refused" });
  expect(store().labelsOf("s1", NOW)).toEqual(["incident"]);
  isFull = false;
  expect(await order({ order: "withdraw", id })).toEqual({ kind: "withdrawn", isKnown: true });
  expect(await order({ order: "withdraw", id: "0".repeat(16) })).toMatchObject({ isKnown: false });
  expect(told).toEqual([
    { kind: "statement", what: "state", receipt },
    { kind: "statement", what: "withdraw", receipt },
  ]);
  expect(store().labelsOf("s1", NOW)).toEqual([]);
});
