// One secret in every kind of file of a repository: a scan and an audit name each of them, and no check passes over one.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { deflateRawSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { AuditReport } from "#assure/posture/report/report.ts";
import type { ScanReport } from "#assure/scan/scan-finding.ts";
import { runAudit } from "#surface/services/posture/audit.ts";
import { runScan } from "#surface/services/scan/run-scan.ts";
import { fill } from "../../../corpus/posture/fillings.ts";

/** What is planted: a token whose check digits are right, another in each file. */
const tokenOf = (path: string): string => fill("${secret:github}", path);
type Kind = (token: string) => string | Buffer;
const line: Kind = (token) => `GITHUB_TOKEN=${token}\n`;
const quoted: Kind = (token) => `const token = "${token}";\n`;
const json: Kind = (token) => JSON.stringify({ name: "x", token }, null, 2);
const yaml: Kind = (token) => `name: x\ntoken: ${token}\n`;
const prose: Kind = (token) => `# Notes\n\nCall it with ${token} as before.\n`;
const servers: Kind = (token) =>
  JSON.stringify({ mcpServers: { forge: { command: "forge", env: { GITHUB_TOKEN: token } } } });
/** As a database has a text: between bytes that are none. */
const database: Kind = (token) =>
  Buffer.concat([
    Buffer.from("SQLite format 3\0"),
    Buffer.alloc(64),
    Buffer.from(`\u0003${token}\0`),
    Buffer.alloc(64),
  ]);
const all = (paths: readonly string[], kind: Kind) => paths.map((path) => [path, kind] as const);

