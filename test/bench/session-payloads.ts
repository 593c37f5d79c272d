// The hook events of one made-up session, as the client posts them: calls, results, batches, and what stands around them.

const COMMANDS = [
  "ls -la",
  "git status && git diff --stat",
  "cat readme.txt | grep -n total | head -5",
  "npm test -- --reporter=dot",
  'for f in src/*.ts; do wc -l "$f"; done',
  "find . -name '*.ts' -newer readme.txt | xargs grep -l later",
  "cat .env",
  "rm -rf build/out",
  "mkdir -p build/out && cp readme.txt build/out/",
  "sed -n 1,40p src/main.ts",
] as const;
/** Calls that the client made side by side. */
const BATCH_CALLS = 10;

/** Payloads in order: a prompt, then each call with its result and a batch for every ten, the stop and the end. */
export function* sessionPayloads(
  id: string,
  project: string,
  calls: number,
): Generator<string, void> {
  const common = {
    session_id: id,
    transcript_path: `/home/ada/.claude/projects/shop/${id}.jsonl`,
    cwd: project,
    permission_mode: "default",
  };
  const event = (hook_event_name: string, more: object): string =>
    JSON.stringify({ ...common, hook_event_name, ...more });
  yield event("UserPromptSubmit", { prompt: "go on" });
  let batch: object[] = [];
  for (let at = 0; at < calls; at += 1) {
    const call = { ...callAt(at, project), tool_use_id: `toolu_${id}_${at}` };
    const response = { stdout: "x".repeat(at % 700), stderr: "", interrupted: false };
    yield event("PreToolUse", call);
    yield event("PostToolUse", { ...call, tool_response: response, duration_ms: at % 90 });
    batch.push({ ...call, tool_response: response });
    if (batch.length === BATCH_CALLS) {
      yield event("PostToolBatch", { tool_calls: batch });
      batch = [];
    }
  }
  yield event("Stop", { stop_hook_active: false });
  yield event("SessionEnd", { reason: "other" });
}

function callAt(at: number, project: string): object {
  const path = `${project}/src/file-${at}.ts`;
  switch (at % 4) {
    case 0:
      return { tool_name: "Read", tool_input: { file_path: `${project}/readme.txt` } };
    case 1:
      return { tool_name: "Write", tool_input: { file_path: path, content: "text\n".repeat(20) } };
    default: {
      const command = `${COMMANDS[at % COMMANDS.length] ?? ""} # ${at}`;
      return { tool_name: "Bash", tool_input: { command, description: "a step" } };
    }
  }
}
