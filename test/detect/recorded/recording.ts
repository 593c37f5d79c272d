// Records a set of sessions into a log through the product's own path, and reads it back as a reader with the key does.
import { join } from "node:path";
import type { RecordedLine } from "./recorded-line.ts";
import { viewLog } from "#record/store/log-view.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import { compilePolicyFile, loadPolicy } from "#surface/services/policy/policy-source.ts";
import { openRecordingPath, type RecordingPath } from "../../record/recording-path.ts";
import { verdictOf } from "../../surface/daemon/daemon-stand.ts";
import { openMaker } from "../examples/maker.ts";
import type { Firing } from "../examples/firing.ts";
import { MILD, type Script, type ScriptStep } from "./judged-sessions.ts";

const START_MS = Date.UTC(2026, 2, 2, 8);
/** Longer than any correlation looks back, so that no set adds up with the one before. */
const BETWEEN_MS = 2 * 86_400_000;
const STEP_MS = 2_000;

/** Records `scripts`, each judged, then `told`, events of which no hook tells. */
export async function recordSessions(
  data: string,
  scripts: readonly Script[],
  told: readonly Firing[],
): Promise<readonly RecordedLine[]> {
  const path = await openRecordingPath(data, START_MS);
  const answers = {
    team: path.answersOf("ada"),
    mild: path.answersOf("ada", compilePolicyFile(MILD, "mild.yaml")),
    "enterprise-high": path.answersOf("ada", loadPolicy("enterprise-high")),
  };
  try {
    for (const [number, script] of scripts.entries()) {
      path.setMs(START_MS + number * BETWEEN_MS);
      await drive(path, answers[script.policy ?? "team"], { script, number, data });
    }
    for (const [number, { make }] of told.entries()) {
      const beginMs = START_MS + (scripts.length + number) * BETWEEN_MS;
      const maker = openMaker(7_919 + number, {
        beginMs,
        stampAt: (timeMs) => {
          path.setMs(timeMs);
          return path.log.stamp("hook");
        },
      });
      make(maker);
      for (const { event } of maker.made) await path.log.append(event, { durable: false });
    }
  } finally {
    await path.log.close();
  }
  return readBack(data);
}

/** Which script an event of a set belongs to; those that are told come behind the scripts. */
export function partOf({ timeMs }: RecordedLine): number {
  return Math.floor((timeMs - START_MS) / BETWEEN_MS);
}

/** What the log holds, opened. */
async function readBack(data: string): Promise<readonly RecordedLine[]> {
  const view = await viewLog(join(data, "log"), join(data, "keys"));
  const lines: RecordedLine[] = [];
  for await (const { index, leaf, sealed } of view.entries(0, await view.size())) {
    if (leaf.kind !== "leaf") throw new Error(`entry ${index} cannot be read`);
    const { id, timeMs, metadata } = leaf;
    const line = { id, timeMs, metadata, ...(sealed === undefined ? {} : { sealed }) };
    // The directory that the log lies in for a moment is no part of what happened.
    const text = JSON.stringify(line).replaceAll(data, "/srv/record");
    lines.push(JSON.parse(text) as RecordedLine);
  }
  return lines;
}

type Driven = { readonly script: Script; readonly number: number; readonly data: string };

async function drive(
  path: RecordingPath,
  answer: (payload: object) => Promise<unknown>,
  { script, number, data }: Driven,
): Promise<void> {
  const session = `5e551000-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;
  const common = {
    session_id: session,
    cwd: script.cwd ?? "/home/ada/shop",
    permission_mode: script.mode ?? "default",
    transcript_path: `/home/ada/.claude/projects/shop/${session}.jsonl`,
  };
  const send = (hook_event_name: string, more: object) =>
    answer({ ...common, hook_event_name, ...more });
  const pass = (ms: number) => path.setMs(path.nowMs() + ms);
  await send("SessionStart", { source: "startup" });
  for (const [place, step] of script.steps.entries()) {
    pass(STEP_MS);
    if ("prompt" in step) await send("UserPromptSubmit", { prompt: step.prompt });
    else if ("sleepS" in step) pass(step.sleepS * 1_000);
    else if ("hook" in step) await send(step.hook, step.more);
    else await driveCall(step, { send, pass, data, id: `toolu_${number}_${place}` });
  }
  await send("SessionEnd", { reason: "other" });
}

type Sending = {
  send(name: string, more: object): Promise<unknown>;
  pass(ms: number): void;
  readonly data: string;
  readonly id: string;
};

async function driveCall(
  step: Extract<ScriptStep, { tool: string }>,
  { send, pass, data, id }: Sending,
): Promise<void> {
  const { tool, waitS = 3, runS = 1, out = "" } = step;
  const tool_input = Object.fromEntries(
    Object.entries(step.input).map(([name, value]) => [
      name,
      typeof value === "string" ? value.replaceAll("<data>", data) : value,
    ]),
  );
  const call = { tool_name: tool, tool_use_id: id };
  const said = await send("PreToolUse", { ...call, tool_input });
  const verdict = verdictOf(said);
  const isAsked = verdict === "ask";
  if (isAsked) await send("PermissionRequest", { ...call, tool_input });
  const isRefused = verdict === "deny" || verdict === "block";
  if (isRefused && step.runsAnyway !== true) return;
  pass((isAsked ? waitS : 0) * 1_000 + runS * 1_000);
  const output = (said as { hookSpecificOutput?: { updatedInput?: JsonObject } })
    .hookSpecificOutput;
  const ran = step.ranInput ?? output?.updatedInput ?? tool_input;
  const ended = { ...call, tool_input: ran, duration_ms: runS * 1_000 };
  await (step.fails === true
    ? send("PostToolUseFailure", { ...ended, error: "exit 1" })
    : send("PostToolUse", {
        ...ended,
        tool_response:
          tool === "Bash"
            ? { stdout: out, stderr: "", interrupted: false }
            : { filePath: tool_input["file_path"] ?? "" },
      }));
}
