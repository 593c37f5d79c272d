// Every check against texts that nobody wrote, and against files of which nothing could be read.
import { expect, it } from "vitest";
import type { Check } from "#assure/posture/check.ts";
import { sightsFromMemory } from "#assure/posture/inputs/from-memory.ts";
import type { AuditInputs, SeenTree } from "#assure/posture/inputs/audit-inputs.ts";
import { RUN_CHARS_MAX, whyNotGiven } from "#assure/posture/inputs/written-text.ts";
import { runChecks } from "#assure/posture/run-checks.ts";
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
