// Layers above the chosen policy: the organization's binds, the repository's only restricts, and broken ones ask.
import {
  chmodSync,
  lchownSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ChosenPolicy } from "#govern/settings/project-register.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { userId } from "#platform/user.ts";
import { directoriesIn, prepareDirectories } from "#surface/foundation/files/directories.ts";
import { controlFiles, type ManagedPlace } from "#surface/services/policy/layers.ts";
import { createPolicies } from "#surface/services/policy/policies.ts";
import type { PolicyNews } from "#surface/services/policy/site-policy.ts";
import { layerInWords, upperStatus } from "#surface/services/policy/policy-status.ts";
import { compilePolicyFile, loadPack } from "#surface/services/policy/policy-source.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";
import { aged } from "./aged-file.ts";

const pack = (
  id: string,
  verdicts: readonly string[],
  more = "automaticApproval: true",
) => `id: ${id}
version: "1"
title: Only for a test
${more}
rules:
${verdicts
  .map(
    (verdict) => `  - id: ${id}/${verdict}
    verdict: ${verdict}
    effects: [read]
    paths: ["<project>/${verdict}"]
    reason: it is a test
`,
  )
  .join("")}`;

let room: ReturnType<typeof freshDirectory>;
let root: string;
let managed: ManagedPlace;
let projectFile: string;
let chosenFile: string;
let news: PolicyNews[];
let compiled: number;

beforeEach(() => {
  room = freshDirectory();
  prepareDirectories(join(room.path, "data"));
  root = join(room.path, "project");
  managed = { file: join(room.path, "site/policy.yaml"), owner: userId() ?? 0 };
  projectFile = join(root, ".sallyport/policy.yaml");
  chosenFile = join(room.path, "chosen.yaml");
  for (const folder of ["site", "project/.sallyport"])
    mkdirSync(join(room.path, folder), { recursive: true, mode: 0o755 });
  writeFileSync(chosenFile, pack("chosen", ["ask", "allow"]));
  news = [];
  compiled = 0;
});
afterEach(() => room.remove());

const places = () => directoriesIn(join(room.path, "data"));
/** A process that judges; another one is a restart. */
const open = (chosen: ChosenPolicy = { file: chosenFile, digest: null }) => {
  const policyOf = createPolicies({
    directory: places().policies,
    product: "1.0.0",
    managed,
    compile: (text, file, layer) => {
      compiled += 1;
      return compilePolicyFile(text, file, layer);
    },
    nowMs: () => 1_000,
    report: async (one) => void news.push(one),
    chosenFor: () => chosen,
    loadPack,
  });
  return async () => policyOf({ id: "a", root });
};
const rulesOf = ({ rules, layer, id }: Policy) =>
  rules.map(
    (rule) => `${rule.from?.layer ?? layer}:${rule.from?.policy ?? id}/${rule.id} ${rule.verdict}`,
  );
const CHOSEN = ["user:chosen/chosen/ask ask", "user:chosen/chosen/allow allow"];
const told = () => news.map(({ kind, layer }) => `${layer} ${kind}`);
const standing = async () =>
  (await upperStatus(root, { file: chosenFile, digest: null }, places(), managed)).map(
    layerInWords,
  );

describe("layers in force", () => {
  test("without any, the chosen policy is the policy itself", async () => {
    expect(rulesOf(await open()())).toEqual(CHOSEN);
    expect(await open({ pack: "team", digest: null })()).toEqual(loadPack("team"));
    expect(await standing()).toEqual([]);
  });
  test("stand above the chosen policy, and each rule says where it came from", async () => {
    writeFileSync(managed.file, pack("acme", ["deny", "allow"]));
    writeFileSync(projectFile, pack("shop", ["deny"]));
    const policy = await open()();
    expect([policy.id, policy.layer]).toEqual(["acme+shop+chosen", "managed"]);
    expect(rulesOf(policy)).toEqual([
      "managed:acme/acme/deny deny",
      "managed:acme/acme/allow allow",
      "project:shop/shop/deny deny",
      ...CHOSEN,
    ]);
    expect(told().toSorted()).toEqual(["managed changed", "project changed", "user changed"]);
    expect(await standing()).toEqual(["managed: acme", "project: shop"]);
  });
  test("of a repository open no port of the machine, and it is said", async () => {
    const ports = (list: string): string => `machinePorts: ${list}\n`;
    writeFileSync(projectFile, `${pack("shop", ["deny"])}${ports("[5432]")}`);
    expect((await open()()).machinePorts).toEqual([]);
    expect(await standing()).toEqual([
      "project: shop; its `machinePorts` only take ports away, because a repository is not trusted",
    ]);
    writeFileSync(managed.file, `${pack("acme", ["deny"])}${ports("[5432, 6379]")}`);
    expect((await open()()).machinePorts).toEqual(["5432"]);
  });
  test("of a repository restrict and never allow, and it is said how many rules do not count", async () => {
    writeFileSync(projectFile, pack("shop", ["deny", "allow"]));
    expect(rulesOf(await open()())).toEqual(["project:shop/shop/deny deny", ...CHOSEN]);
    const why = "1 allow rule does not count, because a repository is not trusted";
    expect(await standing()).toEqual([`project: shop; ${why}`]);
    writeFileSync(projectFile, pack("shop", ["allow"]));
    expect(rulesOf(await open()())).toEqual(CHOSEN);
  });
  test("may keep what is below from answering in the user's place", async () => {
    writeFileSync(projectFile, pack("shop", ["deny"], "automaticApproval: false"));
    expect((await open()()).automaticApproval).toBe(false);
    const forbidding = "automaticApproval: true\nlowerLayersMayAllow: false";
    writeFileSync(managed.file, pack("acme", ["deny"], forbidding));
    expect(rulesOf(await open()())).not.toContain("user:chosen/chosen/allow allow");
  });
  test("are read and stacked once while nothing changes", async () => {
    writeFileSync(managed.file, pack("acme", ["deny"]));
    writeFileSync(projectFile, pack("shop", ["deny"]));
    await aged(projectFile);
    const policy = open();
    const first = await policy();
    for (let call = 0; call < 5; call += 1) expect(await policy()).toBe(first);
    await open()();
    expect(compiled).toBe(3);
  });
  test("are no layer twice where a person chose the repository's file", async () => {
    writeFileSync(projectFile, pack("shop", ["allow"]));
    const policy = await open({ file: projectFile, digest: null })();
    expect(rulesOf(policy)).toEqual(["user:shop/shop/allow allow"]);
  });
  test("end with their file, which is told once", async () => {
    writeFileSync(managed.file, pack("acme", ["deny"]));
    writeFileSync(projectFile, pack("shop", ["deny"]));
    const policy = open();
    await policy();
    news = [];
    rmSync(join(root, ".sallyport"), { recursive: true });
    for (let call = 0; call < 3; call += 1) await policy();
    expect(rulesOf(await open()())).toEqual(["managed:acme/acme/deny deny", ...CHOSEN]);
    expect(told()).toEqual(["project removed"]);
  });
  test("are controls while they are there, under the name of a link as well as where it leads", () => {
    expect(controlFiles(root, managed)).toEqual([]);
    const real = join(root, "elsewhere.yaml");
    writeFileSync(real, pack("shop", ["deny"]));
    symlinkSync(real, projectFile);
    expect(controlFiles(root, managed)).toEqual([projectFile, real]);
  });
});

