// What a guard's hook says of one call, read as the client reads it.
import { spawn } from "node:child_process";

/** `left`: the client's own rules decide; `failed`: the hook broke or was late, after which the client lets the call go on. */
export type Answer = "allow" | "ask" | "deny" | "left" | "failed";
export type Answered = { readonly answer: Answer; readonly ms: number };

/** Characters of an answer that are read. */
const OUTPUT_CHARS_MAX = 1_000_000;

/** Runs the hook, a line for `sh`, with the payload of one Bash call. Never rejects. */
export function askHook(
  hook: string,
  {
    command,
    cwd,
    home,
    timeoutMs,
  }: {
    readonly command: string;
    readonly cwd: string;
    readonly home: string;
    readonly timeoutMs: number;
  },
): Promise<Answered> {
  const payload = JSON.stringify({
    session_id: "00000000-0000-4000-8000-000000000000",
    transcript_path: `${home}/.claude/projects/bench/session.jsonl`,
    cwd,
    permission_mode: "default",
    hook_event_name: "PreToolUse",
    tool_name: "Bash",
    tool_input: { command, description: "A command" },
    tool_use_id: "toolu_01",
  });
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const child = spawn("sh", ["-c", hook], {
      cwd,
      env: { ...process.env, HOME: home, CLAUDE_PROJECT_DIR: cwd },
      stdio: ["pipe", "pipe", "ignore"],
      detached: true,
    });
    let output = "";
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      // WHY the group: a shell that is ended leaves what it started.
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }, timeoutMs);
    const end = (answer: Answer): void => {
      clearTimeout(timer);
      resolve({ answer, ms: performance.now() - startedMs });
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (output.length < OUTPUT_CHARS_MAX) output += text;
    });
    // A hook that answers without reading closes the pipe.
    child.stdin.on("error", () => {});
    child.on("error", () => end("failed"));
    child.on("close", (code) => end(isLate ? "failed" : readAnswer(code, output)));
    child.stdin.end(payload);
  });
}

/** The meaning of exit code and output: 2 refuses, 0 answers in JSON or leaves it, all else is a failure that holds nothing up. */
export function readAnswer(code: number | null, output: string): Answer {
  if (code === 2) return "deny";
  if (code !== 0) return "failed";
  const said = parsed(output.trim());
  const decision = said?.hookSpecificOutput?.permissionDecision ?? said?.decision;
  switch (decision) {
    case "deny":
    case "block":
      return "deny";
    case "ask":
      return "ask";
    case "allow":
    case "approve":
      return "allow";
    default:
      return "left";
  }
}

type Said = {
  readonly decision?: unknown;
  readonly hookSpecificOutput?: { readonly permissionDecision?: unknown };
};

function parsed(text: string): Said | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text) as Said;
  } catch {
    return undefined;
  }
}
