// Runs steps of attacks against the daemon that sessions start, as the client would tell of them, and reads from its record what it raised.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { filledString } from "#base/json.ts";
import { viewLog } from "#record/store/log-view.ts";
import { guardProject } from "#surface/cli/guard/guard-project.ts";
import type { Install } from "#surface/services/installation/install.ts";
import { until } from "../../../until.ts";
import { freshDirectory, installOn, sendTo, verdictOf } from "../../daemon/daemon-stand.ts";
import { wholeDaemon } from "../../daemon/whole-daemon.ts";
import { silent } from "../../silent-terminal.ts";
import type { AttackStep } from "./attack-steps.ts";

/** Sessions for one daemon: of more than sixty alerts in a minute only their number is told. */
const SESSIONS_PER_DAEMON = 24;
const QUIET_MS = 3_000;

/** What came of a step: the answers to its calls, and each detection with how long after its last event the alert was on record. */
export type RanStep = {
  readonly verdicts: readonly string[];
  readonly raised: ReadonlyMap<string, number>;
};

type Stand = {
  readonly home: string;
  readonly project: string;
  readonly install: Install;
  readonly token: string;
};

/** Runs all, in the order given, on as many fresh installs as it takes. */
export async function runSteps(steps: readonly AttackStep[]): Promise<readonly RanStep[]> {
  const ran: RanStep[] = [];
  for (let from = 0; from < steps.length; from += SESSIONS_PER_DAEMON)
    ran.push(...(await runOnOne(steps.slice(from, from + SESSIONS_PER_DAEMON))));
  return ran;
}

async function runOnOne(steps: readonly AttackStep[]): Promise<readonly RanStep[]> {
  const room = freshDirectory();
  const stand = await openStand(join(room.path, "home"));
  const daemon = await wholeDaemon(stand);
  try {
    const driven: { verdicts: readonly string[]; endMs: number }[] = [];
    for (const [number, step] of steps.entries()) {
      const verdicts = await drive(stand, step, sessionOf(number));
      driven.push({ verdicts, endMs: Date.now() });
    }
    const isRaised = async () => {
      const found = await readAlerts(stand);
      return steps.every(({ raises }, number) =>
        raises.every((rule) => found.get(sessionOf(number))?.has(rule) === true),
      );
    };
    // What never comes is named by the test, step by step.
    await until("all expected alerts", isRaised, { withinMs: 120_000, everyMs: 500 }).catch(
      () => undefined,
    );
    // TIME: nothing tells that no further alert comes; the daemon looks every 300 ms, and waits a second for what comes late.
    await pause(QUIET_MS);
    const alerts = await readAlerts(stand);
    return driven.map(({ verdicts, endMs }, number) => ({
      verdicts,
      raised: new Map(
        [...(alerts.get(sessionOf(number)) ?? [])].map(([rule, timeMs]) => [rule, timeMs - endMs]),
      ),
    }));
  } finally {
    await daemon.stop();
    room.remove();
  }
}

const sessionOf = (number: number) =>
  `a77ac400-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;

async function openStand(home: string): Promise<Stand> {
  const project = join(home, "shop");
  const files: Readonly<Record<string, string>> = {
    ".env": "KEY=1\n",
    "src/main.ts": "export {};\n",
    "package.json": '{ "name": "shop", "scripts": { "test": "node --test" } }\n',
    ".github/workflows/ci.yml": "on: push\njobs: {}\n",
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
  const install = await installOn(join(home, "data"));
  const { root } = install.directories;
  const { token } = await guardProject({
    directory: project,
    yes: true,
    terminal: silent,
    data: root,
    transport: "http",
    environment: { PATH: "/usr/bin:/bin", HOME: home },
    hookPath: join(home, "hook.cjs"),
  });
  return { home, project, install, token };
}

async function drive(stand: Stand, { acts }: AttackStep, session: string) {
  const placed = (text: string) =>
    text.replaceAll("<project>", stand.project).replaceAll("<home>", stand.home);
  let mode = "default";
  const verdicts: string[] = [];
  const send = async (hook_event_name: string, more: object) => {
    const told = {
      session_id: session,
      cwd: stand.project,
      permission_mode: mode,
      hook_event_name,
      transcript_path: join(stand.home, ".claude/projects/shop", `${session}.jsonl`),
      ...more,
    };
    return (await sendTo(stand.install, stand.token, placed(JSON.stringify(told)))).json;
  };
  await send("SessionStart", { source: "startup" });
  for (const [place, act] of acts.entries()) {
    if ("mode" in act) mode = act.mode;
    else if ("prompt" in act) await send("UserPromptSubmit", { prompt: act.prompt });
    else {
      const call = {
        tool_name: act.tool,
        tool_use_id: `${session}-${place}`,
        tool_input: act.input,
      };
      const verdict = verdictOf(await send("PreToolUse", call));
      verdicts.push(verdict);
      // As the client would: what was let is there for the next call.
      if (verdict !== "deny" && act.tool === "Write") leave(placed(JSON.stringify(act.input)));
      const tool_response = { stdout: act.out ?? "", content: act.out ?? "" };
      if (verdict !== "deny") await send("PostToolUse", { ...call, tool_response });
    }
  }
  return verdicts;
}

/** Inside of the stand alone: its folders are the only ones that are named. */
function leave(input: string): void {
  const { file_path: path, content } = Object(JSON.parse(input));
  if (typeof path !== "string" || typeof content !== "string") return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** By session the detections that told, with the time of each. */
async function readAlerts({ install }: Stand) {
  const { log, keys } = install.directories;
  const found = new Map<string, Map<string, number>>();
  for await (const { leaf, sealed } of (await viewLog(log, keys)).entries(0, 100_000)) {
    if (leaf.kind !== "leaf" || leaf.metadata["kind"] !== "alert") continue;
    const session = filledString(sealed?.["sessionId"]) ?? "";
    const rules = found.get(session) ?? new Map<string, number>();
    rules.set(filledString(leaf.metadata["what"]) ?? "", leaf.timeMs);
    found.set(session, rules);
  }
  return found;
}
