// Exceptions on disk: only what this operator signed, unaltered and in its limits, counts for anything.
import { copyFileSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Exception } from "#govern/exceptions/exception.ts";
import { ensureSecret } from "#surface/services/installation/secrets.ts";
import { type Directories, prepareDirectories } from "#surface/foundation/files/directories.ts";
import { judgeUnder } from "#surface/services/exceptions/judged.ts";
import { openBlocks } from "#surface/services/incidents/blocks.ts";
import { openExceptions } from "#surface/services/exceptions/store.ts";
import { decisionOf, freshDirectory } from "../../daemon/daemon-stand.ts";

const POLICY = "ab".repeat(32);
const NOW = 1_000_000_000;
const HOUR = 3_600_000;
const ID = "00112233445566aa";

let room: ReturnType<typeof freshDirectory>;
let directories: Directories;
beforeEach(() => {
  room = freshDirectory();
  directories = installation("data");
});
afterEach(() => room.remove());

function installation(name: string): Directories {
  const made = prepareDirectories(join(room.path, name));
  ensureSecret(made, "operator");
  return made;
}

const exception = (changes: Partial<Exception> = {}): Exception => ({
  id: ID,
  rules: ["user:p/a/deny"],
  verdict: "allow",
  scope: { effects: ["read"], paths: ["/p/a"] },
  project: "/p",
  reason: "the tests need it",
  owner: "ada",
  approver: "ada",
  createdMs: NOW,
  expiresMs: NOW + HOUR,
  uses: 1,
  policy: POLICY,
  ...changes,
});
const grant = (changes: Partial<Exception> = {}, places = directories) => {
  const store = openExceptions(places);
  const receipt = store.sign(exception(changes));
  store.grant(receipt);
  return receipt;
};
const now = { nowMs: NOW + 1, policy: POLICY, root: "/p" };
const counting = (places = directories, at = now) =>
  openExceptions(places)
    .inForce(at)
    .map(({ id }) => id);
const states = (at: Parameters<ReturnType<typeof openExceptions>["all"]>[0] = now) =>
  openExceptions(directories)
    .all(at)
    .map(({ state }) => state);
const endings = (nowMs: number) =>
  openExceptions(directories)
    .ending(nowMs)
    .map(({ exception: { id }, ending }) => `${id} ${ending}`);

describe("an exception", () => {
  test("counts as it was granted, in a file for us alone", () => {
    expect(counting()).toEqual([]);
    grant();
    expect(openExceptions(directories).inForce(now)).toEqual([
      {
        id: ID,
        rules: ["user:p/a/deny"],
        verdict: "allow",
        when: { effects: ["read"], paths: ["/p/a"] },
      },
    ]);
    expect(statSync(directories.exceptionsFile).mode & 0o777).toBe(0o600);
  });
  test.each([
    ["expired", {}, { nowMs: NOW + HOUR }],
    ["expired", { expiresMs: NOW + 91 * 24 * HOUR }, {}],
    ["not-begun", {}, { nowMs: NOW - HOUR }],
    ["other-policy", {}, { policy: "cd".repeat(32) }],
    ["other-project", {}, { root: "/p/inner" }],
    ["in-force", { project: null }, { root: "/elsewhere" }],
  ] as const)("is %s with %j at %j", (state, changes, at) => {
    grant(changes);
    expect(states({ ...now, ...at })).toEqual([state]);
    expect(counting(directories, { ...now, ...at })).toEqual(state === "in-force" ? [ID] : []);
  });
  test("ends at once when it is revoked, also for who had it open", () => {
    grant();
    const open = openExceptions(directories);
    expect(open.inForce(now)).toHaveLength(1);
    expect(openExceptions(directories).revoke(ID)?.exception.id).toBe(ID);
    expect([open.inForce(now), states()]).toEqual([[], ["revoked"]]);
    expect(openExceptions(directories).revoke("f".repeat(16))).toBeUndefined();
  });
  test("does not count while it is suspended, and counts again afterwards", () => {
    grant();
    const open = openExceptions(directories);
    const blocks = openBlocks(directories);
    const block = blocks.add({ kind: "exception", name: ID, by: "ada", reason: "x", atMs: 1 });
    expect([open.inForce(now), states()]).toEqual([[], ["in-force"]]);
    blocks.remove(block.id);
    expect(open.inForce(now)).toHaveLength(1);
    writeFileSync(directories.blocksFile, "{");
    expect(open.inForce(now)).toEqual([]);
  });
  test("is not granted twice, and what did its work makes room", () => {
    const receipt = grant();
    expect(() => openExceptions(directories).grant(receipt)).toThrow("granted before");
    openExceptions(directories).take(ID, "a");
    grant({ id: "f".repeat(16), createdMs: NOW + HOUR, expiresMs: NOW + 2 * HOUR });
    expect(openExceptions(directories).count()).toBe(1);
  });
  test("that expired unused stays to be found until somebody revokes it", () => {
    grant();
    const next = { createdMs: NOW + HOUR, expiresMs: NOW + 9 * HOUR };
    grant({ id: "f".repeat(16), ...next });
    expect(endings(NOW + HOUR)).toEqual([`${ID} expired`]);
    openExceptions(directories).revoke(ID);
    expect(endings(NOW + HOUR)).toEqual([]);
    grant({ id: "e".repeat(16), ...next });
    expect(openExceptions(directories).count()).toBe(2);
  });
  test.each([
    ["nothing while most of its time is left", {}, 0.74 * HOUR, []],
    ["that it ends soon in its last quarter", {}, 0.75 * HOUR, [`${ID} ends-soon`]],
    ["that it ends soon for a week at most", { days: 80 }, 72 * 24 * HOUR, []],
    ["that it ends soon in its last week", { days: 80 }, 73 * 24 * HOUR, [`${ID} ends-soon`]],
    ["that it expired", {}, HOUR, [`${ID} expired`]],
    ["nothing once it is used up", { used: true }, HOUR, []],
  ])("says %s", (_, { days, used }: { days?: number; used?: boolean }, laterMs, expected) => {
    grant(days === undefined ? {} : { expiresMs: NOW + days * 24 * HOUR });
    if (used === true) openExceptions(directories).take(ID, "a");
    expect(endings(NOW + laterMs)).toEqual(expected);
  });
  test("that expired lifts nothing: the call is denied again", async () => {
    grant();
    const judge = (nowMs: number) =>
      judgeUnder(openExceptions(directories), { ...now, nowMs, call: "a" }, async (lifts) =>
        lifts.length === 0
          ? decisionOf("deny")
          : { ...decisionOf("allow"), exceptions: lifts.map(({ id }) => id) },
      );
    expect((await judge(NOW + HOUR - 1)).verdict).toBe("allow");
    expect((await judge(NOW + HOUR)).verdict).toBe("deny");
  });
});

