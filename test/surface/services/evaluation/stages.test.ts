// A managed policy that is introduced step by step: what it does to a project at each stage.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ProjectEntry } from "#govern/settings/project-register.ts";
import { userId } from "#platform/user.ts";
import { directoriesIn, prepareDirectories } from "#surface/foundation/files/directories.ts";
import { createObserves } from "#surface/services/evaluation/observing.ts";
import { createPolicies } from "#surface/services/policy/policies.ts";
import { compilePolicyFile, loadPack } from "#surface/services/policy/policy-source.ts";
import { layerInWords, upperStatus } from "#surface/services/policy/policy-status.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

const policy = (stage: string | undefined, id = "acme") => `id: ${id}
version: "1"
title: Only for a test
automaticApproval: true
${stage === undefined ? "" : `stage: ${stage}\n`}rules:
  - { id: acme/read, verdict: deny, effects: [read], paths: ["<project>/a"], reason: it is a test }
  - { id: acme/guard, verdict: deny, effects: [tamper], reason: it is a test }
`;

let room: ReturnType<typeof freshDirectory>;
beforeEach(() => {
  room = freshDirectory();
  prepareDirectories(join(room.path, "data"));
  for (const folder of ["site", "shop/.sallyport"])
    mkdirSync(join(room.path, folder), { recursive: true, mode: 0o755 });
});
afterEach(() => room.remove());

/** What a project is judged by, and whether it is observed; `mode` is what its person chose, undefined where nobody did. */
async function inForce(mode?: ProjectEntry["mode"]) {
  const directories = directoriesIn(join(room.path, "data"));
  const managed = { file: join(room.path, "site/policy.yaml"), owner: userId() ?? 0 };
  const entry =
    mode === undefined
      ? undefined
      : ({ mode, policy: { pack: "team", digest: null } } as unknown as ProjectEntry);
  const observes = createObserves({ deciding: () => entry }, directories, managed);
  const policyOf = createPolicies({
    directory: directories.policies,
    product: "1.0.0",
    managed,
    observes,
    loadPack,
    compile: compilePolicyFile,
    nowMs: Date.now,
    report: async () => undefined,
    chosenFor: () => entry?.policy,
  });
  const project = { id: "x", root: join(room.path, "shop") };
  const { rules } = await policyOf(project);
  const own = rules.filter(({ id }) => id.startsWith("acme/"));
  const layers = await upperStatus(
    project.root,
    { pack: "team", digest: null },
    directories,
    managed,
  );
  return {
    observed: observes(project),
    rules: own.map(({ id, verdict }) => `${id} ${verdict}`),
    words: layers.map(layerInWords).join(),
  };
}
const write = (text: string, file = "site/policy.yaml") =>
  writeFileSync(join(room.path, file), text);
const WHOLE = ["acme/read deny", "acme/guard deny"];

test("without a stage, and at `enforce`, it is what it says", async () => {
  for (const stage of [undefined, "enforce"]) {
    write(policy(stage));
    expect(await inForce()).toEqual({ observed: false, rules: WHOLE, words: "managed: acme" });
  }
});
test("at `ask` it asks where it would refuse, and refuses what alters the guard", async () => {
  write(policy("ask"));
  const { observed, rules, words } = await inForce();
  expect([observed, rules]).toEqual([false, ["acme/read ask", "acme/guard deny"]]);
  expect(words).toContain("stage ask");
});
test("at `observe` a project that nobody else guards is observed, with its verdicts on record", async () => {
  write(policy("observe"));
  const { observed, rules, words } = await inForce();
  expect([observed, rules]).toEqual([true, WHOLE]);
  expect(words).toContain("stage observe");
  expect((await inForce("observe")).observed).toBe(true);
});
test("at `observe` it leaves a project alone that its person or repository guards", async () => {
  write(policy("observe"));
  expect(await inForce("enforce")).toMatchObject({ observed: false, rules: [] });
  write(policy(undefined, "shop"), "shop/.sallyport/policy.yaml");
  const { observed, rules } = await inForce();
  expect([observed, rules]).toEqual([false, WHOLE]);
});
test("a policy that was observed and is broken now enforces", async () => {
  write(policy("observe"));
  expect((await inForce()).observed).toBe(true);
  write(`${policy("observe")}nonsense: 1\n`);
  expect((await inForce()).observed).toBe(false);
});
test("a later stage counts from the next call on", async () => {
  write(policy("observe"));
  expect((await inForce()).observed).toBe(true);
  write(policy("enforce"));
  expect(await inForce()).toMatchObject({ observed: false, rules: WHOLE });
});
test("nobody but who manages the machine has a stage", () => {
  expect(() => compilePolicyFile(policy("observe"), "p.yaml", "user")).toThrow(/only a managed/);
  expect(compilePolicyFile(policy("observe"), "p.yaml", "managed").digest).not.toBe(
    compilePolicyFile(policy(undefined), "p.yaml", "managed").digest,
  );
});
