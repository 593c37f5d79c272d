// `policy compile` as a person runs it: files, exit codes, words, and nothing half-written.
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Terminal } from "#surface/foundation/terminal/terminal.ts";
import { runCommandLine } from "#surface/cli/command-line.ts";
import { SITE_TEXT } from "../../govern/compile/compiled.ts";

const directory = mkdtempSync(join(tmpdir(), "policy-compile-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const site = join(directory, "site.yaml");
writeFileSync(site, SITE_TEXT);

let printed = "";
beforeEach(() => {
  printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

async function run(...args: string[]): Promise<{ code: number; words: string }> {
  const said: string[] = [];
  const terminal = {
    warn: (text: string) => said.push(text),
    print: (text: string) => said.push(text),
  } as unknown as Terminal;
  const code = await runCommandLine(["policy", "compile", ...args], terminal, {});
  return { code: code || Number(process.exitCode ?? 0), words: said.join("\n") };
}

describe("policy compile", () => {
  it("writes files that a machine can take as they are, and again without a change", async () => {
    const out = join(directory, "out");
    const args = [
      "team",
      "--target",
      "managed",
      "--platform",
      "linux",
      "--site",
      site,
      "--out",
      out,
    ];
    expect((await run(...args)).code).toBe(0);
    const file = join(out, "managed-settings.d", "50-sallyport.json");
    const first = readFileSync(file, "utf8");
    expect(statSync(file).mode & 0o777).toBe(0o644);
    expect(readdirSync(out).sort()).toEqual([
      "CLAUDE.md",
      "managed-settings.d",
      "managed-settings.json",
    ]);
    expect((await run(...args)).code).toBe(0);
    expect(readFileSync(file, "utf8")).toBe(first);
    expect(printed).toContain("/etc/claude-code/managed-settings.d/50-sallyport.json");
  });
  it("says by its exit code and by name that nothing holds a rule", async () => {
    expect((await run("team", "--target", "project", "--report")).code).toBe(1);
    expect(printed).toContain("`code/download` **held by nothing**");
    expect(printed).toContain("not written (name a directory with --out)");
  });
  it("gives all of it as JSON", async () => {
    await run("team", "--target", "user", "--site", site, "--json");
    const value = JSON.parse(printed) as Record<string, unknown>;
    expect(value).toMatchObject({ target: { scope: "user" }, policy: { id: "team" } });
    expect(value["files"]).toEqual([
      expect.objectContaining({
        name: ".claude/settings.json",
        path: "~/.claude/settings.json",
        mode: 0o644,
      }),
    ]);
  });
  it("writes nothing where the parameters are wrong: the fault with line and column", async () => {
    const bad = join(directory, "bad.yaml");
    writeFileSync(bad, "client:\n  mode: yolo\n");
    const out = join(directory, "never");
    const { code, words } = await run("team", "--site", bad, "--out", out);
    expect([code, existsSync(out)]).toEqual([2, false]);
    expect(words).toContain("bad.yaml:2");
    expect((await run("team", "--site", join(directory, "none.yaml"))).code).toBe(2);
  });
  it("writes nothing where rules need a hook and the parameters name none, and says which", async () => {
    const bare = join(directory, "bare.yaml");
    writeFileSync(bare, "env: {}\n");
    for (const target of ["managed", "user"]) {
      const out = join(directory, `bare-${target}`);
      const { code, words } = await run("team", "--target", target, "--site", bare, "--out", out);
      expect([target, code, existsSync(out)]).toEqual([target, 2, false]);
      expect(words).toMatch(/only a hook holds \d+ rules of this policy \(\w+\/\w+/);
      expect(words).toContain("write `hooks` into the file of `--site`");
    }
    // A project's shared file never has one: it says what it does not hold.
    const shared = join(directory, "shared");
    expect((await run("team", "--target", "project", "--out", shared)).code).toBe(1);
    expect(existsSync(shared)).toBe(true);
  });
  it("follows no link out of the directory", async () => {
    const out = join(directory, "linked");
    await run("team", "--target", "managed", "--platform", "linux", "--site", site, "--out", out);
    const file = join(out, "managed-settings.json");
    rmSync(file);
    const elsewhere = join(directory, "elsewhere");
    writeFileSync(elsewhere, "mine");
    symlinkSync(elsewhere, file);
    expect(
      (
        await run(
          "team",
          "--target",
          "managed",
          "--platform",
          "linux",
          "--site",
          site,
          "--out",
          out,
        )
      ).code,
    ).toBe(2);
    expect(readFileSync(elsewhere, "utf8")).toBe("mine");
  });
});
