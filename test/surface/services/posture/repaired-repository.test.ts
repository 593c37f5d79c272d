// A bare repository repaired by the built program as a person would: a better score, its own tests still pass, and `uninstall` restores every byte.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuditReport } from "#assure/posture/report/report.ts";
import { PROGRAM } from "../../../program.ts";

const GUIDE = fileURLToPath(new URL("../../../../docs/guide/audit.md", import.meta.url));
const FILES: Readonly<Record<string, string>> = {
  "package.json":
    '{ "name": "pricelist", "version": "1.2.0", "type": "module", "private": true, "scripts": { "test": "node --test" } }\n',
  "src/price.js":
    "// Prices in cents.\nexport const total = (items) => items.reduce((sum, { cents, count = 1 }) => sum + cents * count, 0);\n",
  "test/price.test.js":
    'import assert from "node:assert/strict";\nimport test from "node:test";\nimport { total } from "../src/price.js";\ntest("adds", () => assert.equal(total([{ cents: 5, count: 2 }, { cents: 1 }]), 11));\n',
  ".gitignore": "node_modules/\n",
  "README.md": "# pricelist\n",
};

let home = "";
let root = "";
const environment = () => ({
  HOME: home,
  PATH: process.env["PATH"] ?? "",
  GIT_CONFIG_NOSYSTEM: "1",
});
const git = (...args: readonly string[]) =>
  spawnSync("git", args, { cwd: root, env: environment(), encoding: "utf8" });
const sallyport = (...args: readonly string[]) =>
  spawnSync(process.execPath, [...PROGRAM, ...args, "--data", join(home, "data")], {
    cwd: root,
    env: environment(),
    encoding: "utf8",
  });
const audit = (): AuditReport =>
  JSON.parse(sallyport("audit", ".", "--json").stdout) as AuditReport;

/** Every file, folder and mode of a tree, with digests. WHY not the index: `git status` writes it anew. */
function everything(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.endsWith("/.git/index"))
    .sort()
    .map((path) => {
      const status = lstatSync(path);
      const digest = status.isFile()
        ? createHash("sha256").update(readFileSync(path)).digest("hex")
        : "";
      return `${relative(directory, path)} ${status.mode.toString(8)} ${digest}`;
    });
}

beforeAll(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-repaired-")));
  root = join(home, "pricelist");
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  writeFileSync(
    join(home, ".gitconfig"),
    "[user]\n\tname = Ada\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n",
  );
  chmodSync(join(root, "test/price.test.js"), 0o640);
  for (const args of [
    ["init", "-q"],
    ["add", "package.json", "src"],
    ["commit", "-qm", "Prices"],
    ["add", "-A"],
    ["commit", "-qm", "Tests"],
  ])
    execFileSync("git", args, { cwd: root, env: environment() });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe("a bare repository", () => {
  it("is repaired by one command, works as before, and is brought back byte for byte", () => {
    const before = everything(root);
    const first = audit();
    const fix = sallyport("audit", ".", "--fix", "--yes", "--json");
    expect(fix.stderr).toContain("repaired: guard with the policy `team`");
    const second = JSON.parse(fix.stdout) as AuditReport;
    const ids = ({ findings }: AuditReport) =>
      findings.flatMap(({ id, also }) => [id, ...also.map((other) => other.id)]);
    const gone = ids(first).filter((id) => !ids(second).includes(id));
    expect(ids(second).filter((id) => !ids(first).includes(id))).toEqual([]);
    expect(second.score.value).toBeGreaterThanOrEqual((first.score.value ?? 100) + 10);
    // The guide names what is gone.
    const guide = readFileSync(GUIDE, "utf8");
    expect(gone).toHaveLength(8);
    expect(gone.filter((id) => !guide.includes(`\`${id}\``))).toEqual([]);

    const tests = spawnSync(process.execPath, ["--test"], {
      cwd: root,
      env: environment(),
      encoding: "utf8",
    });
    expect({ status: tests.status, says: /pass 1\b/.test(tests.stdout) }).toEqual({
      status: 0,
      says: true,
    });
    writeFileSync(join(root, "keys.js"), `export const key = "AKIA${"Q7NV2XW4PLK3MZ8D"}";\n`);
    git("add", "keys.js");
    expect(git("commit", "-qm", "Keys").status).not.toBe(0);
    git("rm", "-q", "--cached", "keys.js");
    rmSync(join(root, "keys.js"));
    expect(git("commit", "--allow-empty", "-qm", "Nothing").stderr).toBe("");
    expect(git("log", "--format=%s", "-1").stdout).toBe("Nothing\n");

    const uninstalled = sallyport("uninstall", ".", "--yes");
    expect(uninstalled.status).toBe(0);
    // What git itself wrote for the commits in between is git's.
    const isOfGit = (line: string) =>
      /^\.git\/(?:objects|logs|COMMIT_EDITMSG|refs\/heads)/.test(line);
    expect(everything(root).filter((line) => !isOfGit(line))).toEqual(
      before.filter((line) => !isOfGit(line)),
    );
    expect(existsSync(join(root, ".claude"))).toBe(false);
  });
});
