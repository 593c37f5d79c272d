// Every check against texts that nobody wrote, and against files of which nothing could be read.
import { expect, it } from "vitest";
import { type Check, type CheckResult, verdict } from "#assure/posture/check.ts";
import { sightsFromMemory } from "#assure/posture/inputs/from-memory.ts";
import type { AuditInputs, SeenFile, SeenTree } from "#assure/posture/inputs/audit-inputs.ts";
import { RUN_CHARS_MAX, whyNotGiven } from "#assure/posture/inputs/written-text.ts";
import { filesByName } from "#assure/posture/inputs/read-inputs.ts";
import { type CheckRun, runChecks } from "#assure/posture/run-checks.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";
import { loadCheckFamilies } from "#surface/services/posture/shipped-checks.ts";

/** Files of every kind that checks are about. */
const PATHS = [
  ...[
    "CLAUDE.md",
    "AGENTS.md",
    ".claude/settings.json",
    ".claude/settings.local.json",
    ".claude/hooks/guard.sh",
  ],
  ...[
    ".claude/hooks/guard.py",
    ".claude/hooks/guard.js",
    ".claude/commands/a.md",
    ".claude/agents/a.md",
    ".claude/skills/a/SKILL.md",
  ],
  ...[
    ".claude/rules/a.md",
    ".mcp.json",
    ".claude.json",
    "managed-settings.json",
    ".claude-plugin/plugin.json",
    "plugins/a/hooks/hooks.json",
  ],
  ...[
    ".gitignore",
    ".gitattributes",
    ".gitmodules",
    "CODEOWNERS",
    ".pre-commit-config.yaml",
    ".gitlab-ci.yml",
    "Jenkinsfile",
  ],
  ...[
    "bitbucket-pipelines.yml",
    "azure-pipelines.yml",
    ".circleci/config.yml",
    ".github/workflows/a.yml",
    ".buildkite/pipeline.yml",
  ],
  ...[
    "package.json",
    ".npmrc",
    "pyproject.toml",
    "Makefile",
    "justfile",
    "lefthook.yml",
    ".husky/pre-commit",
    ".githooks/pre-push",
  ],
  ...[
    ".envrc",
    ".env",
    ".env.example",
    ".devcontainer/devcontainer.json",
    "Dockerfile",
    "docker-compose.yml",
    "setup.py",
    ".vscode/tasks.json",
  ],
  ...[
    "scripts/a.sh",
    "scripts/a.py",
    "scripts/a.ps1",
    "scripts/a.js",
    "infra/main.tf",
    "infra/prod.tfvars",
    "k8s/pod.yaml",
    "otel/collector.yaml",
  ],
  ...[
    "logrotate.d/claude",
    "cron.d/a",
    "policies/a.yaml",
    "runbooks/a.md",
    "config.yaml",
    "audit-retention.py",
    "retention.md",
  ],
  ...[
    "certs/a.pem",
    "service-account.json",
    "security/exceptions.yml",
    ".git/config",
    ".git/hooks/pre-commit",
    "gitlabform.yml",
  ],
  ...[
    "SECURITY.md",
    "pip.conf",
    ".release-it.json",
    "setup.cfg",
    "rulesets.json",
    "terraform/gh.tf",
    "tools/x",
    "docs/agents/a.md",
  ],
];
const checks: readonly Check[] = loadCheckFamilies().flatMap((family) => family.checks);
const around = { catalogue: loadCatalogue(), nowMs: Date.UTC(2026, 10, 21) };
const BYTES = 2 * 1024 * 1024;

/** The inputs where every file has this text. */
function filledWith(text: string): AuditInputs {
  const files = Object.fromEntries(PATHS.map((path) => [path, text]));
  const home = Object.fromEntries(
    [".claude/settings.json", ".claude/CLAUDE.md", ".bashrc", ".gitconfig", ".npmrc"].map(
      (path) => [path, text],
    ),
  );
  const managed = {
    "managed-settings.json": text,
    "/etc/profile": text,
    "/etc/logrotate.d/x": text,
  };
  return sightsFromMemory({ files, home, managed }, around);
}

/** What passing checks say they looked at and did not: nothing at all, a file without a text, or what is neither file nor fact. */
function overUnread(runs: readonly CheckRun[], inputs: AuditInputs): readonly string[] {
  const files = filesByName(inputs);
  const documents = new Set(inputs.settings.map(({ file }) => file));
  return runs.flatMap(({ check: { id }, result: { outcome, lookedAt } }) => {
    if (outcome !== "pass") return [];
    const wrong = lookedAt.filter((name) => {
      const file = files.get(name);
      return file === undefined
        ? !documents.has(name) && !FACTS.test(name)
        : file.text === undefined;
    });
    return lookedAt.length === 0 || wrong.length > 0 ? [`${id}: ${wrong.join(", ")}`] : [];
  });
}

