// A project's isolation as settings: the client's own sandbox, sandbox-runtime, and our hold, which needs none.
import { createHash } from "node:crypto";
import { Failure } from "#base/failure.ts";
import { isObject } from "#base/json.ts";
import { quotedForShell } from "#base/shell-quoting.ts";
import { outputFaults } from "#govern/compile/output-check.ts";
import { sandboxSettings } from "#govern/compile/sandbox-settings.ts";
import { parseSite } from "#govern/compile/site.ts";
import type { Catalogue } from "#govern/settings/catalogue.ts";
import type { Policy } from "#guard/policy/policy.ts";
import {
  CACHE_VARIABLES,
  expectationText,
  type IsolationPlan,
  type Planned,
} from "./isolation-plan.ts";

/**
 * Where commands keep what is gone after a moment. WHY of the project: `/tmp/claude`, where it would lie otherwise, belongs
 * to whoever made it first on the machine.
 */
const scratchOf = (project: string): string =>
  `/tmp/srt-${createHash("sha256").update(project).digest("hex").slice(0, 16)}`;
const MASKED = /^[A-Za-z_][A-Za-z0-9_]{0,100}$/;

/** Variables of the client that are taken out, and those that stand-ins replace. */
function variableModes({ masked }: IsolationPlan) {
  const strange = masked.find((name) => !MASKED.test(name));
  if (strange !== undefined)
    throw new Failure("usage", "`--mask` takes names of variables, with commas");
  const hidden = ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"].filter(
    (name) => !masked.includes(name),
  );
  return [
    ...hidden.map((name) => ({ name, mode: "deny" })),
    ...masked.map((name) => ({ name, mode: "mask" })),
  ];
}

/** Managed settings with the client's own sandbox. */
export function clientFiles(plan: IsolationPlan, policy: Policy, catalogue: Catalogue): Planned {
  const site = parseSite("{}", "no file");
  const compiled = sandboxSettings(policy.rules, site);
  if (!isObject(compiled)) throw new Failure("compile-output", "no sandbox came of the policy");
  const network = isObject(compiled["network"]) ? compiled["network"] : {};
  const isStrict = plan.tier !== "low-risk";
  const settings = {
    sandbox: {
      ...compiled,
      network: { ...network, ...(isStrict ? { strictAllowlist: true } : {}) },
      credentials: { envVars: variableModes(plan) },
    },
  };
  const text = `${JSON.stringify(settings, null, 2)}\n`;
  const [fault] = outputFaults(text, "managed", catalogue);
  if (fault !== undefined)
    throw new Failure(
      "compile-output",
      `the settings are not what the client reads: ${fault.message}`,
    );
  return {
    files: [
      { name: "managed-settings.d/60-sandbox.json", text, mode: 0o644 },
      { name: "probe.yaml", text: expectationText(plan), mode: 0o644 },
    ],
    notes: [
      "put it where managed settings lie (`/etc/claude-code`): any repository switches the sandbox of other settings off",
      "it holds commands of Bash alone: the client, its hooks and servers run outside of it",
      "`sallyport policy compile` writes it with all the rest, and `sallyport policy deploy` puts it in force",
      ...(plan.masked.length === 0
        ? []
        : [
            "a stand-in is replaced in requests that the client's proxy can read: plain ones, or with `network.tlsTerminate`",
          ]),
    ],
  };
}

