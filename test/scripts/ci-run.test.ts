// The script that continuous integration starts: sound shell, executable, and `npm test` is its last word.
import { spawnSync } from "node:child_process";
import { accessSync, constants, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

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
