// Erasing people: no byte of one is left in any store, the log's root stays, everybody else is untouched, a crash anywhere is made good.
import { randomBytes } from "node:crypto";
import { cpSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Hold } from "#govern/retention/hold.ts";
import type { DeletionRequest } from "#record/privacy/deletion-request.ts";
import { createMatcher } from "#record/privacy/person.ts";
import { checkLog } from "#record/store/log-check.ts";
import { readVerifier } from "#record/store/keys.ts";
import { findPerson } from "#record/store/person-in-log.ts";
import { viewLog } from "#record/store/log-view.ts";
import { takeSpooled } from "#surface/services/log/spooled-events.ts";
import { ensureSecret } from "#surface/services/installation/secrets.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { openHolds } from "#surface/services/exceptions/holds.ts";
import {
  attestRequests,
  eventIdsOf,
  requestsNamed,
} from "#surface/services/privacy/attest-request.ts";
import { keptRequests, readRequests } from "#surface/services/privacy/requests.ts";
import { erasePerson, planErasure, resumeErasures } from "#surface/services/privacy/erasure.ts";
import { openOrders } from "#surface/services/privacy/order.ts";
import { verifyCertificate } from "#surface/services/privacy/verify-certificate.ts";
import {
  filesWith,
  makeWorld,
  PORTS,
  type Somebody,
  traceOf,
  type World,
  worldFolder,
} from "./world.ts";

let folder: ReturnType<typeof worldFolder>;
let world: World;
let whole: string;
const makeAnew = () => {
  folder.remove();
  cpSync(whole, folder.path, { recursive: true });
};
beforeAll(async () => {
  folder = worldFolder(tmpdir());
  whole = `${folder.path}.whole`;
  world = await makeWorld(folder.path, 5, 1);
  cpSync(folder.path, whole, { recursive: true });
});
beforeEach(makeAnew);
afterAll(() => {
  folder.remove();
  rmSync(whole, { recursive: true, force: true });
});

const textsOf = ({ user, mail, sessions }: Somebody) => [user, mail, ...sessions];
const at = (place: number): Somebody => world.people[place] ?? world.people[0] ?? never();
function never(): never {
  throw new Error("there are people");
}
async function knownEvents(one: Somebody): Promise<number> {
  const { directories } = world;
  const size = await (await viewLog(directories.log, directories.keys)).size();
  const { own, shared } = await findPerson(directories, size, one.user);
  return shared + [...own.values()].reduce((sum, events) => sum + events, 0);
}
async function verified(): Promise<readonly string[]> {
  const { log, keys } = world.directories;
  const verifier = await readVerifier(keys);
  if (verifier === undefined) return ["no key"];
  return (await checkLog({ log, keys, verifier })).faults.map(({ kind }) => kind);
}

describe("erase", () => {
  it("one after the other: no byte is left, the others are whole, every certificate verifies", async () => {
    const others = world.people.slice(2);
    const before = others.map((one) => traceOf(world.root, one));
    for (const one of [at(1), at(0)]) {
      expect(filesWith(world.root, textsOf(one)).length).toBeGreaterThan(15);
      const { certificate, residue } = await erasePerson(world.request(one), PORTS);
      expect(filesWith(world.root, textsOf(one))).toEqual([]);
      expect(residue).toEqual([]);
      const report = await verifyCertificate(Buffer.from(certificate), world.directories);
      expect(report.checks.filter(({ holds }) => !holds)).toEqual([]);
      expect(report.certificate).toMatchObject({ events: 10, residue: 0 });
      expect(textsOf(one).filter((text) => certificate.includes(text))).toEqual([]);
      expect(await knownEvents(one)).toBe(0);
    }
    expect(await verified()).toEqual([]);
    for (const one of others) expect(await knownEvents(one)).toBe(10);
    expect(others.map((one) => traceOf(world.root, one))).toEqual(before);
  });

  it("a plan changes nothing and says what would be done where", async () => {
    const one = at(1);
    const before = filesWith(world.root, textsOf(one));
    const { places, order } = await planErasure(world.request(one), 0);
    expect(filesWith(world.root, textsOf(one))).toEqual(before);
    expect(openOrders(world.directories)).toEqual([]);
    expect(order).toMatchObject({ events: 10, shared: 0, sessions: one.sessions });
    expect(places.map(({ id, found }) => [id, found.length > 0])).toEqual([
      ["client", true],
      ["engram", true],
      ["obsidian-1", true],
      ["folder-1", true],
      ["export-1", true],
      ["own", false],
    ]);
  });

  it("a session id or pseudonym means the person", async () => {
    const { order } = await planErasure(
      { ...world.request(at(2)), subject: at(2).sessions[1] ?? "" },
      0,
    );
    expect(order.names).toContain(at(2).user);
  });

  it("an altered certificate, and one of another log, do not hold", async () => {
    const { certificate, file } = await erasePerson(world.request(at(3)), PORTS);
    expect(readFileSync(file, "utf8")).toBe(certificate);
    const altered = certificate.replace('"events":10', '"events":99');
    expect(altered).not.toBe(certificate);
    const report = await verifyCertificate(Buffer.from(altered), world.directories);
    expect(report.checks).toEqual([{ what: "signed by the log", holds: false }]);
  });
});