const PLANTED: readonly (readonly [string, Kind])[] = [
  ...all(
    [
      ".claude.json",
      ".claude.json.backup",
      ".claude.json.bak",
      "backup/.claude.json.1",
      ".mcp.json",
      "web/.mcp.json",
    ],
    servers,
  ),
  ...all([".mcp.json.bak", ".mcp.json.orig", "mcp.json.old", ".cursor/mcp.json"], servers),
  [".claude/settings.json", (token) => JSON.stringify({ env: { GITHUB_TOKEN: token } })],
  ...all([".claude/settings.json.bak", ".claude/settings.json~", "claude.settings.json"], json),
  ...all(
    [
      ".claude/notes.txt",
      ".claude/todos/1.json",
      ".claude/output-styles/a.md",
      ".claude/plans/a.md",
    ],
    prose,
  ),
  ...all(
    [
      ".claude/agents/a.md",
      ".claude/commands/a.md",
      ".claude/skills/a/SKILL.md",
      ".claude/skills/a/reference.md",
    ],
    prose,
  ),
  ...all(
    [
      "CLAUDE.md",
      "AGENTS.md",
      "sub/CLAUDE.md",
      ".cursorrules",
      "GEMINI.md",
      "docs/guide.md",
      "README.rst",
    ],
    prose,
  ),
  ...all(
    [
      ".claude/hooks/guard.sh",
      ".claude/shell-snapshots/snapshot-bash-1.sh",
      ".claude/session-env/1.sh",
    ],
    line,
  ),
  ...all([".claude/projects/a/1.jsonl", ".claude/history.jsonl", "transcripts/1.jsonl"], json),
  ...all([".claude/sessions.db", "state.sqlite", "data/app.sqlite3"], database),
  [
    "notebooks/a.ipynb",
    (token) => JSON.stringify({ cells: [{ cell_type: "code", source: [`token = "${token}"\n`] }] }),
  ],
  ...all(
    [
      ".bash_history",
      "logs/run.log",
      "crontab",
      "nginx.conf",
      "app.service",
      "app.properties",
      "setup.cfg",
    ],
    line,
  ),
  ...all(
    [
      ".env",
      "web/.env.production",
      ".env.example",
      ".envrc",
      "prod.tfvars",
      "config.ini",
      "Makefile",
    ],
    line,
  ),
  [".npmrc", (token) => `//npm.pkg.github.com/:_authToken=${token}\n`],
  [".netrc", (token) => `machine api.github.com login x password ${token}\n`],
  [".git-credentials", (token) => `https://x:${token}@github.com\n`],
  [
    ".gitmodules",
    (token) => `[submodule "a"]\n\tpath = a\n\turl = https://x:${token}@github.com/a/b\n`,
  ],
  [
    ".github/workflows/a.yml",
    (token) =>
      `on: push\njobs:\n  a:\n    runs-on: x\n    env:\n      GITHUB_PAT: ${token}\n    steps: [{ run: make }]\n`,
  ],
  ...all(
    [
      ".gitlab-ci.yml",
      ".circleci/config.yml",
      "k8s/secret.yaml",
      "charts/values.yaml",
      "docker-compose.yml",
      "openapi.yaml",
    ],
    yaml,
  ),
  ["Dockerfile", (token) => `FROM scratch\nENV GITHUB_TOKEN=${token}\n`],
  ["Jenkinsfile", (token) => `pipeline { environment { TOKEN = "${token}" } }\n`],
  ...all(
    [
      "package.json",
      "tsconfig.json",
      "app.har",
      "postman_collection.json",
      "terraform.tfstate",
      ".vscode/settings.json",
    ],
    json,
  ),
  ...all(
    [
      "src/client.ts",
      "src/client.js",
      "src/App.vue",
      "src/main.go",
      "src/Main.java",
      "src/main.kt",
      "src/main.rs",
    ],
    quoted,
  ),
  ...all(
    [
      "src/main.c",
      "src/main.cs",
      "src/main.php",
      "src/main.rb",
      "src/main.swift",
      "src/main.scala",
      "src/main.dart",
    ],
    quoted,
  ),
  ...all(
    [
      "src/main.py",
      "src/main.pl",
      "src/main.lua",
      "src/main.R",
      "src/main.ex",
      "scripts/a.ps1",
      "scripts/a.bat",
    ],
    line,
  ),
  ...all(
    [
      "main.tf",
      "Cargo.toml",
      "pyproject.toml",
      "data.csv",
      "dump.sql",
      "page.html",
      "feed.xml",
      "fix.patch",
    ],
    line,
  ),
  ...all(["dist/app.min.js", "vendor/x/lib.js", "package-lock.json", "third_party/a.py"], quoted),
  ...all(
    [
      "test/fixtures/a.json",
      "examples/a.json",
      "src/client.test.ts",
      "templates/.claude/settings.json",
    ],
    json,
  ),
  ...all(
    ["no-ending", "strange.xyz", "with space.txt", "ünïcode.txt", "deep/a/b/c/d/e/f.txt"],
    prose,
  ),
  ["utf16.txt", (token) => Buffer.from(`\uFEFFtoken: ${token}\n`, "utf16le")],
  ["run.log.gz", (token) => gzipSync(`token: ${token}\n`)],
  ["bundle.zip", (token) => zipOf("inner/config.json", json(token) as string)],
  // What the client leaves behind, and what looks like it.
  ...all(
    [
      ".claude.json~",
      ".claude.json.corrupted.1764450000",
      ".claude/backups/.claude.json.backup.1764450000",
      ".mcp.json~",
      ".mcp.local.json",
      ".vscode/mcp.json",
      "claude_desktop_config.json",
      "old/claude.json",
    ],
    servers,
  ),
  ...all([".claude/settings.local.json", ".claude/settings.json.orig", ".claude/ide/1.lock"], json),
  ...all([".claude/statsig/cached.evaluations.1", ".claude/remote-settings.json"], json),
  ...all([".claude/file-history/a/1@v1", ".claude/paste-cache/a.txt", "CLAUDE.local.md"], prose),
  ...all([".claude/debug/latest", ".claude/rules/a.md", ".claude/agent-memory/a/MEMORY.md"], prose),
  ...all([".claude/shell-snapshots/snapshot-zsh-1.sh", ".zsh_history", ".aider.conf.yml"], line),
  ...all([".claude/sessions.db-wal", "sessions.sqlite-journal", ".cursor/state.vscdb"], database),
  [
    "notebooks/out.ipynb",
    (token) =>
      JSON.stringify({
        cells: [
          {
            cell_type: "code",
            source: ["print(token)\n"],
            outputs: [{ output_type: "stream", name: "stdout", text: [`${token}\n`] }],
          },
        ],
      }),
  ],
  [
    "notebooks/.ipynb_checkpoints/out-checkpoint.ipynb",
    (token) =>
      JSON.stringify({ cells: [{ cell_type: "markdown", source: [`use ${token} here\n`] }] }),
  ],
  // Neither large nor blank texts are too much for a scan, whatever checks are given.
  ["scripts/blank.sh", (token) => `${"\n".repeat(50_000)}TOKEN=${token}\n`],
  [
    "config/large.json",
    (token) => JSON.stringify({ rows: Array.from({ length: 150_000 }, () => "a row"), token }),
  ],
];

