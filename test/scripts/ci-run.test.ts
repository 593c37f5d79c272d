// The script that continuous integration starts: sound shell, executable, and `npm test` is its last word.
import { spawnSync } from "node:child_process";
import { accessSync, constants, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

const script = fileURLToPath(new URL("../../.ci/run", import.meta.url));

describe(".ci/run", () => {
  it("can be executed", () => {
    expect(() => accessSync(script, constants.X_OK)).not.toThrow();
  });
  it("ends by becoming npm test, so that its last line and exit code are the run's", () => {
    const lines = readFileSync(script, "utf8").trimEnd().split("\n");
    expect(lines.at(-1)).toBe("exec npm test --silent");
    expect(lines).toContain("export CI=true");
  });
  it("is sound shell", (ctx) => {
    const found = spawnSync("shellcheck", ["--severity=style", script], { encoding: "utf8" });
    if (found.error) ctx.skip("shellcheck is not installed");
    expect(found.stdout).toBe("");
    const planted = spawnSync("shellcheck", ["-"], { input: "#!/bin/bash\nrm -rf $1/x\n" });
    expect(planted.status).toBe(1);
  });
});

describe("the workflows", () => {
  const folder = fileURLToPath(new URL("../../.github/workflows/", import.meta.url));
  const all = readdirSync(folder).map((name) => ({
    name,
    text: readFileSync(`${folder}${name}`, "utf8"),
  }));
  it("run what .ci/run runs, with no more rights than they need", () => {
    expect(all.map(({ name }) => name).sort()).toEqual(["ci.yml", "release.yml"]);
    for (const { name, text } of all) {
      const { permissions, jobs } = parse(text) as {
        readonly permissions: unknown;
        readonly jobs: Readonly<Record<string, { readonly steps: readonly { run?: string }[] }>>;
      };
      expect(permissions, name).toEqual({ contents: "read" });
      const runs = Object.values(jobs).flatMap(({ steps }) =>
        steps.flatMap((step) => step.run ?? []),
      );
      expect(runs, name).toContain(".ci/run");
      // What a pull request says must not become a command.
      for (const run of runs) expect(run, name).not.toContain("${{");
    }
  });
  it("use each action by its digest with its version beside it, or by a version", () => {
    const uses = all.flatMap(({ text }) =>
      [...text.matchAll(/uses: (.+)$/gm)].map(([, use]) => use),
    );
    expect(uses.length).toBeGreaterThan(2);
    for (const use of uses) expect(use).toMatch(/^[\w/-]+@(?:[0-9a-f]{40} # v\d+(?:\.\d+)+|v\d+)$/);
  });
});
