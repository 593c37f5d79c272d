#!/usr/bin/env node
// The program that comes with the package: answers one hook of the client, or measures any guard by our cases.
import { homedir } from "node:os";
import { Failure } from "#base/failure.ts";
import { PAYLOAD_BYTES_MAX } from "#base/limits.ts";
import { neutralAnswer, refusal } from "#guard/protocol/hook-io.ts";
import { benchCommand } from "./bench/bench-command.ts";
import { createGuard, formatPreToolUse, packPolicy, parseHookEvent } from "./guard.ts";

const HELP = `sallyport-guard: judges tool calls of Claude Code by their effects, without daemon, sandbox or record

  sallyport-guard hook [PACK]             answer one PreToolUse hook: payload on standard input (default pack: team)
  sallyport-guard bench --hook COMMAND    what any guard's hook stops of harm, and disturbs of ordinary work

In .claude/settings.json:
  {"hooks": {"PreToolUse": [{"hooks": [{"type": "command", "command": "$CLAUDE_PROJECT_DIR/node_modules/.bin/sallyport-guard hook"}]}]}}

\`sallyport-guard bench --help\` says more.
`;

/** Answers by exit code: 0 done, 1 failed, 2 refused or wrongly called, as the client takes a hook's. */
async function main([command, ...rest]: readonly string[]): Promise<number> {
  if (command === "hook") return hook(rest[0] ?? "team");
  if (command === "bench") return benchCommand(rest);
  const isHelp = command === "--help" || command === "help";
  (isHelp ? process.stdout : process.stderr).write(HELP);
  return isHelp ? 0 : 2;
}

async function hook(pack: string): Promise<number> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= PAYLOAD_BYTES_MAX) chunks.push(chunk);
  }
  const event = parseHookEvent(bytes > PAYLOAD_BYTES_MAX ? Buffer.alloc(0) : Buffer.concat(chunks));
  if (event.kind === "fault") return say(refusal(event.eventName, "the call cannot be read"));
  if (event.kind !== "pre-tool-use") return say(neutralAnswer(event.eventName));
  const guard = createGuard({
    cwd: event.cwd,
    mode: event.mode,
    home: homedir(),
    policy: packPolicy(pack),
  });
  return say(formatPreToolUse(await guard.judge(event.call)));
}

function say(answer: object): number {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // WHY 2: the client takes it as a refusal, and a guard that fails must not let a call through.
  const message = error instanceof Failure ? error.message : "the guard failed";
  process.stderr.write(`sallyport-guard: ${message}\n`);
  process.exitCode = 2;
}