const base = mkdtempSync(join(tmpdir(), "sallyport-planted-"));
const root = join(base, "repository");
const request = {
  directory: root,
  nowMs: Date.UTC(2026, 10, 21),
  data: join(base, "data"),
  managed: join(base, "managed"),
  environment: {
    HOME: join(base, "home"),
    PATH: "/usr/bin:/bin",
    SALLYPORT_HOME: join(base, "data"),
  },
  profile: undefined,
  families: [],
  onProgress: () => undefined,
};
let scanned: ScanReport;
let report: AuditReport;

beforeAll(async () => {
  for (const [path, kind] of PLANTED) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), kind(tokenOf(path)));
  }
  mkdirSync(join(base, "home"), { recursive: true });
  const git = (...args: readonly string[]) =>
    execFileSync("git", [
      "-C",
      root,
      "-c",
      "user.name=a",
      "-c",
      "user.email=a@example.com",
      ...args,
    ]);
  git("init", "-q");
  git("add", "-f", "-A");
  git("commit", "-q", "-m", "planted");
  const { environment, nowMs } = request;
  scanned = await runScan({
    scope: { kind: "paths", paths: ["."] },
    directory: root,
    environment,
    nowMs,
  });
  report = (await runAudit(request)).report;
}, 300_000);
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Of planted files those that are not among the named. */
const missing = (named: readonly (string | undefined)[]) => {
  const told = new Set(named.map((file) => file?.replace(/!.*$/s, "")));
  return PLANTED.map(([path]) => path).filter((path) => !told.has(path));
};
const tellsOfSecrets = (id: string) =>
  /^secrets\/|\/(?:literal-)?secret$|\/secret-in-url$/.test(id);

it("plants at least 60 kinds of files", () => {
  expect(new Set(PLANTED.map(([path]) => path)).size).toBe(PLANTED.length);
  expect(PLANTED.length).toBeGreaterThanOrEqual(60);
});

it("a scan names all", () => {
  expect(missing(scanned.findings.map(({ file }) => file))).toEqual([]);
});

it("an audit names all", () => {
  const { findings } = report;
  const told = findings.filter(({ id }) => tellsOfSecrets(id)).flatMap(({ faults }) => faults);
  expect(missing(told.map(({ file }) => file))).toEqual([]);
});

it("an audit names them first of all", () => {
  const [first] = report.findings;
  expect([first?.severity, tellsOfSecrets(first?.id ?? "")]).toEqual(["critical", true]);
});

it("no check of secrets passes that looked at one", () => {
  const planted = new Set(PLANTED.map(([path]) => path));
  const passed = report.checks
    .filter(({ id, outcome }) => tellsOfSecrets(id) && outcome === "pass")
    .filter(({ lookedAt }) => lookedAt.some((file) => planted.has(file)));
  expect(passed.map(({ id }) => id)).toEqual([]);
  expect(report.checks.find(({ id }) => id === "secrets/in-committed-file")?.outcome).toBe("fail");
});

it("says what it read: files, bytes and the commit; and its score is below every repository's without a key", () => {
  const head = execFileSync("git", ["-C", root, "rev-parse", "HEAD"], { encoding: "utf8" }).trim();
  const { read } = report.checks.find(({ id }) => id === "secrets/in-committed-file") ?? {};
  expect(report.commit).toBe(head);
  expect(read?.files).toBe(PLANTED.length);
  expect(read?.bytes).toBe(scanned.looked.bytes);
  expect(report.score.liveKeys).toBeGreaterThanOrEqual(60);
  expect(report.score.value).toBeLessThan(10);
});

it("neither report holds a value", () => {
  const told = JSON.stringify([scanned, report]);
  expect(PLANTED.filter(([path]) => told.includes(tokenOf(path)))).toEqual([]);
});

/** An archive of one packed file, as APPNOTE 4.3 has it. */
function zipOf(name: string, text: string): Buffer {
  const packed = deflateRawSync(text);
  const head = Buffer.alloc(26);
  head.writeUInt16LE(20, 0);
  head.writeUInt16LE(8, 4);
  head.writeUInt32LE(crc32(Buffer.from(text)), 10);
  head.writeUInt32LE(packed.length, 14);
  head.writeUInt32LE(Buffer.byteLength(text), 18);
  head.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), head, Buffer.from(name), packed]);
  const entry = Buffer.concat([
    Buffer.from("PK\u0001\u0002\u0014\0"),
    head,
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, entry, end]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
