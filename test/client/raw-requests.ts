// Requests that no client sends: malformed bodies, wrong tokens, sessions of somebody else.
import type { Transport } from "./breakable-stand.ts";

/** A body for the daemon's port or for the hook's standard input. */
export type RawRequest = {
  readonly id: string;
  readonly what: string;
  readonly only?: Transport;
  body(project: string): string | Uint8Array;
  /** Instead of the project's own; empty is none at all. Daemon only. */
  readonly token?: string;
  /** Instead of the project's own id. Command hook only. */
  readonly project?: string;
  /** The request is a good one: it is judged like any other. */
  readonly isJudged?: boolean;
};

const call = (project: string, changes: Readonly<Record<string, unknown>> = {}) => ({
  session_id: "3b9f4b8e-1111-4222-8333-0123456789ab",
  transcript_path: "/tmp/t.jsonl",
  cwd: project,
  permission_mode: "default",
  hook_event_name: "PreToolUse",
  tool_name: "Bash",
  tool_input: { command: "touch raw.txt" },
  tool_use_id: "toolu_raw",
  ...changes,
});
const text = (changes: Readonly<Record<string, unknown>>) => (project: string) =>
  JSON.stringify(call(project, changes));

/** In the order of the page. */
export const rawRequests: readonly RawRequest[] = [
  { id: "raw-empty", what: "empty body", body: () => "" },
  { id: "raw-object", what: "`{}`", body: () => "{}" },
  { id: "raw-not-json", what: "not JSON", body: () => "touch raw.txt" },
  {
    id: "raw-truncated",
    what: "a payload cut in half",
    body: (project) => JSON.stringify(call(project)).slice(0, 150),
  },
  {
    id: "raw-not-utf8",
    what: "bytes that are not UTF-8",
    body: (project) =>
      Buffer.concat([Buffer.from(JSON.stringify(call(project))), Buffer.from([0xff])]),
  },
  { id: "raw-list", what: "a list", body: (project) => JSON.stringify([call(project)]) },
  { id: "raw-no-tool", what: "no tool name", body: text({ tool_name: undefined }) },
  { id: "raw-no-input", what: "no tool input", body: text({ tool_input: undefined }) },
  { id: "raw-no-session", what: "no session id", body: text({ session_id: undefined }) },
  { id: "raw-no-cwd", what: "no working directory", body: text({ cwd: undefined }) },
  { id: "raw-input-type", what: "tool input is a number", body: text({ tool_input: 7 }) },
  {
    id: "raw-command-type",
    what: "command is a list",
    body: text({ tool_input: { command: ["touch", "raw.txt"] } }),
  },
  { id: "raw-cwd-relative", what: "relative working directory", body: text({ cwd: "shop" }) },
  {
    id: "raw-deep",
    what: "50,000 nested lists",
    body: (project) =>
      JSON.stringify(call(project)).replace(
        '"touch raw.txt"',
        `${"[".repeat(50_000)}${"]".repeat(50_000)}`,
      ),
  },
  { id: "raw-token-none", what: "no token", only: "http", token: "", body: text({}) },
  {
    id: "raw-token-wrong",
    what: "a token that is not ours",
    only: "http",
    token: "A".repeat(43),
    body: text({}),
  },
  {
    id: "raw-project-wrong",
    what: "an unknown project id",
    only: "command",
    project: "0000000000000000",
    body: text({}),
  },
  {
    id: "raw-session-forged",
    what: "a good payload in the name of a session that never began",
    isJudged: true,
    body: text({}),
  },
];
