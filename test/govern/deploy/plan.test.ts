// Plans of deployments: what would be written where, and how it is taken back.
import { describe, expect, test } from "vitest";
import { compilePolicy } from "#govern/compile/compile.ts";
import { PLAIN_SITE } from "#govern/compile/site.ts";
import { type Deployment, inForceAt, rollbackTarget } from "#govern/deploy/deployment.ts";
import {
  diffOf,
  isChange,
  plannedFiles,
  recordedFiles,
  rollbackChanges,
  wantedFiles,
} from "#govern/deploy/plan.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";

const managed = { directory: "/etc/claude-code", policyFile: "/etc/sallyport/policy.yaml" };
const wanted = (scope: "managed" | "user" | "project", platform: "linux" | "macos" = "linux") => {
  const target = { scope, platform } as const;
  const compiled = compilePolicy(loadPack("team"), {
    target,
    site: PLAIN_SITE,
    catalogue: loadCatalogue(),
  });
  const settingsFile = "/home/ada/.claude/settings.json";
  return wantedFiles(compiled, { scope, settingsFile, managed, policy: "id: team\n" });
};
const NOTHING = () => ({ file: undefined });

describe("what is wanted", () => {
  test("of a machine are both managed files, the instructions and the managed policy itself", () => {
    const files = [
      "/etc/claude-code/managed-settings.json",
      "/etc/claude-code/managed-settings.d/50-sallyport.json",
      "/etc/claude-code/CLAUDE.md",
      "/etc/sallyport/policy.yaml",
    ];
    expect(wanted("managed").map(({ path }) => path)).toEqual(files);
    expect(wanted("managed").every(({ mode, isMerged }) => mode === 0o644 && !isMerged)).toBe(true);
    // What a console of device management takes is nothing that lies on this machine.
    expect(wanted("managed", "macos").map(({ path }) => path)).toEqual(files);
    expect(wanted("managed").at(-1)?.text).toBe("id: team\n");
  });
  test("of a person are settings among theirs", () => {
    const [file, ...more] = wanted("user");
    expect(more).toEqual([]);
    expect(file).toMatchObject({ path: "/home/ada/.claude/settings.json", isMerged: true });
    const own = { text: '{"model": "opus"}\n', mode: 0o600 };
    const [change] = plannedFiles(wanted("user"), () => ({ file: own }));
    expect(change?.after?.mode).toBe(0o600);
    expect(JSON.parse(change?.after?.text ?? "")).toMatchObject({ model: "opus" });
  });
});

describe("the difference", () => {
  test("shows each file, and rights that change", () => {
    const files = plannedFiles(wanted("managed"), (path) =>
      path.endsWith("policy.yaml") ? { file: { text: "id: team\n", mode: 0o666 } } : NOTHING(),
    );
    const diff = diffOf(files);
    expect(diff).toContain("+++ b/etc/claude-code/managed-settings.json");
    expect(diff).toContain("rights of /etc/sallyport/policy.yaml: 666 -> 644");
    expect(files.filter(isChange)).toHaveLength(4);
  });
  test("is empty for what is there", () => {
    const files = plannedFiles(wanted("managed"), NOTHING);
    const texts = new Map(files.map(({ path, after }) => [path, after]));
    const again = plannedFiles(wanted("managed"), (path) => ({ file: texts.get(path) }));
    expect(diffOf(again)).toBe("");
    expect(again.filter(isChange)).toEqual([]);
  });
  test("hides the token of a hook", () => {
    const token = "a".repeat(43);
    const file = {
      path: "/p",
      before: undefined,
      after: { text: `"Authorization": "Bearer ${token}"\n`, mode: 0o600 },
    };
    expect(diffOf([file])).not.toContain(token);
  });
});

