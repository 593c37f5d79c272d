// Fixes do what they say: in ordinary trees the built program runs the commands that its findings name, the findings are gone, and none has come.
import { execFileSync, spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { AuditReport } from "#assure/posture/report/report.ts";
import { benignTrees } from "../../../corpus/posture/case.ts";
import { PROGRAM } from "../../../program.ts";

/** Every tree with `ALL=1`; else the first with a pipeline. */
const TREES = benignTrees().filter(
  (_, at) => process.env["ALL"] === "1" || at === firstWithPipeline(),
);
/** What no command of a repository repairs: what a machine lacks, hashes of actions, an exporter's address and a store of secrets are somebody's choice. */
const LEFT: ReadonlySet<string> = new Set([
  ...["machine/disk-not-encrypted", "machine/runs-as-root", "machine/client-not-found"],
  ...["machine/no-sandbox-tools"],
  ...["ci/unpinned-action", "ci/no-telemetry", "secrets/no-secret-manager"],
]);

function firstWithPipeline(): number {
  return benignTrees().findIndex(({ files }) =>
    Object.keys(files).some((path) => path.startsWith(".github/workflows/")),
  );
}

const room = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-fixes-")));
afterAll(() => rmSync(room, { recursive: true, force: true }));

test.each(TREES.map((tree) => [tree.id, tree.files] as const))(
  "%s",
  (id, files) => {
    const home = join(room, id);
    const root = join(home, "project");
    const write = (path: string, text: string) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    };
    for (const [path, text] of Object.entries(files)) write(path, text);
    const env = { HOME: home, PATH: process.env["PATH"] ?? "", GIT_CONFIG_NOSYSTEM: "1" };
    const git = (...args: string[]) => execFileSync("git", args, { cwd: root, env });
    git("init", "-q", "-b", "main");
    git("add", "-A");
    git("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "commit", "-qm", "All");
    const sallyport = (...args: string[]) => {
      const words = [...PROGRAM, ...args, "--data", join(home, "data")];
      return spawnSync(process.execPath, words, { cwd: root, env, encoding: "utf8" });
    };
    const findings = () => {
      const { findings: all } = JSON.parse(sallyport("audit", ".", "--json").stdout) as AuditReport;
      return all.map(({ id: found }) => found);
    };
    const before = findings();
    expect(before.length).toBeGreaterThan(5);
    for (const command of [
      "audit . --fix",
      "ignores write --team security@example.com",
      "git-hooks install --protect main",
      "ci init codeowners --owner @acme/security",
      "ci init dependency-review",
    ]) {
      const { status, stderr } = sallyport(...command.split(" "), "--yes");
      expect([command, status === 2 ? stderr : ""]).toEqual([command, ""]);
    }
    const settingsFile = join(root, ".claude/settings.json");
    const settings = JSON.parse(
      existsSync(settingsFile) ? readFileSync(settingsFile, "utf8") : "{}",
    ) as Record<string, unknown>;
    const strict = { enabled: true, failIfUnavailable: true, allowUnsandboxedCommands: false };
    write(".claude/settings.json", JSON.stringify({ ...settings, sandbox: strict }, null, 2));
    appendFileSync(join(root, ".gitignore"), "\n.claude/settings.local.json\n");
    write(
      ".github/workflows/scan.yml",
      "on: pull_request\npermissions: { contents: read }\njobs:\n  scan:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 10\n    steps:\n      - run: sallyport scan --ci --sarif > scan.sarif\n",
    );
    const after = findings();
    expect(before.filter((found) => after.includes(found) && !LEFT.has(found))).toEqual([]);
    expect(after.filter((found) => !before.includes(found) && !LEFT.has(found))).toEqual([]);
  },
  60_000,
);
