// Canary calls: two calls sent exactly as the client would send them, to prove that the gate stands and judges.
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import type { GuardMode } from "#govern/settings/project-register.ts";
import { open, readText } from "./daemon-client.ts";
import {
  type InstalledCommand,
  type InstalledHook,
  readInstalledCommand,
  readInstalledHook,
} from "../installation/installed-hook.ts";

const ANSWER_BYTES_MAX = 64 * 1024;
const ANSWER_MS_MAX = 10_000;

/** One canary: the command, and whether the answer was the expected one. */
export type CanaryResult = {
  readonly command: string;
  readonly expected: "runs" | "refused";
  readonly verdict: string;
  readonly isGood: boolean;
};

const CANARIES = [
  { command: "ls", expected: "runs" },
  { command: "cat .env", expected: "refused" },
] as const;

const answerSchema = v.object({
  hookSpecificOutput: v.object({
    hookEventName: v.literal("PreToolUse"),
    permissionDecision: v.optional(v.picklist(["deny", "ask", "allow"])),
  }),
});

/** The session of probes that are sent once. */
export function canarySession(): string {
  return `canary-${randomBytes(8).toString("hex")}`;
}

/**
 * Sends the canaries with address, token and trusted certificates read from the project's settings file, as the client
 * reads them. Nothing is executed. Throws a Failure when the settings hold no hook of ours or nobody answers.
 */
export async function sendCanaries(options: {
  settingsFile: string;
  root: string;
  /** Where the project is observed only, both are to be left to the client. */
  mode?: GuardMode;
  /** Of `canarySession()`, for who looks what becomes of them. */
  sessionId?: string;
}): Promise<readonly CanaryResult[]> {
  const command = readInstalledCommand(options.settingsFile);
  const hook = command === undefined ? readInstalledHook(options.settingsFile) : undefined;
  const { sessionId = canarySession() } = options;
  const results: CanaryResult[] = [];
  for (const { command: text, expected: enforced } of CANARIES) {
    const expected = options.mode === "observe" ? "runs" : enforced;
    const body = payload(text, sessionId, options.root);
    const verdict = hook === undefined ? await askCommand(command, body) : await ask(hook, body);
    const runs = verdict === "allow" || verdict === "abstain";
    const isGood = expected === "runs" ? runs : verdict === "deny";
    results.push({ command: text, expected, verdict, isGood });
  }
  return results;
}

function payload(command: string, sessionId: string, root: string): string {
  return JSON.stringify({
    session_id: sessionId,
    cwd: root,
    permission_mode: "default",
    hook_event_name: "PreToolUse",
    tool_name: "Bash",
    tool_input: { command },
    tool_use_id: `canary_${randomBytes(8).toString("hex")}`,
  });
}

async function ask(hook: InstalledHook, body: string): Promise<string> {
  const options = { bearer: hook.token, body, timeoutMs: ANSWER_MS_MAX };
  const response = await open(hook, "/v1/hook", options).catch((cause: unknown) => {
    throw new Failure(
      "canary",
      "the daemon did not answer a canary call; see `sallyport daemon status`",
      {
        cause,
      },
    );
  });
  return verdictIn(await readText(response, ANSWER_BYTES_MAX));
}

/** Starts the command hook as the client does, with the call on its standard input; exit code 2 is a refusal. */
function askCommand(hook: InstalledCommand | undefined, body: string): Promise<string> {
  if (hook === undefined) return Promise.resolve("unreadable");
  return new Promise((resolve) => {
    const options = { timeout: ANSWER_MS_MAX, maxBuffer: ANSWER_BYTES_MAX, cwd: "/" } as const;
    const child = execFile(hook.command, hook.args, options, (error, stdout) => {
      if (error !== null) resolve(error.code === 2 ? "deny" : "unreadable");
      else resolve(verdictIn(stdout));
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(body);
  });
}

/** The verdict in the answer of a hook; `unreadable` where there is none. */
export function verdictIn(text: string): string {
  const answer = v.safeParse(v.pipe(v.string(), v.parseJson(), answerSchema), text);
  return answer.success
    ? (answer.output.hookSpecificOutput.permissionDecision ?? "abstain")
    : "unreadable";
}
