// Guards run in a jail by an audit: what they do with broken input is the finding, and what was not run is no pass.
import { describe, expect, it } from "vitest";
import { sightsFromMemory } from "#assure/posture/inputs/from-memory.ts";
import { runChecks } from "#assure/posture/run-checks.ts";
import type { Seen, AuditInputs } from "#assure/posture/inputs/audit-inputs.ts";
import { hookTrials, type Trying } from "#surface/services/posture/hook-trials.ts";
import { loadCheckFamilies } from "#surface/services/posture/shipped-checks.ts";
import { whyNoHookJail } from "#surface/services/recipe/hook-jail.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";

const around = { catalogue: loadCatalogue(), nowMs: Date.UTC(2026, 10, 21) };
const checks = loadCheckFamilies().flatMap((family) => family.checks);
const ROOT = "/projects/shop";

function sightsWith(script: string, home: Readonly<Record<string, string>> = {}): AuditInputs {
  const path = ".claude/hooks/guard.sh";
  const handler = { type: "command", command: `"$CLAUDE_PROJECT_DIR"/${path}`, onFailure: "block" };
  const files = {
    ".claude/settings.json": JSON.stringify({ hooks: { PreToolUse: [{ hooks: [handler] }] } }),
    [path]: script,
  };
  return sightsFromMemory({ files, home, modes: { [path]: "0755" } }, around);
}

async function judged(
  auditInputs: AuditInputs,
  runs: Trying["runs"] = "all",
  wanted = "hooks/broken-input-passes",
) {
  const trials = await hookTrials(auditInputs, { root: ROOT, runs });
  const [run] = runChecks(
    checks.filter(({ id }) => id === wanted),
    { ...auditInputs, hookTrials: trials },
  );
  return { trials: valueOf(trials), result: run?.result };
}

function valueOf<Value>(seen: Seen<Value>): Value {
  if (seen.kind === "unseen") throw new Error(seen.why);
  return seen.value;
}

function skipWithoutJail(skip: (why: string) => void): void {
  const why = whyNoHookJail();
  if (why !== undefined) skip(why);
}

const refusing = (reading: string) =>
  `#!/bin/sh\n${reading}\ncase "$input" in\n  *curl*) echo refused >&2; exit 2 ;;\nesac\n`;

describe("a guard that was run", () => {
  it("is told by what it did with broken input, whatever its text looks like", async ({ skip }) => {
    skipWithoutJail(skip);
    // Its text looks as if it refused.
    const open = refusing(
      "input=$(cat) || exit 2\n[ -w /usr ] && exit 2\n[ -e /home/someone ] && exit 2",
    );
    const { trials, result } = await judged(sightsWith(open));
    expect(trials[0]?.tries.map(({ outcome }) => outcome.kind)).toEqual([
      ...["passes", "deny", "passes"],
      ...["passes", "passes", "passes", "passes"],
    ]);
    expect(result?.outcome).toBe("fail");
    expect(result?.faults[0]?.message).toContain(
      "run in a jail, it lets the call run on no input: no answer; no JSON",
    );
  });
  it("passes where it refuses all of it, also without the program it needs", async ({ skip }) => {
    skipWithoutJail(skip);
    const closed = refusing(
      'input=$(jq -r ".tool_input.command | strings") || exit 2\n[ -n "$input" ] || exit 2',
    );
    const { trials, result } = await judged(sightsWith(closed));
    expect(trials[0]?.tries.at(-1)).toEqual({
      fed: "a call, where jq is missing",
      kind: "lacking",
      outcome: { kind: "deny", why: "exit 2" },
    });
    expect(result).toMatchObject({ outcome: "pass", note: "guards that were run in a jail: 1" });
  });
  it("is unseen where it does not work in the jail", async ({ skip }) => {
    skipWithoutJail(skip);
    const { result } = await judged(
      sightsWith(refusing("input=$(cat) || exit 2\nno-such-program-here || exit 127")),
    );
    expect(result?.outcome).toBe("unseen");
    expect(result?.note).toBe(
      "a guard was not run: it does not work in a jail: something that it uses is not there",
    );
  });
  it("is of a repository that the client trusts, or was asked for", async ({ skip }) => {
    skipWithoutJail(skip);
    const script = refusing("input=$(cat) || exit 2");
    const untrusted = await judged(sightsWith(script), "trusted");
    expect(untrusted.trials[0]?.tries).toEqual([]);
    expect(untrusted.result?.note).toContain("not trusted by the client");
    const state = JSON.stringify({ projects: { [ROOT]: { hasTrustDialogAccepted: true } } });
    const trusted = await judged(sightsWith(script, { ".claude.json": state }), "trusted");
    expect(trusted.trials[0]?.tries.length).toBeGreaterThan(0);
  });
  /** Ends with exit 2 on input that is no call, so that only what it does with calls is told. */
  const whole = "given=$(cat) || exit 2\ncase $given in *tool_input*\\}*) ;; *) exit 2 ;; esac\n";
  const at = (value: string) =>
    `#!/bin/sh\n${whole}if echo "${value}" | grep -qE "rm -rf|git reset --hard"; then echo no >&2; exit 2; fi\n`;
  it.for<readonly [string, string, boolean]>([
    ["the first argument", at("$1"), false],
    ["a variable that is not set", at("$CLAUDE_TOOL_INPUT"), false],
    ["another variable", at("$INPUT"), false],
    ["standard input", at("$given"), true],
    ["status 1", at("$given").replace("exit 2; fi", "exit 1; fi"), false],
    [
      "a name that nothing has",
      at("$given").replace("rm -rf", "rm -rf-x").replace("--hard", "--hard-x"),
      false,
    ],
    [
      "its text, with only what it forbids named in a comment",
      `#!/bin/sh\n${whole}# it blocks rm -rf\n[ -e /nowhere ] && exit 2\nexit 0\n`,
      true,
    ],
  ])(
    "that reads the call from %s is told by what it refuses",
    async ([, script, isWell], { skip }) => {
      skipWithoutJail(skip);
      const { result } = await judged(sightsWith(script), "all", "hooks/idle-guard");
      const told = (result?.faults ?? []).map(({ message }) => message).join("\n");
      expect(told.includes("it refuses no call that its text names: `rm -rf /`")).toBe(!isWell);
    },
  );
});
