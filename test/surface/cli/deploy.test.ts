// `policy deploy` as a person uses it: shown first, approved at a terminal, on record, taken back byte for byte.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { giveOrder } from "#surface/services/daemon-process/daemon-client.ts";
import type { Install } from "#surface/services/installation/install.ts";
import { stopDaemon } from "#surface/services/daemon-process/lifecycle.ts";
import { approvedDeployment } from "#surface/services/deploy/carry-out.ts";
import type { DeploymentPlan } from "#surface/services/deploy/deployment-plan.ts";
import { openDeployments } from "#surface/services/deploy/records.ts";
import { freshDirectory, installOn, openStand } from "../daemon/daemon-stand.ts";
import { atTerminal, hasScript, withoutTerminal } from "./typed.ts";

const CHANGE = {
  path: "/nowhere/settings.json",
  before: undefined,
  after: { text: "{}\n", mode: 0o600 },
};
const PLAN: DeploymentPlan = {
  what: "deploy",
  of: null,
  scope: "project",
  place: "/nowhere",
  notes: [],
  policy: null,
  files: [CHANGE],
};
const BY = { reason: "r", owner: "ada", approver: "ada" };

describe("the daemon", () => {
  test("records nothing that another signed, or whose approval is too old", async () => {
    const told: string[] = [];
    const stand = await openStand({
      append: async (observation) => {
        if (observation.kind === "deployment") told.push(observation.what);
      },
    });
    const other = await installOn(join(stand.install.directories.root, "other"));
    const now = approvedDeployment(PLAN, BY, Date.now());
    const order = { order: "deployment", what: "begin" } as const;
    const foreign = openDeployments(other.directories).keep(now, PLAN.files);
    expect(await giveOrder(stand.install, { ...order, receipt: foreign })).toMatchObject({
      kind: "refused",
      why: expect.stringContaining("was not signed"),
    });
    const records = openDeployments(stand.install.directories);
    const old = records.keep(approvedDeployment(PLAN, BY, Date.now() - 700_000), PLAN.files);
    expect(await giveOrder(stand.install, { ...order, receipt: old })).toMatchObject({
      kind: "refused",
      why: expect.stringContaining("too old"),
    });
    expect(told).toEqual([]);
    const receipt = records.keep(now, PLAN.files);
    const forged = { ...receipt, deployment: { ...receipt.deployment, place: "/" } };
    expect((await giveOrder(stand.install, { ...order, receipt: forged })).kind).toBe("refused");
    expect((await giveOrder(stand.install, { ...order, receipt })).kind).toBe("recorded");
    expect(told).toEqual(["begin"]);
    await stand.close();
  });
});

describe("records", () => {
  test("that somebody edited are refused, and copies of files count for nothing then", async () => {
    const room = freshDirectory();
    const { directories } = await installOn(join(room.path, "data"));
    const records = openDeployments(directories);
    const one = approvedDeployment(PLAN, BY, 1_000);
    records.keep(one, PLAN.files);
    expect(records.all()).toEqual([one]);
    expect(records.textOf(one, CHANGE.path, "after")).toBe("{}\n");
    expect(records.textOf(one, CHANGE.path, "before")).toBeUndefined();
    const folder = join(directories.deployments, one.id);
    writeFileSync(join(folder, "0.after"), '{"permissions": {"allow": ["Bash"]}}');
    expect(records.textOf(one, CHANGE.path, "after")).toBeUndefined();
    const file = join(folder, "record.json");
    writeFileSync(file, readFileSync(file, "utf8").replace("/nowhere/", "/elsewhere/"));
    expect(() => records.all()).toThrow("was not signed by this installation's operator");
    room.remove();
  });
});

