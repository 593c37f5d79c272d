// `sallyport policy diff` as a person runs it: what it prints, in each form, and what it exits with.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { PROGRAM } from "../../program.ts";

const ROOT = join(import.meta.dirname, "../../..");

function policyText(rules: readonly string[]): string {
  const head = ["id: p", 'version: "1"', "title: t", "automaticApproval: true", "rules:"];
  return [...head, ...rules.map((rule, at) => `  - { id: r/r${at}, reason: x, ${rule} }`)].join(
    "\n",
  );
}

describe("sallyport policy diff", () => {
  const directory = mkdtempSync(join(tmpdir(), "sallyport-diff-"));
  const files = {
    base: [
      "verdict: allow, effects: [read], paths: ['<project>/**']",
      "verdict: ask, effects: [publish]",
    ],
    stricter: [
      "verdict: allow, effects: [read], paths: ['<project>/**']",
      "verdict: deny, effects: [publish]",
    ],
    turned: [
      "verdict: ask, effects: [publish]",
      "verdict: allow, effects: [read], paths: ['<project>/**']",
    ],
    wildcards: ["verdict: deny, effects: [write], paths: ['/etc/a/**', '/etc/**']"],
    plain: ["verdict: deny, effects: [write], paths: ['/etc/**']"],
  };
  for (const [name, rules] of Object.entries(files))
    writeFileSync(join(directory, `${name}.yaml`), policyText(rules));
  afterAll(() => rmSync(directory, { recursive: true }));

  async function diff(...args: string[]): Promise<{ code: unknown; out: string; err: string }> {
    const node = [...PROGRAM, "policy", "diff", ...args];
    const cwd = ROOT;
    return new Promise((done) => {
      execFile(process.execPath, node, { cwd }, (error, out, err) =>
        done({ code: error === null ? 0 : error.code, out, err }),
      );
    });
  }
  const file = (name: keyof typeof files): string => join(directory, `${name}.yaml`);

  it("exit 1: counts by kind, the rules on both sides and a command that shows it", async () => {
    const { code, out } = await diff(file("base"), file("stricter"));
    expect(code).toBe(1);
    expect(out.trimEnd().split("\n")).toEqual([
      "publish: 1 stricter, 0 milder",
      "  publish (git, package, release) of work: ask -> deny",
      "    user:p/r/r1 -> user:p/r/r1",
      "    e.g. `git push origin work`",
      "",
      "1 stricter, 0 milder",
      "with the project at /home/ada/project and at /srv/project, the home at /home/ada",
    ]);
  });

  it("exit 1 and 0: `--milder` shows only what is allowed more", async () => {
    const [forth, back] = await Promise.all([
      diff(file("base"), file("stricter"), "--milder", "--json"),
      diff(file("stricter"), file("base"), "--milder", "--json"),
    ]);
    expect([forth.code, JSON.parse(forth.out).differences]).toEqual([0, []]);
    expect([back.code, JSON.parse(back.out).differences.length]).toEqual([1, 1]);
  });

  it("exit 1: `--markdown` is a page with the counts and a row for each way", async () => {
    const { code, out } = await diff(file("base"), file("stricter"), "--markdown");
    expect(code).toBe(1);
    expect(out).toContain("| publish | 1 |");
    expect(out).toContain("| (git, package, release) of work | ask → deny | r/r1 | r/r1 |");
  });

  it("exit 0 where it is proven that nothing changes, 3 where it is not", async () => {
    const [same, open] = await Promise.all([
      diff(file("base"), file("turned")),
      diff(file("wildcards"), file("plain")),
    ]);
    expect([same.code, open.code]).toEqual([0, 3]);
    expect(open.out).toContain("not proven");
  });

  it("exit 2 for a policy that is not there, by name", async () => {
    const { code, err } = await diff("team", "no-such-policy");
    expect(code).toBe(2);
    expect(err).toContain("no-such-policy");
  });
});