describe("uses", () => {
  test("are as many as were approved, and a call that is judged again uses none anew", () => {
    grant({ uses: 2 });
    const [one, two] = [openExceptions(directories), openExceptions(directories)];
    expect([one.take(ID, "a"), two.take(ID, "a"), two.take(ID, "b"), one.take(ID, "c")]).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(states()).toEqual(["used-up"]);
    expect(counting()).toEqual([]);
    expect(one.inForce({ ...now, call: "b" })).toHaveLength(1);
  });
  test("of a call without an id each count", () => {
    grant({ uses: 2 });
    const store = openExceptions(directories);
    expect([store.take(ID, ""), store.take(ID, ""), store.take(ID, "")]).toEqual([
      true,
      true,
      false,
    ]);
  });
  test("that are gone when they are to be taken leave the call to be judged without", async () => {
    grant();
    const store = openExceptions(directories);
    const decision = await judgeUnder(store, { ...now, call: "a" }, async (lifts) => {
      openExceptions(directories).take(ID, "another call");
      return lifts.length === 0
        ? decisionOf("deny")
        : { ...decisionOf("allow"), exceptions: lifts.map(({ id }) => id) };
    });
    expect(decision.verdict).toBe("deny");
  });
});

describe("what the operator did not sign counts for nothing", () => {
  const edit = (change: (text: string) => string) => {
    const text = readFileSync(directories.exceptionsFile, "utf8");
    const changed = change(text);
    expect(changed).not.toBe(text);
    writeFileSync(directories.exceptionsFile, changed);
  };
  const edits: readonly (readonly [string, (text: string) => string])[] = [
    ["a longer time", (text) => text.replace(`${NOW + HOUR}`, `${NOW + 2 * HOUR}`)],
    ["more uses", (text) => text.replace('"uses":1', '"uses":9')],
    ["a wider scope", (text) => text.replace("/p/a", "/p/**")],
    ["another rule", (text) => text.replace("a/deny", "b/deny")],
    ["another policy", (text) => text.replace(POLICY, "cd".repeat(32))],
    ["every project", (text) => text.replace('"project":"/p"', '"project":null')],
    ["a revocation taken out", (text) => text.replace(/"revoked":\[[^\]]+\]/, '"revoked":[]')],
    ["no end", (text) => text.slice(0, -20)],
    ["nothing", () => ""],
  ];
  test.each(edits)("with %s", (_, change) => {
    grant({ id: "f".repeat(16), verdict: "ask" });
    grant();
    openExceptions(directories).revoke("f".repeat(16));
    const open = openExceptions(directories);
    expect(open.inForce(now)).toHaveLength(1);
    edit(change);
    expect([open.inForce(now), counting(), open.take(ID, "a")]).toEqual([[], [], false]);
    expect(open.isDamaged()).toBe(true);
    expect(() => open.all(now)).toThrow("was not signed by this installation's operator");
    expect(() => open.grant(open.sign(exception({ id: "e".repeat(16) })))).toThrow("not signed");
  });
  test("from another installation", () => {
    const other = installation("other");
    const receipt = grant({}, other);
    const store = openExceptions(directories);
    expect([store.isOwn(receipt), openExceptions(other).isOwn(receipt)]).toEqual([false, true]);
    copyFileSync(other.exceptionsFile, directories.exceptionsFile);
    expect([counting(), counting(other)]).toEqual([[], [ID]]);
  });
  test("without the operator's secret, or readable by others", () => {
    grant();
    rmSync(join(directories.keys, "operator.secret"));
    expect(counting()).toEqual([]);
  });
  test("with any one character changed", () => {
    grant();
    const text = readFileSync(directories.exceptionsFile, "utf8");
    fc.assert(
      fc.property(
        fc.nat({ max: text.length - 2 }),
        fc.constantFrom("0", "a", "Z", "[", " ", "9", "*"),
        (index, letter) => {
          const changed = `${text.slice(0, index)}${letter}${text.slice(index + 1)}`;
          fc.pre(changed !== text);
          writeFileSync(directories.exceptionsFile, changed);
          expect(counting()).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });
});
