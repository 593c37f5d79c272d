// The policies in the guide can be used as they stand, and do what their examples say.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readPack } from "#govern/library/pack-extends.ts";
import { idleIn } from "#surface/cli/policy/idle-rules.ts";
import { tryExamples } from "#surface/cli/commands/policy/policy-test.ts";
import {
  compilePolicyFile,
  packNames,
  shippedPack,
} from "#surface/services/policy/policy-source.ts";
import { makeTypicalProject } from "../../corpus/graded/typical-project.ts";

const GUIDE = fileURLToPath(new URL("../../../docs/guide/writing-a-policy.md", import.meta.url));
const guide = readFileSync(GUIDE, "utf8");
const policies = [...guide.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text = ""]) => text);

const { project, remove } = makeTypicalProject();
mkdirSync(join(project, "customers"));
writeFileSync(join(project, "customers/list.csv"), "id\n1\n");
writeFileSync(join(project, "deploy.sh"), "#!/bin/sh\necho deploy\n");
chmodSync(join(project, "deploy.sh"), 0o755);
afterAll(remove);

it("has a smallest one, a worked example, one about remotes and servers, and one that lets a command run", () => {
  expect(policies).toHaveLength(4);
  const first = policies.map((text) => text.split("\n")[0]);
  expect(new Set(first)).toEqual(new Set(["# yaml-language-server: $schema=policy.schema.json"]));
});

it.each(policies)("%#: can be used, and its examples come out as they say", async (text) => {
  const policy = compilePolicyFile(text, "policy.yaml");
  const { pack } = readPack(text, "policy.yaml", shippedPack);
  const tried = await tryExamples(pack.examples, policy, { cwd: project });
  expect(tried.filter(({ passed }) => !passed)).toEqual([]);
  expect(policy.rules.length).toBeGreaterThan(30);
  const whole = readPack(text, "policy.yaml", shippedPack);
  expect(idleIn({ from: "policy.yaml", text, whole, policy })).toEqual([]);
});

it("names only packs that ship", () => {
  const section = guide.split("## Choose what to extend")[1]?.split("\n## ")[0] ?? "";
  const table = section.split("\n").filter((line) => /^\| [a-z]/.test(line));
  const named = table.flatMap((line) => line.split("|")[2]?.match(/`[a-z0-9-]+`/g) ?? []);
  const packs = named.map((name) => name.slice(1, -1)).filter((name) => name !== "tier");
  expect(packs.length).toBeGreaterThan(8);
  expect(packs.filter((name) => !packNames().includes(name))).toEqual([]);
});
