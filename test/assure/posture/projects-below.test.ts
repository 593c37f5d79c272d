// An audit looks at settings of projects inside the audited directory, and takes no rule of theirs for one of the top.
import { describe, expect, it } from "vitest";
import { resultOf } from "./ci-looks.ts";

const bypass = JSON.stringify({ permissions: { defaultMode: "bypassPermissions" } });
const ALLOWING = JSON.stringify({ permissions: { allow: ["Bash(npm test)"] } });
const deny = JSON.stringify({ permissions: { deny: ["Read(.env)"] } });

describe("settings of a project inside the audited directory", () => {
  it("are looked at, and told of by their own path", () => {
    const { outcome, faults } = resultOf("settings/bypass-default", {
      ".claude/settings.json": deny,
      "services/api/.claude/settings.json": bypass,
    });
    expect(outcome).toBe("fail");
    expect(faults.map(({ file, line }) => `${file}:${line}`)).toEqual([
      "services/api/.claude/settings.json:1",
    ]);
  });
  it("hold nothing at the top", () => {
    const files = { ".claude/settings.json": ALLOWING, "services/api/.claude/settings.json": deny };
    expect(resultOf("permissions/no-secret-denies", files).outcome).toBe("fail");
  });
  it.each(["test/fixtures/a", "examples/b", "node_modules/c"])("are nobody's in `%s`", (folder) => {
    const files = { ".claude/settings.json": deny, [`${folder}/.claude/settings.json`]: bypass };
    expect(resultOf("settings/bypass-default", files).outcome).toBe("pass");
  });
});
