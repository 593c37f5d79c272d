// The cases that ship, judged by the guard under the team's policy: plainly, and in forms that once got through.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCase } from "#assure/redteam/case-run.ts";
import { searchForms } from "#assure/redteam/search.ts";
import { type Attack, HONEST } from "#assure/redteam/suite.ts";
import { WRAPPINGS } from "#assure/redteam/wrappings.ts";
import { loadFamilies } from "#surface/foundation/product/shipped-data.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { openCaseRoom } from "#surface/services/redteam/case-room.ts";
import { jsonIn, withoutTerminal } from "../../cli/typed.ts";

const under = { policy: loadPack("team"), exceptions: [] };
const forms = WRAPPINGS.filter(({ id }) =>
  ["env-split", "here-document", "ruby-here-document", "base64-in-halves"].includes(id),
);
const rooms = () => readdirSync(tmpdir()).filter((name) => name.startsWith("sallyport-case-"));

describe("a case that ships", () => {
  const all = loadFamilies().flatMap((family) =>
    family.cases.map((attack) => ({ name: `${family.id}/${attack.id}`, family, attack })),
  );
  it.each(all)("is as expected: $name", async ({ family, attack }) => {
    const { misses } = await runCase(family, attack, (one) => openCaseRoom(one, under), forms);
    expect(misses).toEqual([]);
  });
  it("gets through in no form of a small share of the search, which `redteam search` does whole", async () => {
    const attacks = loadFamilies().filter(({ id }) => id !== HONEST);
    const open = (one: Attack) => openCaseRoom(one, under);
    const { found, tried } = await searchForms(attacks, open, { budget: 300, seed: 28 });
    expect([tried, found]).toEqual([300, []]);
  });
  it("says to a form in a folder that stays what it says in a folder of its own", async () => {
    const pairs: (readonly [Attack, string, string])[] = [];
    const attacks = loadFamilies().filter(({ id }) => id !== HONEST);
    const open = async (attack: Attack) => {
      const room = await openCaseRoom(attack, under);
      const askAbout = async (text: string) => {
        const said = await room.askAbout(text);
        pairs.push([attack, text, `${said.verdict} ${said.rule}`]);
        return said;
      };
      return { ...room, askAbout };
    };
    await searchForms(attacks, open, { budget: 200, seed: 3 });
    expect(pairs.length).toBeGreaterThanOrEqual(200);
    for (const [attack, text, kept] of pairs) {
      const room = await openCaseRoom(attack, under);
      for (const step of attack.steps.slice(0, -1)) await room.judge(step);
      const { verdict, rule } = await room.judge({ run: text, expect: "stopped" });
      room.close();
      expect([text, `${verdict} ${rule}`]).toEqual([text, kept]);
    }
  });
  it("leaves no folder behind, even where one of its files cannot be made", async () => {
    const [first] = all;
    if (first === undefined) throw new Error("no case");
    const before = rooms();
    const clash = { ...first.attack, files: { a: "x", "a/b": "y" } };
    await expect(openCaseRoom(clash, under)).rejects.toThrow();
    const judging = await openCaseRoom(first.attack, under);
    judging.close();
    expect(rooms()).toEqual(before);
  });
});

describe("the commands", () => {
  let folder: string;
  let person: { data: string; home: string };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sallyport-red-team-"));
    person = { data: join(folder, "data"), home: folder };
    mkdirSync(join(folder, "shop"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const say = (...args: readonly string[]) => withoutTerminal(person, "redteam", ...args);
  const here = () => ["--project", join(folder, "shop")];

  it("run cases, keep what they found, and say when another run is due", async () => {
    expect((await say("due", ...here())).text).toContain("there was no run of all cases yet");
    const run = await say("run", "--family", "failing-hook", ...here());
    expect([run.code, run.text]).toEqual([0, expect.stringContaining("7 of 7")]);
    const weak = await say(
      ...["run", "--plain", "--policy", "individual-minimum", "--family", "ci-migration"],
      ...[...here(), "--json"],
    );
    expect(weak.code).toBe(1);
    expect(jsonIn(weak)).toMatchObject({
      missed: expect.any(Number),
      results: expect.arrayContaining([
        expect.objectContaining({ id: "alembic", retest: "new", owner: "platform" }),
      ]),
    });
  });
  it("search within a budget, and name a family that is none", async () => {
    const found = await say("search", "--budget", "3", "--family", "ci-push", ...here(), "--json");
    expect([found.code, jsonIn(found)]).toEqual([
      0,
      expect.objectContaining({ tried: 3, found: [], seed: 1 }),
    ]);
    expect((await say("run", "--family", "nothing", ...here())).text).toContain("ci-push");
    expect((await say("search", "--budget", "none", ...here())).code).toBe(2);
  });
  it("take over a case of an incident once, and run it", async () => {
    const file = join(folder, "case.yaml");
    const text = (expected: string) =>
      `case: 1\nid: incident-7\ntitle: A key was read\nfrom: { incident: inc-7, drill: false }\nsetting: { mode: default, policy: null }\ncalls:\n  - { call: { tool: Bash, command: cat ~/.aws/credentials }, was: refused, how: blocked-by-hook, expect: ${expected} }\nleft: []\n`;
    writeFileSync(file, text("step"));
    expect((await say("import", file)).text).toContain("would test nothing");
    writeFileSync(file, text("deny"));
    expect((await say("import", file)).text).toContain("taken over: incident-7");
    expect((await say("import", file)).text).toContain("known already");
    const run = await say("run", "--plain", "--family", "incidents", ...here());
    expect([run.code, run.text]).toEqual([0, expect.stringContaining("1 of 1")]);
    writeFileSync(file, text("ask"));
    expect((await say("import", file)).code).toBe(2);
  });
});
