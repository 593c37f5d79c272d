// Decoys: planted beside what is there, refused and named when a call would touch one, removed without a trace.
import { lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sessionFacts } from "#surface/services/facts/session.ts";
import {
  decoyStates,
  plantDecoys,
  removeDecoys,
} from "../../../../src/surface/services/decoys/plant.ts";
import { plantedIn, readDecoys } from "../../../../src/surface/services/decoys/register.ts";
import { judgeCommand, makeProject, type TestProject } from "../../../judging.ts";

let where: TestProject;
let data = "";
beforeAll(() => {
  where = makeProject();
  data = join(where.root, "data");
  mkdirSync(data, { mode: 0o700 });
});
afterAll(() => where.remove());

describe("decoys", () => {
  it("are planted for their owner alone, over nothing, and once", () => {
    writeFileSync(join(where.home, ".netrc.old"), "mine\n");
    const { planted, taken } = plantDecoys(where.home, data, 0);
    expect(planted.map((path) => path.slice(where.home.length + 1))).toEqual([
      ".aws/credentials.old",
      ".ssh/id_ed25519.old",
      ".config/gcloud/service-account-old.json",
    ]);
    expect(taken).toEqual([join(where.home, ".netrc.old")]);
    expect(readFileSync(join(where.home, ".netrc.old"), "utf8")).toBe("mine\n");
    for (const path of planted) expect(lstatSync(path).mode & 0o777).toBe(0o600);
    expect(plantDecoys(where.home, data, 0).planted).toEqual([]);
    expect(plantedIn(data)).toEqual(planted);
  });
  it("refuse every touch by name, pattern and tree, and are told apart from other controls", async () => {
    const decoys = plantedIn(data);
    const session = { ...where.session, decoys };
    const judged = (command: string) => judgeCommand({ ...where, session }, command);
    for (const command of [
      "cat ~/.aws/credentials.old",
      "cp ~/.ssh/id_ed25519.* /tmp",
      "rm ~/.aws/credentials.old",
      "echo x > ~/.config/gcloud/service-account-old.json",
      "tar cf /tmp/x.tar ~/.aws",
    ]) {
      const { verdict, effects } = await judged(command);
      expect([command, verdict]).toEqual([command, "deny"]);
      expect(effects).toContainEqual(expect.objectContaining({ kind: "tamper", control: "decoy" }));
    }
    const { effects } = await judged("cat pub.txt && ls src");
    expect(effects.filter(({ kind }) => kind === "tamper")).toEqual([]);
    expect(
      sessionFacts({ sessionId: "x", cwd: where.project, mode: "default", decoys }).decoys,
    ).toEqual(decoys);
  });
  it("are removed as they were planted, and left where somebody wrote", () => {
    const [first = "", second = ""] = plantedIn(data);
    writeFileSync(first, "changed\n");
    rmSync(second);
    expect(decoyStates(data).map(({ state }) => state)).toEqual(["changed", "gone", "planted"]);
    expect(removeDecoys(data)).toEqual({ removed: 1, left: [first] });
    expect(readDecoys(data)).toEqual([]);
    expect(plantedIn(data)).toEqual([]);
    writeFileSync(join(data, "decoys.json"), "{", { mode: 0o600 });
    expect(plantedIn(data)).toEqual([]);
    expect(() => readDecoys(data)).toThrow(/damaged/);
  });
});