const base: Omit<Deployment, "id" | "createdMs"> = {
  reason: "r",
  owner: "ada",
  approver: "ada",
  expiresMs: 1,
  place: "/",
  of: null,
  policy: { id: "team", digest: "0".repeat(64) },
  files: [],
  scope: "managed",
  what: "deploy",
};
const made = (id: string, createdMs: number, more: Partial<Deployment> = {}): Deployment => ({
  ...base,
  id: id.repeat(16),
  createdMs,
  ...more,
});
const back = (id: string, createdMs: number, of: string): Deployment =>
  made(id, createdMs, { what: "rollback", of: of.repeat(16) });
const elsewhere = { scope: "project", place: "/shop" } as const;

describe("deployments in force", () => {
  const all = [made("a", 1), made("b", 2), made("c", 3, elsewhere), back("d", 4, "b")];
  test("are those that nobody took back, of one place", () => {
    expect(inForceAt(all, base).map(({ id }) => id)).toEqual(["a".repeat(16)]);
    expect(inForceAt(all.slice(0, 3), base).map(({ id }) => id[0])).toEqual(["b", "a"]);
    expect(inForceAt(all, elsewhere).map(({ id }) => id[0])).toEqual(["c"]);
  });
  test("are taken back from the last on", () => {
    const places = [base, elsewhere];
    expect(rollbackTarget(all, { id: undefined, places }).id[0]).toBe("c");
    expect(rollbackTarget(all, { id: undefined, places: [base] }).id[0]).toBe("a");
    expect(rollbackTarget(all.slice(0, 2), { id: undefined, places }).id[0]).toBe("b");
  });
  test.each([
    ["one below another", "a", "take that back first"],
    ["what nobody made", "f", "there is no deployment"],
    ["a rollback", "d", "there is no deployment"],
  ])("refuse %s", (_, id, why) => {
    const list = id === "a" ? all.slice(0, 2) : all;
    expect(() => rollbackTarget(list, { id: id.repeat(16), places: [] })).toThrow(why);
  });
  test("refuse what was taken back before, and nothing at all", () => {
    expect(() => rollbackTarget(all, { id: "b".repeat(16), places: [] })).toThrow(
      "taken back before",
    );
    expect(() => rollbackTarget([], { id: undefined, places: [base] })).toThrow(
      "nothing is deployed",
    );
  });
});

describe("a rollback", () => {
  const change = {
    path: "/etc/x",
    before: { text: "old\r\n\ufeff", mode: 0o640 },
    after: { text: "new", mode: 0o644 },
  };
  const deployment = made("a", 1, { files: recordedFiles([change]) });
  const from = (now: { text: string; mode: number } | undefined, text: string | undefined) => ({
    presentAt: () => now,
    textBefore: () => text,
  });
  test("gives back the text and the rights that were there", () => {
    expect(rollbackChanges(deployment, from(change.after, change.before.text))).toEqual([
      { path: "/etc/x", before: change.after, after: change.before },
    ]);
  });
  test("removes what was not there", () => {
    const fresh = made("a", 1, { files: recordedFiles([{ ...change, before: undefined }]) });
    expect(rollbackChanges(fresh, from(change.after, undefined))).toEqual([
      { path: "/etc/x", before: change.after, after: undefined },
    ]);
  });
  test("goes on where the writing was interrupted", () => {
    const [left] = rollbackChanges(deployment, from(change.before, change.before.text));
    expect(left === undefined || isChange(left)).toBe(false);
  });
  test("refuses what somebody changed since", () => {
    expect(() => rollbackChanges(deployment, from({ text: "theirs", mode: 0o644 }, "old"))).toThrow(
      "was changed after",
    );
    expect(() => rollbackChanges(deployment, from(undefined, "old"))).toThrow("was changed after");
  });
  test.each([
    ["lost", undefined],
    ["altered", "forged"],
  ])("refuses a copy that was %s", (_, text) => {
    expect(() => rollbackChanges(deployment, from(change.after, text))).toThrow(
      "is missing or was altered",
    );
  });
});
