// A framework applied to a project end to end: shown first, made stricter, looked at each day, and taken away again.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatProjectRegister, type ProjectEntry } from "#govern/settings/project-register.ts";
import { openLog } from "#record/store/log-writer.ts";
import type { Directories } from "#surface/foundation/files/directories.ts";
import { keepEvidenced } from "#surface/services/evidence/keep-evidenced.ts";
import { judgingPolicy } from "#surface/services/evaluation/judging-policy.ts";
import {
  appliedProfiles,
  carryOut,
  planProfile,
  planRemoval,
} from "#surface/services/evidence/profile.ts";
import { openRetentionFile } from "#surface/services/exceptions/retention-file.ts";
import { ensureInstall } from "#surface/services/installation/install.ts";
import { runHere } from "../../cli/in-process.ts";
import { until } from "../../../until.ts";

const folder = mkdtempSync(join(tmpdir(), "sallyport-profile-"));
const data = join(folder, "data");
const project = join(folder, "shop");
const policyFile = join(project, ".sallyport", "policy.yaml");
const ORDER = { isDaily: true, archive: "/mnt/archive", approver: "grace", createdMs: 1 } as const;
let directories: Directories;
beforeAll(async () => {
  mkdirSync(project);
  ({ directories } = await ensureInstall({ root: data }));
  const clock = { nowMs: Date.now, monotonicMs: () => performance.now() };
  const log = await openLog({ ...directories, clock, productVersion: "0.1.0" });
  await log.close();
  const undo = { created: [], env: [], createdFile: true, createdFolder: true, excludeFile: null };
  const entry = {
    id: "a".repeat(16),
    root: project,
    scope: "project",
    mode: "enforce",
    settingsFile: join(project, ".claude/settings.local.json"),
    tokenDigest: "0".repeat(64),
    hooks: [],
    undo,
    policy: { pack: "team", digest: null },
  } as const satisfies ProjectEntry;
  writeFileSync(directories.projectsFile, formatProjectRegister([entry]), { mode: 0o600 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const comply = (...args: readonly string[]) =>
  runHere(["comply", ...args, "--data", data], { HOME: folder, PATH: process.env["PATH"] ?? "" });
const plan = (framework: "soc2" | "hipaa" | "gdpr") =>
  planProfile(directories, {
    framework,
    root: project,
    user: "ada",
    nowMs: 5,
    orderOf: (frameworks, current) =>
      current === undefined && framework === "soc2"
        ? undefined
        : { ...ORDER, frameworks: [...frameworks], hereDays: 400 },
  });
const rulesNow = async () => {
  const { policy } = await judgingPolicy(project, undefined, { root: data });
  return new Set(policy.rules.map(({ id }) => id));
};

describe("a profile", () => {
  it("is shown first, and changes nothing until it is applied", async () => {
    const said = await comply("profile", "hipaa", "--project", project);
    expect([said.code, said.err]).toEqual([1, ""]);
    expect(said.out).toContain("+ extends: [hipaa]");
    expect(said.out).toContain("by hand: nothing is ordered about retention");
    expect(said.out).toContain("looks at the controls of hipaa once a day");
    expect(existsSync(policyFile)).toBe(false);
    expect(appliedProfiles(directories)).toEqual([]);
  });
  it("puts policy, retention and the daily look together", async () => {
    const before = await rulesNow();
    expect(before.has("hipaa/health-files")).toBe(false);
    await carryOut(directories, plan("hipaa"));
    expect((await rulesNow()).has("hipaa/health-files")).toBe(true);
    expect(openRetentionFile(directories).current()).toMatchObject({ frameworks: ["hipaa"] });
    expect(appliedProfiles(directories)).toEqual([{ name: "hipaa", root: project, sinceMs: 5 }]);
    expect(plan("hipaa").changes).toEqual([]);
  });
  it("stands beside another one, and the status says what is missing", async () => {
    await carryOut(directories, plan("gdpr"));
    expect(readFileSync(policyFile, "utf8")).toContain("extends: [hipaa, gdpr]");
    expect(openRetentionFile(directories).current()?.frameworks).toEqual(["hipaa", "gdpr"]);
    const said = await comply("status", "--project", project, "--without-posture", "--json");
    expect([said.code, said.err]).toEqual([1, ""]);
    const parts = Object.fromEntries(
      JSON.parse(said.out).map((one: { framework: string; parts: unknown[] }) => [
        one.framework,
        Object.fromEntries(
          (one.parts as { part: string; missing: string[] }[]).map((part) => [
            part.part,
            part.missing.length,
          ]),
        ),
      ]),
    );
    expect(parts["hipaa"]).toMatchObject({ policy: 0, retention: 0, evidence: 0 });
    expect(parts["hipaa"].attestations).toBeGreaterThan(0);
    expect(parts["soc2"]).toMatchObject({ policy: 1, retention: 1, evidence: 1 });
  });
  it("is taken away again, and the policy is what it was", async () => {
    const removal = (framework: "hipaa" | "gdpr") =>
      planRemoval(directories, { framework, root: project, user: "ada" });
    await carryOut(directories, removal("hipaa"));
    expect((await rulesNow()).has("hipaa/health-files")).toBe(false);
    expect((await rulesNow()).has("gdpr/personal-files")).toBe(true);
    const last = removal("gdpr");
    expect(last.byHand).toEqual([expect.stringContaining("the order about retention names gdpr")]);
    await carryOut(directories, last);
    expect(existsSync(policyFile)).toBe(false);
    expect(appliedProfiles(directories)).toEqual([]);
    expect((await comply("profile", "gdpr", "--remove", "--project", project)).out).toContain(
      "nothing to change",
    );
  });
  it("leaves a person's own policy alone, and is not written through a link", async () => {
    mkdirSync(join(project, ".sallyport"), { recursive: true });
    writeFileSync(policyFile, 'id: own\nversion: "1"\ntitle: Own\nextends: [team]\n');
    const { changes, byHand } = plan("soc2");
    expect(changes.map(({ kind }) => kind)).not.toContain("policy");
    expect(byHand[0]).toContain("a policy of your own: add `soc2`");
    rmSync(policyFile);
    symlinkSync(join(folder, "elsewhere"), policyFile);
    expect(() => plan("soc2")).toThrow(/not written through a link/);
    rmSync(policyFile);
    const stale = plan("soc2");
    writeFileSync(policyFile, "id: own\n");
    await expect(carryOut(directories, stale)).rejects.toThrow(/changed meanwhile/);
    rmSync(policyFile);
  });
  it.each([
    ["a framework that is none", ["profile", "iso9001"], /no evidence packs/],
    ["both ways", ["profile", "soc2", "--apply", "--remove"], /do not go together/],
    [
      "a project that is not guarded",
      ["profile", "soc2", "--project", folder],
      /no guarded project/,
    ],
  ])("refuses %s", async (_, words, why) => {
    const said = await comply(...words);
    expect([said.code, said.err]).toEqual([2, expect.stringMatching(why)]);
  });
});

describe("the daily look", () => {
  it("is had for each framework that was applied, and tells one that failed", async () => {
    await carryOut(directories, plan("soc2"));
    await carryOut(directories, plan("gdpr"));
    const [looked, said]: [string[], string[]] = [[], []];
    const end = keepEvidenced(directories, {
      say: (line) => void said.push(line),
      firstMs: 1,
      look: async (framework) => {
        looked.push(framework);
        return framework === "gdpr" ? 2 : 1;
      },
    });
    await until("the failed look is told", () => said.length > 0);
    end();
    expect(looked).toEqual(["soc2", "gdpr"]);
    expect(said).toEqual([expect.stringContaining("the controls of gdpr could not be looked at")]);
  });
});
