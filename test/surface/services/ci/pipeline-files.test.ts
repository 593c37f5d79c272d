// Files for pipelines: they can be read, pass our own checks, run shell that a shell takes, and continue CODEOWNERS; and the acceptance test holds.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readPipeline } from "#assure/posture/pipeline/read-pipeline.ts";
import { ACCEPTANCE, acceptance, ownCalls } from "#surface/services/ci/acceptance.ts";
import { PIPELINE_KINDS, pipelineFiles } from "#surface/services/ci/pipeline-files.ts";
import { isolatedRunPolicy } from "#surface/services/ci/run-policy.ts";
import { compilePolicyFile, loadPack } from "#surface/services/policy/policy-source.ts";
import { faultsOf } from "../../../assure/posture/ci-looks.ts";

const SHA256 = "ab".repeat(32);
const product = { name: "sallyport-0.1.0.tgz", sha256: SHA256, url: undefined };
const versions = { product, client: "2.1.328" };
const filesOf = (
  kind: (typeof PIPELINE_KINDS)[number],
  existing: Readonly<Record<string, string>> = {},
) =>
  pipelineFiles(kind, { versions, owners: ["@shop/security"], existing: (path) => existing[path] });
const all = PIPELINE_KINDS.flatMap((kind) => filesOf(kind));
const textOf = (path: string) =>
  all.find((file) => file.path === path)?.text ?? expect.unreachable();