/** Settings of `srt`, by the schema of 0.0.83. */
export function sandboxRuntimeFiles(plan: IsolationPlan): Planned {
  const { project, home, hosts, kept, hiddenFiles, hiddenDirectories, gitOutside, tools } = plan;
  const scratch = scratchOf(project);
  const covered = [
    ...new Set([home, "/root", "/home", "/mnt", "/media", "/srv", "/var", "/run"]),
    ...["/etc/ssh", "/etc/ssl/private", "/etc/security"],
  ];
  const settings = {
    network: {
      allowedDomains: [...hosts],
      deniedDomains: [],
      strictAllowlist: true,
      allowUnixSockets: [],
      allowAllUnixSockets: false,
      allowLocalBinding: false,
    },
    filesystem: {
      denyRead: [
        ...covered,
        ...["/etc/shadow", "/etc/gshadow", "/etc/sudoers"],
        ...hiddenFiles,
        ...hiddenDirectories,
      ],
      allowRead: [project, ...gitOutside, ...tools],
      allowWrite: [project, ...gitOutside, scratch],
      denyWrite: [...kept, ...hiddenFiles, ...hiddenDirectories],
      allowGitConfig: false,
    },
    credentials: { envVars: variableModes(plan) },
    enableWeakerNestedSandbox: false,
    allowNestedUserNamespaces: false,
  };
  const script = [
    "#!/bin/sh",
    "# Runs a command of the project in isolation: ./isolated COMMAND [ARGUMENT...]",
    "set -eu",
    '[ $# -gt 0 ] || { echo "usage: $0 COMMAND [ARGUMENT...]" >&2; exit 2; }',
    'here=$(CDPATH="" cd -- "$(dirname -- "$0")" && pwd -P)',
    `mkdir -m 700 ${scratch} 2>/dev/null || [ "$(stat -c %u ${scratch})" = "$(id -u)" ] || {`,
    `  echo "${scratch} belongs to somebody else" >&2; exit 2; }`,
    `cd -- ${quotedForShell(project)}`,
    "# No variable goes in but these: it hands on whatever it was given.",
    'exec env -i "PATH=$PATH" "HOME=$HOME" "TERM=${TERM:-dumb}" LANG=C.UTF-8 \\',
    `  CLAUDE_CODE_TMPDIR=${scratch} \\`,
    ...CACHE_VARIABLES.map(
      ([name, value]) =>
        `  ${quotedForShell(`${name}=${value.replace(/^\/tmp(?=\/|$)/, scratch)}`)} \\`,
    ),
    '  srt --settings "$here/srt-settings.json" "$@"',
    "",
  ].join("\n");
  return {
    files: [
      { name: "isolated", text: script, mode: 0o755 },
      { name: "srt-settings.json", text: `${JSON.stringify(settings, null, 2)}\n`, mode: 0o644 },
      {
        name: "probe.yaml",
        text: expectationText(plan, [
          "# It puts empty folders over what is hidden: what is written there is gone with the command.",
          `memory: [${covered.join(", ")}]`,
          "# A word that is good for its own proxy alone.",
          "variables: [CLOUDSDK_PROXY_PASSWORD]",
        ]),
        mode: 0o644,
      },
    ],
    notes: [
      "`srt` is the program of @anthropic-ai/sandbox-runtime: it needs Node 22.12, bubblewrap, socat and ripgrep",
      "hidden and kept are the places that are there now: make it again when a file with secrets comes",
    ],
  };
}

/** Our own hold: what switches it on. */
export function holdFiles(plan: IsolationPlan, policy: Policy): Planned {
  const { tier } = plan;
  const mode = policy.hold ?? "every command";
  return {
    files: [
      {
        name: "probe.yaml",
        text: expectationText(plan, [
          "# A held call has its own `/run`, and in it what it hands back: where it ended, and caches of its project.",
          "memory: [/run]",
          "writable: [/run/sallyport]",
        ]),
        mode: 0o644,
      },
    ],
    notes: [
      `the policy holds ${mode === "never" ? "no command (`hold: never`): take that line out" : `commands (\`hold\`: ${mode})`}; it is on wherever the project is guarded and bubblewrap is installed`,
      "`sallyport init` guards the project, `sallyport status` says whether commands are held, docs/guide/holding.md what it holds",
      "it holds commands one by one: the client, its hooks and servers run outside of it",
      ...(tier === "low-risk" || tier === "production-adjacent"
        ? []
        : [`for ${tier ?? "the strictest tier"} put the whole session into a container as well`]),
    ],
  };
}
