// `policy consolidate` as a person runs it: shown first, written after a yes, taken back whole.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  consolidateFile,
  undoConsolidation,
} from "#surface/cli/commands/policy/policy-consolidate.ts";
import { PROGRAM } from "../../program.ts";

const settings = {
  permissions: {
    allow: ["Bash(git add:*)", "Bash(git add a.ts)", "Bash(python3:*)", "Write(src/**)"],
    deny: ["Read(./.env)"],
  },
};
const text = `${JSON.stringify(settings, undefined, 2)}\n`;
let root: string;
let file: string;
let shown: string[];
let answer: boolean | undefined;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "consolidate-"));
  mkdirSync(join(root, ".claude"));
  file = join(root, ".claude", "settings.local.json");
  writeFileSync(file, text);
  shown = [];
  answer = true;
});
afterEach(() => {
  process.exitCode = undefined;
  rmSync(root, { recursive: true, force: true });
});

const request = () => ({
  file,
  yes: false,
  terminal: {
    print: (line: string) => void shown.push(line),
    warn: () => undefined,
    isInteractive: answer !== undefined,
    hasColour: false,
    confirm: async () => answer === true,
  },
});
const run = (more: { isWritten?: boolean; policy?: string } = {}) =>
  consolidateFile({
    ...request(),
    isWritten: false,
    keepDangerous: false,
    policy: undefined,
    ...more,
  });
const stored = () => readFileSync(file, "utf8");

describe("sallyport policy consolidate", () => {
  it("shows the change and why, and writes nothing", async () => {
    const { outcome } = await run();
    expect(outcome).toBe("shown");
    const out = shown.join("\n");
    const heading = "dangerous: taken out, and asked about from now on (1)";
    expect(out).toContain(`${heading}\n  6: Bash(python3:*)`);
    expect(out).toContain('-      "Bash(git add a.ts)"');
    expect(out).toContain("4 allow rules, 1 stay; no policy is in force for this file's project");
    expect(stored()).toBe(text);
    expect(existsSync(`${file}.before-consolidate`)).toBe(false);
  });
  it("writes after a yes alone", async () => {
    answer = false;
    expect((await run({ isWritten: true })).outcome).toBe("declined");
    answer = undefined;
    await expect(run({ isWritten: true })).rejects.toThrow("add `--yes`");
    expect(stored()).toBe(text);
  });
  it("writes what it showed, and puts it back", async () => {
    expect((await run({ isWritten: true })).outcome).toBe("written");
    const after = { permissions: { ...settings.permissions, allow: ["Bash(git add:*)"] } };
    expect(JSON.parse(stored())).toEqual(after);
    expect((await run({ isWritten: true })).outcome).toBe("unchanged");
    answer = false;
    expect(await undoConsolidation(request())).toBe("declined");
    answer = true;
    expect(await undoConsolidation(request())).toBe("undone");
    expect(stored()).toBe(text);
    await expect(undoConsolidation(request())).rejects.toThrow("nothing to put back");
  });
  it("takes a named policy for the one in force", async () => {
    const allow = ["Bash(npm ci)", "Bash(touch a)", "Bash(npm ci *)", "mcp__github__get_issue"];
    writeFileSync(file, JSON.stringify({ permissions: { allow } }));
    const { consolidation, policy } = await run({ policy: "team" });
    expect(policy).toBe("team");
    const judged = consolidation.removed.filter(({ kind }) => kind === "judged");
    expect(judged.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(["Bash(npm ci)", "Bash(npm ci *)"]),
    );
    expect(consolidation.kept.map(({ rule }) => rule)).toContain("mcp__github__get_issue");
  });
  it.each([
    ["{", "key"],
    ['{"permissions": {"allow": ["Bash(a)",]}}', "comma"],
    ["[]", "no object"],
    ["", "empty"],
  ])("refuses `%s`, and says what is wrong with it", async (broken, word) => {
    writeFileSync(file, broken);
    await expect(run({ isWritten: true })).rejects.toThrow(word);
    expect(stored()).toBe(broken);
  });
  it("asks nobody in JSON, and gives the whole as one document", () => {
    const typed = (...more: string[]) =>
      spawnSync(process.execPath, [...PROGRAM, "policy", "consolidate", file, "--json", ...more], {
        env: { PATH: process.env["PATH"], HOME: root, SALLYPORT_HOME: join(root, "data") },
        encoding: "utf8",
      });
    expect(typed("--write").status).toBe(2);
    const { stdout, status } = typed("--write", "--yes");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: "written", before: 4, policy: null });
  });
});