/** What is no file and a check may have asked all the same. */
const FACTS =
  /^(?:the (?:environment|guard|user|system|daemon|client's (?:login|managed folder)|policy of the guard|record of the guard|system's own sandbox|record of \d+ days)|statements|attestations|bwrap|socat|a container|Claude Code [^]*|client [^]*|managed settings|denies of secret files|[a-z]+\.[A-Za-z.]+|[A-Z][A-Z0-9_]+|variables|keys|home|cloud|named)$/;

/** WHY so generous: it is there to tell seconds from hours. */
const MS_MAX = 60_000;

it.each([
  ["newlines", "\n"],
  ["one character", "a"],
  ["spaces", " "],
  ["line ends of Windows", "\r\n"],
  ["quotes", '"'],
  ["brackets", "["],
])(
  "every check ends with 2 MB of %s in every file",
  (_, one) => {
    const runs = runChecks(checks, filledWith(one.repeat(BYTES / one.length)));
    expect(runs).toHaveLength(checks.length);
  },
  MS_MAX,
);

it.each([
  ["blank lines within the bound", `${"\n".repeat(RUN_CHARS_MAX - 1)}x`],
  ["wide gaps", `${" ".repeat(RUN_CHARS_MAX - 1)}x\n`],
  ["long words", `${"a".repeat(RUN_CHARS_MAX - 1)}\n`],
  ["lines with numbers", "entry 12: value-7 kept 30 days\n"],
  ["lines of data", '  "key": {"version": "1.20.0", "days": 30},\n'],
])(
  "every check ends with 30 KB of %s in every file",
  (_, piece) => {
    const runs = runChecks(checks, filledWith(piece.repeat(Math.ceil(30_000 / piece.length))));
    expect(runs).toHaveLength(checks.length);
  },
  MS_MAX,
);

it("a text is not given from one more than so many blanks or equal characters in a row", () => {
  for (const one of [" ", "\n", "\t", "\u00A0", "\u2003", "x"]) {
    expect(whyNotGiven(`a${one.repeat(RUN_CHARS_MAX)}b`)).toBeUndefined();
    expect(whyNotGiven(`a${one.repeat(RUN_CHARS_MAX + 1)}b`)).toContain("in a row");
  }
  expect(whyNotGiven(" \n\t\r".repeat(RUN_CHARS_MAX))).toContain("blanks in a row");
});

/** The same inputs with every text taken away for one reason. */
function unreadable(inputs: AuditInputs, why: string): AuditInputs {
  const without = (file: SeenFile): SeenFile => ({
    ...file,
    text: undefined,
    sha256: undefined,
    why,
  });
  const tree = (one: SeenTree): SeenTree => ({
    ...one,
    files: new Map([...one.files].map(([path, file]) => [path, without(file)])),
  });
  const trees = {
    repository: tree(inputs.repository),
    home: tree(inputs.home),
    managed: tree(inputs.managed),
    system: tree(inputs.system),
  };
  const bare = sightsFromMemory({ files: {} }, around);
  const git =
    bare.git.kind === "seen"
      ? { ...bare.git, value: { ...bare.git.value, tracked: () => true } }
      : bare.git;
  return { ...bare, ...trees, git, settingsFiles: inputs.settingsFiles.map(without) };
}

it.each([
  ["an empty project", () => sightsFromMemory({ files: {} }, around)],
  ["files that may not be read", () => unreadable(filledWith("x"), "it may not be read")],
  ["files that are too large", () => unreadable(filledWith("x"), "it has more than 2097152 bytes")],
  ["files that are no text", () => unreadable(filledWith("x"), "it is no text")],
])("no check passes without inputs: %s", (_, make) => {
  const inputs = make();
  const runs = runChecks(checks, inputs);
  expect(overUnread(runs, inputs)).toEqual([]);
  const passed = runs
    .filter(({ result }) => result.outcome === "pass")
    .map(({ result }) => result.lookedAt);
  expect(passed.flat().filter((name) => !FACTS.test(name))).toEqual([]);
});

it("a pass is made of what was read, and is none without", () => {
  // @ts-expect-error a pass without inputs is no result
  const none: CheckResult = { outcome: "pass", lookedAt: [], faults: [] };
  expect(none.lookedAt).toEqual([]);
  expect(verdict([], []).outcome).toBe("not-applicable");
  expect(verdict(["CLAUDE.md"], [])).toEqual({
    outcome: "pass",
    lookedAt: ["CLAUDE.md"],
    faults: [],
  });
});
