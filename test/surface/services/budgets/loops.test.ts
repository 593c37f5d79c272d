// Forty loops and forty honest long sessions, call by call: every loop is stopped at its cap, and no honest session is asked about.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseHookEvent } from "#guard/protocol/hook-io.ts";
import type { HookEvent } from "#guard/events/normalize.ts";
import type { Budget, BudgetStep } from "#guard/policy/budget.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { loadPrices } from "#surface/foundation/product/shipped-data.ts";
import { type BudgetService, openBudgets } from "#surface/services/budgets/budget-service.ts";

const PROJECT = { id: "0123456789abcdef", root: "/project" };
const CAP: Budget = {
  id: "loop",
  of: "session",
  unit: "repeats",
  ask: 5,
  stop: 10,
  from: { layer: "user", policy: "mine" },
};
/** Rounds after which a loop must have been stopped: the tenth time, with the first rounds that are not yet seen as one. */
const ROUNDS_MAX = 12;

type Step = { readonly command: string; readonly said: string };

let folder: string;
let service: BudgetService;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sallyport-loops-"));
  service = openBudgets({
    file: join(folder, "budgets.json"),
    clock: { nowMs: () => Date.now(), monotonicMs: () => performance.now() },
    policy: () => ({ budgets: [CAP] }) as unknown as Policy,
    prices: loadPrices,
    say: () => undefined,
  });
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The step that each call reached. */
function stepsOf(session: string, steps: readonly Step[]): readonly (BudgetStep | undefined)[] {
  return steps.map(({ command, said }, at) => {
    const payload = {
      session_id: session,
      cwd: "/project",
      hook_event_name: "PreToolUse",
      tool_name: "Bash",
      tool_input: { command },
      tool_use_id: `toolu_${at}`,
    };
    const event = parseHookEvent(Buffer.from(JSON.stringify(payload)));
    const made = event as HookEvent & { kind: "pre-tool-use" };
    service.port.touch(PROJECT, made, [CAP]);
    const reached = service.port.reached(PROJECT, made, [CAP], made.call);
    service.port.decided(PROJECT, made, made.call, { verdict: "allow", reached });
    service.port.ended(PROJECT, made, made.call, said);
    return reached[0]?.step;
  });
}

const COMMANDS = [
  "npm test",
  "pytest -q",
  "cargo build",
  "go vet ./...",
  "make",
  "git push",
  "curl -s localhost:3000",
  "ls missing",
];
const of = (count: number, step: (at: number) => Step): readonly Step[] =>
  Array.from({ length: count }, (_, at) => step(at));

describe("a loop", () => {
  const kinds: Readonly<Record<string, (command: string, round: number) => readonly Step[]>> = {
    "of one call": (command) => [{ command, said: "Error: cannot find module x" }],
    "of one call that tells the time": (command, round) => [
      { command, said: `failed in ${(round * 1.37).toFixed(2)}s at 12:00:${10 + round}` },
    ],
    "of an edit and a test": (command) => [
      { command: "sed -i s/a/b/ src/a.ts", said: "" },
      { command, said: "1 failed" },
    ],
    "of three calls": (command) => [
      { command: "git stash", said: "No local changes" },
      { command, said: "1 failed" },
      { command: "git stash pop", said: "No stash entries found." },
    ],
    "of four calls": (command) => [
      { command: "cat src/a.ts", said: "x" },
      { command: "sed -i s/a/b/ src/a.ts", said: "" },
      { command, said: "1 failed" },
      { command: "git checkout src/a.ts", said: "Updated 1 path" },
    ],
  };
  const loops = Object.entries(kinds).flatMap(([kind, round]) =>
    COMMANDS.map((command) => [kind, command, round] as const),
  );
  it("is one of forty", () => expect(loops).toHaveLength(40));
  it.each(loops)("%s with `%s` is stopped", (kind, command, round) => {
    const rounds = Array.from({ length: ROUNDS_MAX }, (_, at) => round(command, at));
    const steps = stepsOf(`loop ${kind} ${command}`, rounds.flat());
    expect(steps).toContain("ask");
    expect(steps).toContain("stop");
    const calls = rounds[0]?.length ?? 1;
    expect(steps.slice(0, 4 * calls)).not.toContain("ask");
  });
});

describe("an honest session", () => {
  const kinds: Readonly<Record<string, (command: string) => readonly Step[]>> = {
    "that edits and tests until it works": (command) =>
      of(120, (at) =>
        at % 2 === 0
          ? { command: `sed -i '${at}s/a/b/' src/a.ts`, said: "" }
          : { command, said: `${60 - Math.floor(at / 2)} failed` },
      ),
    "that looks at many files": (command) =>
      of(200, (at) => ({ command: `${command} # ${at}`, said: `part ${at}` })),
    "that waits for a build": (command) => [
      ...of(4, () => ({ command, said: "in progress" })),
      { command, said: "done" },
      ...of(4, () => ({ command: "gh run view", said: "queued" })),
      { command: "gh run view", said: "completed" },
    ],
    "that asks what changed after each step": (command) =>
      of(90, (at) =>
        at % 3 === 0
          ? { command: "git status --short", said: `M src/${at}.ts` }
          : { command: `${command} ${at}`, said: "ok" },
      ),
    "that tries again a few times": (command) =>
      of(60, (at) => ({
        command: `${command} --try ${Math.floor(at / 3)}`,
        said: "connection refused",
      })),
  };
  const sessions = Object.entries(kinds).flatMap(([kind, steps]) =>
    COMMANDS.map((command) => [kind, command, steps] as const),
  );
  it("is one of forty", () => expect(sessions).toHaveLength(40));
  it.each(sessions)("%s with `%s` goes on", (kind, command, steps) => {
    const seen = stepsOf(`honest ${kind} ${command}`, steps(command));
    expect(seen.filter((step) => step !== undefined)).toEqual([]);
  });
});
