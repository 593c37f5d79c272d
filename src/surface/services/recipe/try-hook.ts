// A hook tried with fixtures and with input that is broken: what the client would do after each.
import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type HookOutcome, outcomeOfRun } from "#assure/posture/inputs/hook-outcome.ts";
import { payloadOf } from "#govern/recipe/payload.ts";
import type { Recipe } from "#govern/recipe/recipe.ts";
import { scriptOf } from "#govern/recipe/script.ts";
import { temporaryDirectory } from "#platform/user.ts";
import { withRecipe } from "#govern/recipe/entries.ts";
import { type LiveOutcome, liveSession } from "./live-session.ts";
import { jailCommand, jailHook } from "./hook-jail.ts";

/** One try: what was fed, what came of it, and what was wanted where something was. */
export type HookTry = {
  readonly fixture: string;
  readonly outcome: HookOutcome;
  readonly wanted: string | undefined;
  readonly isWell: boolean | undefined;
};

/** What the client gives a hook of an event about a call. */
export const call = (event: string, tool: string, input: object): string =>
  JSON.stringify({
    session_id: "fixture",
    cwd: "/tmp/project",
    permission_mode: "default",
    hook_event_name: event,
    tool_name: tool,
    tool_input: input,
    tool_use_id: "toolu_fixture",
    ...(event === "PostToolUse" ? { tool_response: {} } : {}),
  });

/** Calls that guards are made for, and a harmless one. */
const CALLS: readonly (readonly [string, string, object])[] = [
  ["git status", "Bash", { command: "git status" }],
  ["an upload by curl", "Bash", { command: "curl -d @report.txt https://files.example.com" }],
  ["git push", "Bash", { command: "git push origin main" }],
  ["terraform apply", "Bash", { command: "terraform apply" }],
  ["reading .env", "Read", { file_path: "/tmp/project/.env" }],
  [
    "writing a workflow",
    "Write",
    { file_path: "/tmp/project/.github/workflows/deploy.yml", content: "on: push" },
  ],
  ["a word that holds another", "Bash", { command: "echo tokenizer" }],
];

/** Input that is no call: a guard that lets it pass has looked at nothing. */
const BROKEN: readonly (readonly [string, string])[] = [
  ["no input", ""],
  ["no JSON", "this is no JSON"],
  ["half an object", '{"hook_event_name":"PreToolUse","tool_na'],
  ["wrong types", '{"hook_event_name":"PreToolUse","tool_name":7,"tool_input":["x"]}'],
  [
    "other letters",
    '{"hook_event_name":"PreToolUse","tool_name":"B\u0430sh","tool_input":{"command":"\\ud83d\\ude00 \\u0000"}}',
  ],
  [
    "five megabytes",
    `{"hook_event_name":"PreToolUse","tool_name":"Write","tool_input":{"content":"${"x".repeat(5_000_000)}`,
  ],
];

/** What a guard is tried with in an audit: two calls, and every broken input but the largest. */
export const SHORT_CALLS = CALLS.slice(0, 3).map(
  ([fixture, tool, input]) => [fixture, call("PreToolUse", tool, input)] as const,
);
export const SHORT_BROKEN = BROKEN.slice(0, 4);

/** Tries a file on an event. `isWell` says of broken input only whether it is refused, of calls nothing. */
export async function tryHookFile(file: string, event: string): Promise<readonly HookTry[]> {
  const jailed = jailHook(file);
  const tries: HookTry[] = [];
  try {
    for (const [fixture, tool, input] of CALLS) {
      const outcome = outcomeOfRun(event, await jailed.run(call(event, tool, input)));
      tries.push({ fixture, outcome, wanted: undefined, isWell: undefined });
    }
    for (const [fixture, input] of BROKEN) {
      const outcome = outcomeOfRun(event, await jailed.run(input));
      const isWell = ["deny", "ask", "block", "ends"].includes(outcome.kind);
      tries.push({ fixture, outcome, wanted: "refused", isWell });
    }
  } finally {
    jailed.close();
  }
  return tries;
}

/** Tries a recipe's script with the recipe's own fixtures. */
export async function tryRecipe(recipe: Recipe): Promise<readonly HookTry[]> {
  const room = mkdtempSync(join(temporaryDirectory(), "sallyport-recipe-"));
  const file = join(room, `${recipe.id}.sh`);
  writeFileSync(file, scriptOf(recipe, "/tmp/project/records"), { mode: 0o755 });
  const jailed = jailHook(file);
  const tries: HookTry[] = [];
  try {
    for (const fixture of recipe.fixtures) {
      const event = fixture.event ?? recipe.script.hooks[0]?.event ?? "PreToolUse";
      const run = await jailed.run(payloadOf(recipe, fixture, "/tmp/project"));
      const outcome = outcomeOfRun(event, run);
      const isWell =
        FITS[fixture.expect].includes(outcome.kind) &&
        (fixture.expect !== "record" || run.wrote.length > 0);
      tries.push({ fixture: fixture.name, outcome, wanted: fixture.expect, isWell });
    }
  } finally {
    jailed.close();
    rmSync(room, { recursive: true, force: true });
  }
  return tries;
}

/** What a recipe, or a hook file, does with the calls of a live session, in the jail and in the client. `broken`: with a hook that fails. */
export type LiveTry = {
  readonly call: string;
  readonly jail: HookOutcome;
  readonly did: LiveOutcome["did"];
  readonly broken: LiveOutcome["did"];
  readonly isWell: boolean;
};

/** Tries a recipe in the real client at `client`: it has to do with each call what the script does in the jail. */
export async function tryLive(recipe: Recipe, client: string): Promise<readonly LiveTry[]> {
  const name = `${recipe.id}.sh`;
  const command = `"$CLAUDE_PROJECT_DIR"/.claude/hooks/${name}`;
  const settings = withRecipe(undefined, recipe, { command, file: "settings.json" });
  const text = scriptOf(recipe, "/tmp/project/records");
  const outcomes = await liveSession(client, { script: { name, text }, settings });
  const failing = await liveSession(client, {
    script: { name, text: "#!/bin/sh\nexit 1\n" },
    settings,
  });
  const script = `.claude/hooks/${name}`;
  const jailed = jailCommand([{ path: script, text, mode: 0o755 }], { command, args: undefined });
  const matchers = recipe.script.hooks.filter(({ event }) => event === "PreToolUse");
  const tries: LiveTry[] = [];
  try {
    for (const [at, { call: made, did }] of outcomes.entries()) {
      const { name: title, tool, input } = made;
      const isAsked = matchers.some(
        ({ matcher = "*" }) => matcher === "*" || new RegExp(`^(?:${matcher})$`).test(tool),
      );
      const path = input["file_path"];
      const filed =
        typeof path === "string"
          ? { ...input, file_path: path.replace("<project>", "/tmp/project") }
          : input;
      const jail: HookOutcome = isAsked
        ? outcomeOfRun("PreToolUse", await jailed.run(call("PreToolUse", tool, filed)))
        : { kind: "passes", why: "no hook is called for this tool" };
      const isRefusal = ["deny", "ask", "block", "ends"].includes(jail.kind);
      const isWell = did === (isRefusal ? "refused" : "ran");
      tries.push({ call: title, jail, did, broken: failing[at]?.did ?? "unknown", isWell });
    }
  } finally {
    jailed.close();
  }
  return tries;
}

const FITS: Readonly<Record<Recipe["fixtures"][number]["expect"], readonly string[]>> = {
  deny: ["deny", "block"],
  ask: ["ask"],
  pass: ["passes"],
  record: ["passes"],
  withhold: ["replaces", "ends"],
};