describe("what was sent to other systems", () => {
  it("is taken out of files, asked of the others by event, and open until somebody attests it", async () => {
    const one = at(1);
    const { certificate, requests } = await erasePerson(world.request(one), PORTS);
    expect(requests.map(({ target, to, state, entries }) => [target, to, state, entries])).toEqual([
      ["ship", "file", "done", 10],
      ["siem", "elastic", "outstanding", 10],
    ]);
    const shipped = readFileSync(join(world.root, "shipped", "events.jsonl"), "utf8");
    expect(shipped.split("\n").length).toBe(51);
    expect(world.people.map(({ user }) => shipped.includes(user))).toEqual([
      ...[true, false, true, true, true],
    ]);
    const { certificate: told } = await verifyCertificate(
      Buffer.from(certificate),
      world.directories,
    );
    expect(told?.stores.slice(-2)).toEqual([
      { store: "sent to ship", removed: 0, rewritten: 1, left: 0 },
      { store: "sent to siem", removed: 0, rewritten: 0, left: 1 },
    ]);
    const [siem] = requestsNamed(world.directories, `${requests[0]?.erasure.slice(0, 8)}/siem`);
    if (siem === undefined) throw new Error("there is a request");
    const ids: string[] = [];
    for await (const id of eventIdsOf(world.directories, siem)) ids.push(id);
    expect(ids).toEqual(await idsAt(siem.ranges));
    expect(ids.length).toBe(10);
    const attested = { approver: at(2).user, note: "ticket 4711", nowMs: Date.now() };
    expect(await attestRequests(world.directories, [siem], attested)).toBe(1);
    expect(await attestRequests(world.directories, readRequests(world.directories), attested)).toBe(
      0,
    );
    expect(readRequests(world.directories).map(({ state }) => state)).toEqual(["done", "attested"]);
    await takeSpooled(world.directories);
    expect(await requestEvents()).toEqual([
      ["asked", "ship"],
      ["done", "ship"],
      ["asked", "siem"],
      ["attested", "siem"],
    ]);
  });
});

/** Ids of the entries that ranges such as `0-3,7` name. */
async function idsAt(ranges: string): Promise<readonly string[]> {
  const places = new Set(
    ranges.split(",").flatMap((range) => {
      const [first = 0, last = first] = range.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, number) => first + number);
    }),
  );
  const view = await viewLog(world.directories.log, world.directories.keys);
  const ids: string[] = [];
  for await (const { index, leaf } of view.leaves(0, await view.size()))
    if (places.has(index) && leaf.kind === "leaf") ids.push(leaf.id);
  return ids;
}

async function requestEvents(): Promise<readonly unknown[]> {
  const view = await viewLog(world.directories.log, world.directories.keys);
  const told: unknown[] = [];
  for await (const { leaf } of view.leaves(0, await view.size()))
    if (leaf.kind === "leaf" && leaf.metadata["kind"] === "erasure-request")
      told.push([leaf.metadata["what"], leaf.metadata["target"]]);
  return told;
}