describe("at a terminal", () => {
  let room: ReturnType<typeof freshDirectory>;
  let install: Install;
  let project = "";
  let settings = "";
  const person = () => ({ data: install.directories.root, home: room.path });
  const deploy = (...args: readonly string[]) => [
    "policy",
    "deploy",
    ...args,
    "--project",
    project,
  ];
  const say = (...args: readonly string[]) => withoutTerminal(person(), ...deploy(...args));
  const type = (answer: (word: string) => string, ...args: readonly string[]) =>
    atTerminal(person(), answer, ...deploy(...args));
  const idOf = (text: string) => /(?:deployed|back): ([0-9a-f]{16})/.exec(text)?.[1] ?? "";
  const OWN = '{\n\t"model": "opus",\r\n  "permissions": { "deny": ["Read(mine)"] } }';

  beforeAll(async () => {
    room = freshDirectory();
    install = await installOn(join(room.path, "data"));
    project = join(room.path, "shop");
    settings = join(project, ".claude", "settings.json");
    mkdirSync(join(project, ".claude"), { recursive: true });
    writeFileSync(settings, OWN);
    chmodSync(settings, 0o640);
  });
  afterAll(async () => {
    await stopDaemon(install);
    room.remove();
  });

  test("without one everything is shown and nothing written", async () => {
    const { code, text } = await say("team", "--reason", "try");
    expect([code, text]).toEqual([2, expect.stringContaining("typed by a person at a terminal")]);
    expect(text).toContain('"Read(**/.env)"');
    const dry = await say("team", "--dry-run", "--json");
    expect([dry.code, JSON.parse(dry.text)]).toEqual([
      0,
      expect.objectContaining({
        outcome: "planned",
        scope: "project",
        place: project,
        id: null,
        files: [{ path: settings, change: "replaces" }],
        diff: expect.stringContaining("--- a/"),
      }),
    ]);
    expect(readFileSync(settings, "utf8")).toBe(OWN);
    expect(existsSync(install.directories.deployments)).toBe(false);
  });

  test.each([
    ["no policy", [], "name a policy"],
    ["no reason", ["team"], "`--reason` is missing"],
    ["a rollback to a policy", ["team", "--rollback"], "takes no policy"],
  ])(
    "is refused with %s",
    async (_, args, why) => {
      const { code, text } = await say(...args);
      expect([code, text]).toEqual([2, expect.stringContaining(why)]);
    },
    60_000,
  );

  test("the word deploys it; each deployment is taken back byte for byte, and all is on record", async (ctx) => {
    if (!hasScript) ctx.skip("`script` is not on PATH");
    await expect
      .poll(async () => (await withoutTerminal(person(), "daemon", "--ensure")).text, {
        timeout: 40_000,
      })
      .toBe("");
    expect((await type(() => "yes", "team", "--reason", "no word")).code).toBe(1);
    expect(readFileSync(settings, "utf8")).toBe(OWN);
    const first = await type((word) => word, "team", "--reason", "rollout 1");
    expect([first.code, idOf(first.text)]).toEqual([0, expect.stringMatching(/^[0-9a-f]{16}$/)]);
    const afterFirst = readFileSync(settings, "utf8");
    expect(JSON.parse(afterFirst)).toMatchObject({ model: "opus" });
    expect(JSON.parse(afterFirst).permissions.deny).toEqual(
      expect.arrayContaining(["Read(mine)", "Read(**/.env)"]),
    );
    expect(statSync(settings).mode & 0o777).toBe(0o640);
    expect((await say("team", "--reason", "again")).text).toContain("nothing to change");
    const second = await type((word) => word, "enterprise-high", "--reason", "rollout 2");
    expect(second.code).toBe(0);
    expect(readFileSync(settings, "utf8")).not.toBe(afterFirst);
    const list = (await say("--list")).text;
    expect(list).toMatch(new RegExp(`${idOf(first.text)} .* by .*: replaced`));
    expect(list).toMatch(new RegExp(`${idOf(second.text)} .* by .*: in force`));
    const below = await say("--id", idOf(first.text), "--reason", "wrong one");
    expect(below.text).toContain("take that back first");

    expect((await type((word) => word, "--rollback", "--reason", "broke CI")).code).toBe(0);
    expect(readFileSync(settings, "utf8")).toBe(afterFirst);
    writeFileSync(settings, `${afterFirst} `);
    expect((await say("--rollback", "--reason", "r")).text).toContain("was changed after");
    writeFileSync(settings, afterFirst);
    expect((await type((word) => word, "--rollback", "--reason", "all of it")).code).toBe(0);
    expect(readFileSync(settings, "utf8")).toBe(OWN);
    expect(readdirSync(join(project, ".claude"))).toEqual(["settings.json"]);

    await stopDaemon(install);
    const tail = (await withoutTerminal(person(), "log", "tail", "-n", "40")).text;
    expect(tail).toMatch(
      new RegExp(`policy .* deployed ${idOf(first.text)} project [0-9a-f]{12} files=1`),
    );
    expect(tail.match(/policy .* rolled-back /g)).toHaveLength(2);
    expect((await withoutTerminal(person(), "log", "verify")).code).toBe(0);
  }, 240_000);
});