const UNUSABLE = (layer: string) => `${layer}:unusable/policy/unusable ask`;

describe("a file that breaks", () => {
  test.each(["managed", "project"] as const)(
    "leaves the last good one of %s in force",
    async (layer) => {
      const file = layer === "managed" ? managed.file : projectFile;
      writeFileSync(file, pack("good", ["deny"]));
      await open()();
      news = [];
      writeFileSync(file, "rules: [");
      for (let call = 0; call < 2; call += 1)
        expect(rulesOf(await open()())).toEqual([`${layer}:good/good/deny deny`, ...CHOSEN]);
      expect(told()).toEqual([`${layer} broken`]);
      expect((await standing())[0]).toContain("its file is broken");
    },
  );
  test.each(["managed", "project"] as const)(
    "asks about every effect where %s was never good",
    async (layer) => {
      const file = layer === "managed" ? managed.file : projectFile;
      for (const content of ["", "rules: [", pack("x", ["deny"]).replace("verdict", "verdct")]) {
        writeFileSync(file, content);
        expect(rulesOf(await open()())).toEqual([UNUSABLE(layer), ...CHOSEN]);
      }
      expect(told()).toEqual([`${layer} broken`, "user changed"]);
      expect((await standing())[0]).toContain("every call is asked about");
    },
  );
  test("asks about every effect where nobody can look at the managed one", async () => {
    rmSync(join(room.path, "site"), { recursive: true });
    symlinkSync(join(room.path, "site"), join(room.path, "site"));
    // One for the plain file and one for the signed bundle beside it.
    const unusable = [UNUSABLE("managed"), UNUSABLE("managed")];
    expect(rulesOf(await open()())).toEqual([...unusable, ...CHOSEN]);
  });
  test.each([
    ["a folder", () => mkdirSync(projectFile)],
    ["a link to nothing", () => symlinkSync(join(room.path, "nothing"), projectFile)],
    ["a device", () => symlinkSync("/dev/zero", projectFile)],
  ])("is not taken for an absent one: %s", async (_, put) => {
    put();
    expect(rulesOf(await open()())).toEqual([UNUSABLE("project"), ...CHOSEN]);
  });
});

describe("a managed file that others could have written", () => {
  const site = () => join(room.path, "site");
  const isRoot = userId() === 0;
  const cases: readonly (readonly [string, boolean, () => void])[] = [
    ["by its group", true, () => chmodSync(managed.file, 0o664)],
    ["by everybody", true, () => chmodSync(managed.file, 0o666)],
    ["in an open folder", true, () => chmodSync(site(), 0o777)],
    ["of another owner", isRoot, () => lchownSync(managed.file, 12_345, 0)],
    ["in a folder of another owner", isRoot, () => lchownSync(site(), 12_345, 0)],
    [
      "through a link",
      true,
      () => {
        renameSync(managed.file, join(room.path, "away.yaml"));
        symlinkSync(join(room.path, "away.yaml"), managed.file);
      },
    ],
    [
      "through a linked folder",
      true,
      () => {
        renameSync(site(), join(room.path, "away"));
        symlinkSync(join(room.path, "away"), site());
      },
    ],
  ];
  test.each(cases)(
    "%s asks about every effect, on top of the last good one",
    async (_, canRun, spoil) => {
      // Without root nobody can give a file away: an owner that is not ours says the same.
      if (!canRun) managed = { ...managed, owner: 12_345 };
      writeFileSync(managed.file, pack("acme", ["deny"]));
      if (canRun) {
        await open()();
        spoil();
      }
      const rules = rulesOf(await open()());
      expect(rules).toContain(UNUSABLE("managed"));
      if (canRun) expect(rules).toContain("managed:acme/acme/deny deny");
      // Where nothing was opened before, what the other layers are is told as well.
      expect(canRun ? news.at(-1) : news.find(({ layer }) => layer === "managed")).toMatchObject({
        layer: "managed",
        kind: "broken",
        code: "policy-unsafe",
      });
    },
  );
});