describe("files for pipelines", () => {
  it("have no fault by our own checks", () => {
    const files = Object.fromEntries(all.map(({ path, text }) => [path, text]));
    expect(faultsOf("ci", files)).toEqual([]);
  });
  it("install us by the digest of a file, and by no name of a registry", () => {
    const url = "https://files.example.com/sallyport-0.1.0.tgz";
    for (const kind of ["github", "gitlab"] as const) {
      for (const from of [undefined, url]) {
        const texts = pipelineFiles(kind, {
          versions: { product: { ...product, url: from }, client: "2.1.328" },
          owners: [],
          existing: () => undefined,
        }).map(({ text }) => text);
        const installs = texts.join("").match(/^.*npm (?:install|exec)|npx .*$/gm) ?? [];
        const digests = texts.join("").match(/sha256sum --check --strict/g) ?? [];
        expect(installs.length).toBeGreaterThan(1);
        expect(digests).toHaveLength(installs.length);
        expect(texts.join("")).toContain(from ?? `/${product.name}`);
        expect(texts.join("")).not.toMatch(/(?:npx|install|exec)[^\n]*[ "]sallyport(?:@|\s|$)/m);
      }
      const unnamed = { versions: { product: undefined, client: "1.0.0" }, owners: [] };
      expect(() => pipelineFiles(kind, { ...unnamed, existing: () => undefined })).toThrow(
        "--tarball",
      );
    }
    expect(textOf(".pre-commit-config.yaml")).not.toContain("additional_dependencies");
  });
  it("name every action by a full hash, and every package by an exact version", () => {
    const used = all.flatMap(({ text }) =>
      [...text.matchAll(/uses: (\S+)/g)].map(([, name]) => name ?? ""),
    );
    expect(used.length).toBeGreaterThan(4);
    expect(used.filter((name) => !/@[0-9a-f]{40}$|^\.\//.test(name))).toEqual([]);
    for (const { text } of all) expect(text).not.toMatch(/linux-x64@(?!\d+\.\d+\.\d+)/);
  });
  it("have the parts that GitHub asks of a workflow and of a composite action", () => {
    const workflow = parse(textOf(".github/workflows/sallyport.yml"));
    expect(Object.keys(workflow)).toEqual(["name", "on", "permissions", "jobs"]);
    for (const job of Object.values<Record<string, unknown>>(workflow.jobs)) {
      expect(Object.keys(job)).toEqual(
        expect.arrayContaining(["runs-on", "timeout-minutes", "permissions", "steps"]),
      );
      for (const step of job["steps"] as Record<string, unknown>[])
        expect([step["uses"], step["run"]].filter((one) => typeof one === "string")).toHaveLength(
          1,
        );
    }
    const action = parse(textOf(".github/actions/sallyport/action.yml"));
    expect(action).toMatchObject({
      name: expect.any(String),
      description: expect.any(String),
      runs: { using: "composite" },
    });
    for (const step of action.runs.steps)
      expect(step).toMatchObject({ shell: "bash", run: expect.any(String) });
    const given = parse(textOf(".github/workflows/sallyport.yml")).jobs.review.steps.find(
      (step: { id?: string }) => step.id === "sallyport",
    ).with;
    expect(Object.keys(given).filter((name) => !Object.hasOwn(action.inputs, name))).toEqual([]);
  });
  it("run commands that bash takes, with no input filled into them", () => {
    const scripts = all.flatMap(({ path, text }) => {
      const reading = readPipeline(path, text);
      if (reading?.kind !== "read") return [];
      return reading.pipeline.jobs.flatMap(({ steps }) =>
        steps.flatMap((step) => step.scripts.map((script) => script.text)),
      );
    });
    expect(scripts.length).toBeGreaterThan(7);
    for (const script of scripts) {
      expect(script).not.toContain("${{");
      expect(spawnSync("bash", ["-n"], { input: script, encoding: "utf8" })).toMatchObject({
        status: 0,
        stderr: "",
      });
    }
  });
  it("continue CODEOWNERS at its end, and replace only our own lines", () => {
    const own = "* @shop/all\n/src/ @shop/dev\n";
    const [first] = filesOf("codeowners", { CODEOWNERS: own });
    expect(first?.path).toBe("CODEOWNERS");
    expect(first?.text.startsWith(own)).toBe(true);
    expect(first?.text).toContain("\n/.claude/ @shop/security\n");
    expect(filesOf("codeowners", { CODEOWNERS: first?.text ?? "" })[0]?.text).toBe(first?.text);
  });
  it("ask for reviews of owners, and let nobody force", () => {
    const { rules, conditions } = JSON.parse(textOf(".github/rulesets/default-branch.json"));
    expect(conditions.ref_name.include).toEqual(["~DEFAULT_BRANCH"]);
    const kinds = rules.map(({ type }: { type: string }) => type);
    expect(kinds).toEqual([
      "deletion",
      "non_fast_forward",
      "pull_request",
      "required_status_checks",
    ]);
    expect(rules[2].parameters).toMatchObject({
      require_code_owner_review: true,
      required_approving_review_count: 1,
    });
  });
});

describe("the acceptance test", () => {
  const directory = mkdtempSync(`${tmpdir()}/sallyport-acceptance-`);
  afterAll(() => rmSync(directory, { recursive: true }));
  it("holds under the policy of runs, where commands run in no sandbox", async () => {
    const text = isolatedRunPolicy("tier-ci") ?? expect.unreachable();
    const results = await acceptance(compilePolicyFile(text, "run"), directory);
    expect(results).toHaveLength(ACCEPTANCE.length);
    expect(results.filter(({ isMet }) => !isMet).map(({ input }) => input)).toEqual([]);
  });
  it("holds the job's own tests, and what its list names", async () => {
    const own = mkdtempSync(`${tmpdir()}/sallyport-acceptance-own-`);
    writeFileSync(`${own}/package.json`, '{"scripts":{"test":"node --test"}}');
    writeFileSync(`${own}/Makefile`, "test:\n\ttrue\n");
    const allow = ["Edit", "Bash(npm run lint)", "Bash(npm test:*)", "Bash(npm publish)"];
    const commands = ownCalls(own, allow).map(({ input }) => input["command"]);
    // `npm test` stands in every acceptance test, `npm publish` among what must be refused.
    expect(commands).toEqual(["make test", "npm run lint"]);
    const text = isolatedRunPolicy("tier-ci") ?? expect.unreachable();
    const results = await acceptance(compilePolicyFile(text, "run"), own, allow);
    expect(results.filter(({ isMet }) => !isMet).map(({ input }) => input)).toEqual([]);
    expect(results).toHaveLength(ACCEPTANCE.length + 2);
    rmSync(own, { recursive: true });
  });
  it("fails under a policy that refuses nothing, for every call that has to be refused", async () => {
    const results = await acceptance({ ...loadPack("tier-ci"), rules: [] }, directory);
    const missed = results.filter(({ isMet }) => !isMet);
    expect(missed).toEqual(results.filter(({ wanted }) => wanted === "refused"));
  });
});
