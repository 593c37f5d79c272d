// The managed files of a machine, deployed and taken back in a directory that stands for its own.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, type TestContext } from "vitest";
import { parseSite, PLAIN_SITE, type Site } from "#govern/compile/site.ts";
import { isChange } from "#govern/deploy/plan.ts";
import { rollbackTarget } from "#govern/deploy/deployment.ts";
import type { Install } from "#surface/services/installation/install.ts";
import { approvedDeployment, carryOut } from "#surface/services/deploy/carry-out.ts";
import {
  type DeploymentPlan,
  type MachinePlaces,
  planDeployment,
  planRollback,
} from "#surface/services/deploy/deployment-plan.ts";
import { openDeployments } from "#surface/services/deploy/records.ts";
import { readManagedText } from "#surface/services/policy/policy-file.ts";
import { namedPolicy } from "#surface/cli/policy/chosen-policy.ts";
import { freshDirectory, installOn } from "../../daemon/daemon-stand.ts";

const BY = { reason: "rollout", owner: "ada", approver: "ada" };
const AT = { scope: "managed", place: "/" } as const;

let room: ReturnType<typeof freshDirectory>;
let install: Install;
let machine: MachinePlaces;
let told: string[] = [];
let failing: "begin" | undefined;
beforeEach(async () => {
  room = freshDirectory();
  install = await installOn(join(room.path, "data"));
  const root = join(room.path, "etc");
  mkdirSync(root);
  chmodSync(root, 0o755);
  const directory = join(root, "claude-code");
  machine = { root, directory, policyFile: join(root, "sallyport/policy.yaml") };
  told = [];
  failing = undefined;
});
afterEach(() => room.remove());

const isRoot = process.getuid?.() === 0;
const need = (ctx: TestContext) => {
  if (!isRoot) ctx.skip("managed files belong to root");
};
const records = () => openDeployments(install.directories);
const plan = (policy = "team", site: Site = PLAIN_SITE) =>
  planDeployment(namedPolicy(policy), { at: AT, site, machine, records: records() });
async function write(what: DeploymentPlan): Promise<void> {
  const deployment = approvedDeployment(what, BY, Date.now());
  await carryOut(deployment, what, {
    machine,
    directories: install.directories,
    records: records(),
    tell: async (phase) => {
      if (phase === failing) throw new Error("the log is full");
      told.push(phase);
    },
  });
}
const names = () => readdirSync(machine.root, { recursive: true }).map(String).sort();
const NAMES = [
  ...["claude-code", "claude-code/CLAUDE.md", "claude-code/managed-settings.d"],
  ...["claude-code/managed-settings.d/50-sallyport.json", "claude-code/managed-settings.json"],
  ...["sallyport", "sallyport/policy.yaml"],
];

describe("a machine", () => {
  test("gets all files, the managed policy in the form that the guard accepts, and loses them again", async (ctx) => {
    need(ctx);
    await write(await plan());
    expect(names()).toEqual(NAMES);
    expect(readManagedText(machine.policyFile, 0).text).toBe(namedPolicy("team").text);
    const settings = join(machine.directory, "managed-settings.json");
    expect(statSync(settings).mode & 0o777).toBe(0o644);
    expect((await plan()).files.some(isChange)).toBe(false);
    const target = rollbackTarget(records().all(), { id: undefined, places: [AT] });
    await write(await planRollback(target, { machine, records: records() }));
    expect(names()).toEqual([]);
    expect(told).toEqual(["begin", "begin"]);
  });
  test("keeps what others put there: it is shown, replaced and given back", async (ctx) => {
    need(ctx);
    const settings = join(machine.directory, "managed-settings.json");
    mkdirSync(machine.directory, { mode: 0o755 });
    writeFileSync(settings, '{"model": "opus",}', { mode: 0o600 });
    writeFileSync(join(machine.directory, "CLAUDE.md"), "", { mode: 0o644 });
    const what = await plan();
    expect(what.files.find(({ path }) => path === settings)?.before?.text).toBe(
      '{"model": "opus",}',
    );
    await write(what);
    const target = rollbackTarget(records().all(), { id: undefined, places: [AT] });
    await write(await planRollback(target, { machine, records: records() }));
    expect(readFileSync(settings, "utf8")).toBe('{"model": "opus",}');
    expect(statSync(settings).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(machine.directory, "CLAUDE.md"), "utf8")).toBe("");
    expect(names()).toEqual([
      "claude-code",
      "claude-code/CLAUDE.md",
      "claude-code/managed-settings.json",
    ]);
  });
  test("is left alone where the deployment cannot be put on record", async (ctx) => {
    need(ctx);
    failing = "begin";
    await expect(plan().then(write)).rejects.toThrow("the log is full");
    expect(names()).toEqual([]);
    expect(records().all()).toEqual([]);
  });
  test("is left as it was where one of its directories takes no file", async (ctx) => {
    need(ctx);
    const what = await plan();
    // In place of the last directory that files go to: what is written before it has to be taken back.
    const inTheWay = join(machine.directory, "managed-settings.d");
    mkdirSync(machine.directory, { mode: 0o755 });
    writeFileSync(inTheWay, "", { mode: 0o644 });
    await expect(write(what)).rejects.toThrow("managed-settings.d");
    expect(names()).toEqual(["claude-code", "claude-code/managed-settings.d"]);
  });
  test("is left alone where a file changed between showing and writing", async (ctx) => {
    need(ctx);
    const what = await plan();
    mkdirSync(machine.directory, { mode: 0o755 });
    writeFileSync(join(machine.directory, "managed-settings.json"), "{}");
    await expect(write(what)).rejects.toThrow("changed meanwhile");
    expect(told).toEqual(["begin", "failed"]);
    expect(names()).toEqual(["claude-code", "claude-code/managed-settings.json"]);
    expect(records().all()).toEqual([]);
  });
  test.each<[string, () => void, string]>([
    [
      "its directory is a link",
      () => {
        // WHY empty: names are listed through the link as well.
        const elsewhere = join(room.path, "elsewhere");
        mkdirSync(elsewhere);
        symlinkSync(elsewhere, machine.directory);
      },
      "is a symlink",
    ],
    [
      "others may write its directory",
      () => {
        mkdirSync(machine.directory);
        chmodSync(machine.directory, 0o777);
      },
      "others may write",
    ],
    [
      "something else lies in the directory's place",
      () => writeFileSync(machine.directory, ""),
      "settings",
    ],
  ])("gets nothing where %s", async (_, prepare, why) => {
    if (!isRoot) return expect(plan()).rejects.toThrow("run this as root");
    prepare();
    const before = names();
    await expect(plan().then(write)).rejects.toThrow(why);
    expect(names()).toEqual(before);
    expect(existsSync(machine.policyFile)).toBe(false);
  });
});

test("a hook that is not on the machine is refused before anything is shown: every call would be refused", async (ctx) => {
  need(ctx);
  const hooks = { transport: "command", project: "3f1c0a9b7d2e4856", data: "/d", home: "/h" };
  const site = parseSite(
    JSON.stringify({ hooks: { ...hooks, program: "/nowhere/sallyport-hook" } }),
    "site",
  );
  await expect(plan("team", site)).rejects.toThrow(
    "`/nowhere/sallyport-hook` is not on this machine",
  );
});
