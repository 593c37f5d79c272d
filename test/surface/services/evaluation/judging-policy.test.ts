// Which policy explains a call: the innermost guarded root's, the last good version of its file, or the built-in one.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { formatProjectRegister, type ProjectEntry } from "#govern/settings/project-register.ts";
import { compilePolicyFile } from "#surface/services/policy/policy-source.ts";
import { judgingPolicy } from "#surface/services/evaluation/judging-policy.ts";
import { productVersion } from "#surface/foundation/product/product.ts";
import { writePolicyCopy } from "#surface/services/policy/policy-copy.ts";
import { lookInto } from "#surface/services/policy/site-policy.ts";

const room = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-judging-")));
const data = join(room, "data");
const file = join(room, "own.yaml");
const managed = { file: join(room, "site", "policy.yaml"), owner: statSync(room).uid };
afterAll(() => rmSync(room, { recursive: true, force: true }));

const GOOD = `id: own
version: "1"
title: one rule
description: for this test
automaticApproval: false
rules:
  - id: read/nothing
    verdict: deny
    effects: [read]
    reason: nothing is read
    instead: leave it
`;

function entry(id: string, root: string, policy: ProjectEntry["policy"]): ProjectEntry {
  const undo = { created: [], env: [], createdFile: true, createdFolder: true, excludeFile: null };
  const settingsFile = join(root, ".claude/settings.local.json");
  const token = { tokenDigest: "0".repeat(64), hooks: [], undo };
  return {
    id: id.repeat(16),
    root,
    settingsFile,
    ...token,
    scope: "project",
    mode: "enforce",
    policy,
  };
}

mkdirSync(join(data, "policies"), { recursive: true, mode: 0o700 });
for (const name of ["outer/inner/deep", "elsewhere"])
  mkdirSync(join(room, name), { recursive: true });
chmodSync(data, 0o700);
const projects = [
  entry("a", join(room, "outer"), { pack: "team", digest: null }),
  entry("b", join(room, "outer/inner"), { file, digest: null }),
];
writeFileSync(join(data, "projects.json"), formatProjectRegister(projects), { mode: 0o600 });
writeFileSync(file, GOOD, { mode: 0o600 });

const at = (directory: string, named?: string) =>
  judgingPolicy(join(room, directory), named, { root: data, managed });

test("the innermost guarded root decides, and outside of any the built-in policy", async () => {
  const inner = await at("outer/inner/deep");
  expect([inner.policy.id, inner.from]).toEqual(["own", `in force for \`${room}/outer/inner\``]);
  const outer = await at("outer");
  expect([outer.policy.id, outer.from]).toEqual(["team", `in force for \`${room}/outer\``]);
  expect((await at("elsewhere")).from).toContain("no guarded project holds this directory");
});

test("a policy that is named goes before", async () => {
  const { policy, from } = await at("outer", file);
  expect([policy.id, from]).toEqual(["own", "named with `--policy`"]);
});

test("of a broken file the last good version, and without one what is wrong with it", async () => {
  writeFileSync(file, "rules: [", { mode: 0o600 });
  await expect(at("outer/inner")).rejects.toThrow("every call is refused until");
  writeFileSync(file, GOOD, { mode: 0o600 });
  const compile = (text: string) => compilePolicyFile(text, file);
  const options = { product: productVersion(), compile, nowMs: () => 0 };
  writePolicyCopy(
    join(data, "policies"),
    await lookInto({ file, layer: "user" }, undefined, options),
  );
  writeFileSync(file, "rules: [", { mode: 0o600 });
  const { policy, from } = await at("outer/inner");
  expect(policy.id).toBe("own");
  expect(from).toContain("the last good version");
});

test("what stands above is part of it, and is named", async () => {
  mkdirSync(join(room, "site"));
  writeFileSync(managed.file, GOOD.replace("id: own", "id: acme"));
  const { policy, layers } = await at("outer");
  expect([policy.id, policy.layer, layers]).toEqual(["acme+team", "managed", ["managed: acme"]]);
  expect(policy.rules[0]?.from).toEqual({ layer: "managed", policy: "acme" });
});
