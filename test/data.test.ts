// The declarative packs: every file is readable, named by its path, described by a schema and accepted by its loader.
import { describe, expect, it } from "vitest";
import { loadPolicy } from "#surface/services/policy/policy-source.ts";
import { packFaults, repeatedIds, schemaFaults } from "../scripts/checks/data-rules.ts";
import { repositoryFiles, repositoryRoot } from "../scripts/checks/repository-files.ts";

const files = repositoryFiles().flatMap(({ path, text }) =>
  path.startsWith("data/") && text !== undefined ? [{ path, text }] : [],
);
const packs = files.filter(({ path }) => /\.ya?ml$/.test(path));

describe("the packs", () => {
  it("are seen", () => {
    expect(packs.map(({ path }) => path)).toContain("data/policies/team.yaml");
  });
  it("are readable and named by their path", () => {
    expect(packs.flatMap(packFaults)).toEqual([]);
  });
  it("have ids of their own", () => {
    expect(repeatedIds(packs)).toEqual([]);
  });
  it("have a schema for each kind", () => {
    expect(schemaFaults(files)).toEqual([]);
  });
  it("are nothing but YAML, schemas and pages about them", () => {
    const odd = files.filter(({ path }) => !/\.(?:ya?ml|schema\.json|md)$/.test(path));
    expect(odd.map(({ path }) => path)).toEqual([]);
  });
  it("are accepted by the loader, and found without being named", () => {
    const policies = packs.filter(({ path }) => path.startsWith("data/policies/"));
    for (const { path } of policies) {
      const policy = loadPolicy(`${repositoryRoot}/${path}`);
      expect(policy.rules.length).toBeGreaterThan(0);
      expect(policy.digest).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(loadPolicy().id).toBe("team");
  });
});

describe("planted faults are found", () => {
  const pack = (text: string) => ({ path: "data/policies/team.yaml", text });
  const head =
    "# yaml-language-server: $schema=../schema/policy.schema.json\ntitle: Only for a test\n";
  it.each([
    ["no schema on top", "title: x\nid: team\n", "line 1"],
    ["a schema elsewhere", `${head.replace("../schema", "..")}id: team\n`, "line 1"],
    ["no title", `${head.replace("title", "subtitle")}id: team\n`, "has no title"],
    ["a key twice", `${head}id: team\nid: team\n`, "unique"],
    ["not YAML", `${head}id: [team\n`, ""],
    ["another id", `${head}id: other\n`, "its path says `team`"],
    ["no id", `${head}rules: []\n`, "id is `undefined`"],
    ["an anchor", `${head}id: team\nrules: &all [x]\n`, "anchors"],
    ["an alias", `${head}id: team\nrules: [x]\nmore: *rules\n`, ""],
  ])("%s", (_, text, message) => {
    const faults = packFaults(pack(text));
    expect(faults).toHaveLength(1);
    expect(faults[0]?.message).toContain(message);
  });
  it("and globs and quoted text are not taken for anchors", () => {
    const text = `${head}id: team\npaths: ["**/.env*", "*.key"]\nreason: read & send * to x\n`;
    expect(packFaults(pack(text))).toEqual([]);
  });
  it("an id used twice in one kind, and not one in two kinds", () => {
    const a = { path: "data/policies/a.yaml", text: "id: x" };
    expect(repeatedIds([a, { path: "data/policies/b.yaml", text: "id: x" }])).toEqual([
      "policies/x",
    ]);
    expect(repeatedIds([a, { path: "data/recipes/b.yaml", text: "id: x" }])).toEqual([]);
  });
  it("a kind without a schema, and a schema that is none", () => {
    expect(schemaFaults([pack("id: team")])).toHaveLength(1);
    const schema = { path: "data/schema/policy.schema.json", text: "{}" };
    expect(schemaFaults([pack("id: team"), schema])).toHaveLength(1);
    const named = (id: string) => ({
      ...schema,
      text: `{ "$schema": "x", "$id": "${id}", "type": "object" }`,
    });
    expect(schemaFaults([pack("id: team"), named("policy.schema.json")])).toEqual([]);
    expect(schemaFaults([pack("id: team"), named("other.schema.json")])).toHaveLength(1);
  });
});