it("a name that is a word and left in the clear is not called erased in a file", () => {
  const request: DeletionRequest = {
    erasure: "e",
    target: "ship",
    to: "file",
    destination: `file ${import.meta.filename}`,
    fields: "user=clear",
    entries: 1,
    ranges: "0",
    firstMs: 0,
    lastMs: 0,
    isCertain: true,
    subjects: [],
    askedMs: 0,
    state: "outstanding",
    settledMs: null,
    note: "",
  };
  const nobody = createMatcher({ names: [], sessions: [] });
  const kept = (fields: string, isSearched: boolean) =>
    keptRequests([{ ...request, fields }], nobody, { isSearched, nowMs: 1 })[0];
  expect(kept("user=clear", false)).toMatchObject({
    state: "outstanding",
    note: expect.stringContaining("`--ids`") as string,
  });
  expect(kept("user=clear", true)).toMatchObject({ state: "done" });
  expect(kept("user=pseudonym", false)).toMatchObject({ state: "done" });
});

describe("a legal hold", () => {
  it("on the person or a session stops an erasure before anything is done, until it is released", async () => {
    const one = at(1);
    const before = filesWith(world.root, textsOf(one));
    const holds = openHolds(world.directories);
    const hold = (scope: Hold["scope"]): Hold => ({
      id: randomBytes(8).toString("hex"),
      reason: "case 1",
      owner: "o",
      approver: "a",
      createdMs: 1,
      scope,
    });
    ensureSecret(world.directories, "operator");
    for (const scope of [
      { of: "subject", name: one.user },
      { of: "session", id: one.sessions[1] ?? "" },
      { of: "subject", name: one.mail },
      { of: "all" },
    ] as const) {
      const held = hold(scope);
      holds.set(holds.sign(held));
      await expect(planErasure(world.request(one), 0)).rejects.toThrow(held.id);
      await expect(erasePerson(world.request(one), PORTS)).rejects.toThrow("legal hold");
      expect(openOrders(world.directories)).toEqual([]);
      const now = filesWith(world.root, textsOf(one));
      expect(now.filter((path) => path !== world.directories.holdsFile)).toEqual(before);
      expect(await knownEvents(one)).toBe(10);
      holds.release(
        holds.signRelease({ id: held.id, reason: "over", approver: "a", releasedMs: 2 }),
      );
    }
    // A hold that was released left no name in the list.
    const { residue } = await erasePerson(world.request(one), PORTS);
    expect(residue).toEqual([]);
    expect(await knownEvents(one)).toBe(0);
  });
});

describe("a crash", () => {
  it("at any step: what was begun is ended, and nothing is left of the person", async () => {
    const one = at(1);
    // WHY copies: what is on disk at a step is what a crash there leaves, and one erasure shows every step.
    const points: string[] = [];
    const copyOf = (place: number) => `${whole}.${place}`;
    const keep = (point: string) => {
      cpSync(world.root, copyOf(points.length), { recursive: true });
      points.push(point);
    };
    try {
      await erasePerson(world.request(one), { ...PORTS, reached: keep });
      expect(points.length).toBeGreaterThan(12);
      for (const [place, point] of points.entries()) {
        folder.remove();
        cpSync(copyOf(place), folder.path, { recursive: true });
        // The process that held it is gone.
        rmSync(join(world.directories.log, "lock"), { force: true });
        const ended = await resumeErasures(world.request(one).where, PORTS);
        expect([point, ended.length]).toEqual([point, point === "end" ? 0 : 1]);
        expect(filesWith(world.root, textsOf(one))).toEqual([]);
        expect(openOrders(directoriesIn(world.directories.root))).toEqual([]);
        for (const { certificate } of ended) {
          const report = await verifyCertificate(Buffer.from(certificate), world.directories);
          expect(report.checks.filter(({ holds }) => !holds)).toEqual([]);
        }
        expect(await knownEvents(at(2))).toBe(10);
        expect(await verified()).toEqual([]);
      }
    } finally {
      for (const place of points.keys()) rmSync(copyOf(place), { recursive: true, force: true });
    }
  });
  it("that a failure in the middle leaves is ended like one", async () => {
    const one = at(4);
    const failing = (point: string) => {
      if (point === "keys") throw new Error("failed at keys");
    };
    await expect(erasePerson(world.request(one), { ...PORTS, reached: failing })).rejects.toThrow(
      "failed at keys",
    );
    expect(await resumeErasures(world.request(one).where, PORTS)).toHaveLength(1);
    expect(filesWith(world.root, textsOf(one))).toEqual([]);
    expect(await verified()).toEqual([]);
  });
});
