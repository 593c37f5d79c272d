// Erasing people: no byte of one is left in any store, the log's root stays, everybody else is untouched, a crash anywhere is made good.
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkLog } from "#record/store/log-check.ts";
import { readVerifier } from "#record/store/keys.ts";
import { findPerson } from "#record/store/person-in-log.ts";
import { viewLog } from "#record/store/log-view.ts";
import { directoriesIn } from "#surface/directories.ts";
import { erasePerson, planErasure, resumeErasures } from "#surface/privacy/erasure.ts";
import { openOrders } from "#surface/privacy/order.ts";
import { verifyCertificate } from "#surface/privacy/verify-certificate.ts";
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
beforeEach(async () => {
  folder = worldFolder(tmpdir());
  world = await makeWorld(folder.path, 5, 1);
}, 60_000);
afterEach(() => folder.remove());

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
  }, 60_000);

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

describe("a crash", () => {
  it("at any step: what was begun is ended, and nothing is left of the person", async () => {
    const points: string[] = [];
    await erasePerson(world.request(at(4)), { ...PORTS, reached: (point) => points.push(point) });
    expect(points.length).toBeGreaterThan(9);
    for (const point of points) {
      folder.remove();
      folder = worldFolder(tmpdir());
      world = await makeWorld(folder.path, 3, 2);
      const one = at(1);
      const killed = (now: string) => {
        if (now === point) throw new Error(`killed at ${point}`);
      };
      await expect(erasePerson(world.request(one), { ...PORTS, reached: killed })).rejects.toThrow(
        point,
      );
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
  }, 120_000);
});
