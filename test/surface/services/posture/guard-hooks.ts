// Guard hooks as people write them, in three languages: broken ones with the reason that an audit has to give, and sound ones.

/** One guard: a script with the language by its ending, or a command without one; and how it is entered. */
export type GuardHook = {
  readonly name: string;
  readonly file: string;
  readonly script: string;
  readonly matcher?: string;
  /** Members of the handler beside its command. */
  readonly handler?: Readonly<Record<string, unknown>>;
  /** What stands in the place of the command that starts the script. */
  readonly command?: string;
};
/** `check`: the check that has to name it, and words of what it says. `isSeenRunning`: only a run tells it, as it hangs on the machine. */
export type BrokenHook = GuardHook & {
  readonly check: string;
  readonly says: string;
  readonly isSeenRunning?: boolean;
};

const bash = (body: string): Pick<GuardHook, "file" | "script"> => ({
  file: "guard.sh",
  script: `#!/bin/bash\n${body}\n`,
});
const python = (body: string): Pick<GuardHook, "file" | "script"> => ({
  file: "guard.py",
  script: `#!/usr/bin/env python3\n${body}\n`,
});
const node = (body: string): Pick<GuardHook, "file" | "script"> => ({
  file: "guard.mjs",
  script: `#!/usr/bin/env node\n${body}\n`,
});

/** Reads the call in bash so that what cannot be read is refused. */
const BASH_READS = `command=$(jq -er '.tool_input.command | strings') && [ -n "$command" ] || { echo "the call cannot be read" >&2; exit 2; }
edge='(^|[;&|[:space:]])'`;
/** The same in Python and in JavaScript. */
const PYTHON_READS = `import json, re, sys
try:
    call = json.load(sys.stdin)
    command = call["tool_input"]["command"]
    if not isinstance(command, str):
        raise ValueError("no command")
except Exception:
    print("the call cannot be read", file=sys.stderr)
    sys.exit(2)`;
const NODE_READS = `import { readFileSync } from "node:fs";
let command;
try {
  command = JSON.parse(readFileSync(0, "utf8")).tool_input.command;
  if (typeof command !== "string") throw new Error("no command");
} catch {
  console.error("the call cannot be read");
  process.exit(2);
}`;
/** As most are entered: what fails lets the call run. */
const FAILS_OPEN = { onFailure: undefined };
const BASH_REFUSES = `if [[ $command =~ \${edge}rm[[:space:]]+-rf ]]; then
  echo "blocked: rm -rf" >&2
  exit 2
fi`;

export const BROKEN: readonly BrokenHook[] = [
  {
    name: "bash reads the call from its first argument",
    ...bash(`COMMAND="$1"
if echo "$COMMAND" | grep -qE "rm[[:space:]]+-rf"; then
  echo "blocked: rm -rf" >&2
  exit 2
fi`),
    check: "idle-guard",
    says: "standard input",
  },
  {
    name: "bash reads it from a variable that nobody sets",
    ...bash(`if [[ "$INPUT" =~ rm[[:space:]]+-rf ]]; then
  echo "blocked: rm -rf" >&2
  exit 2
fi`),
    check: "idle-guard",
    says: "standard input",
  },
  {
    name: "the entry hands over a variable that nobody sets",
    ...bash(`payload="$1"
case "$payload" in *"git push --force"*) echo "blocked" >&2; exit 2 ;; esac`),
    command: '"$CLAUDE_PROJECT_DIR"/.claude/hooks/guard.sh "$THE_CALL"',
    check: "idle-guard",
    says: "standard input",
  },
  {
    name: "Python reads it from CLAUDE_TOOL_INPUT",
    ...python(`import json, os, sys
command = json.loads(os.environ.get("CLAUDE_TOOL_INPUT", "{}")).get("command", "")
if "rm -rf" in command:
    print("blocked: rm -rf", file=sys.stderr)
    sys.exit(2)`),
    check: "environment-input",
    says: "no client sets `CLAUDE_TOOL_INPUT`",
  },
  {
    name: "JavaScript reads it from a variable of its own",
    ...node(`const call = JSON.parse(process.env.AGENT_HOOK_PAYLOAD ?? "{}");
if (/rm\\s+-rf/.test(call.tool_input?.command ?? "")) {
  console.error("blocked: rm -rf");
  process.exit(2);
}`),
    check: "idle-guard",
    says: "standard input",
  },
  {
    name: "JavaScript reads it from its arguments",
    ...node(`const command = process.argv.slice(2).join(" ");
if (command.includes("rm -rf ")) {
  console.error("blocked: rm -rf");
  process.exit(2);
}`),
    check: "idle-guard",
    says: "standard input",
  },
  {
    name: "bash reads nothing",
    ...bash(`FORBIDDEN="rm -rf"
for word in $FORBIDDEN; do
  if [ "$word" = "sudo" ]; then echo "blocked" >&2; exit 2; fi
done`),
    check: "idle-guard",
    says: "standard input",
  },
  {
    name: "Python ends with status 1",
    ...python(`${PYTHON_READS}
if re.search(r"\\brm\\s+-rf\\b", command):
    print("blocked: rm -rf", file=sys.stderr)
    sys.exit(1)`),
    check: "exit-one-as-block",
    says: "status 1 does not block",
  },
  {
    name: "bash ends with status 1",
    ...bash(`${BASH_READS}
if [[ $command =~ rm[[:space:]]+-rf ]]; then
  echo "blocked: rm -rf" >&2
  exit 1
fi`),
    check: "exit-one-as-block",
    says: "status 1 does not block",
  },
  {
    name: "JavaScript prints its answer to standard error",
    ...node(`${NODE_READS}
if (/\\brm\\s+-rf\\b/.test(command)) {
  console.error(JSON.stringify({ hookSpecificOutput: { hookEventName: "PreToolUse", permissionDecision: "deny", permissionDecisionReason: "rm -rf" } }));
  process.exit(0);
}`),
    check: "answer-on-standard-error",
    says: "standard error",
  },
  {
    name: "bash prints its answer to standard error",
    ...bash(`${BASH_READS}
if [[ $command =~ rm[[:space:]]+-rf ]]; then
  echo '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"rm -rf"}}' >&2
  exit 0
fi`),
    check: "answer-on-standard-error",
    says: "standard error",
  },
  {
    name: "JavaScript answers in a form of its own",
    ...node(`${NODE_READS}
if (/\\brm\\s+-rf\\b/.test(command)) {
  console.log(JSON.stringify({ block: true, reason: "rm -rf" }));
}`),
    check: "legacy-decision",
    says: "the client knows no such answer",
  },
  {
    name: "Python puts its decision at the top",
    ...python(`${PYTHON_READS}
if re.search(r"\\brm\\s+-rf\\b", command):
    print(json.dumps({"permissionDecision": "deny", "permissionDecisionReason": "rm -rf"}))`),
    check: "top-level-decision",
    says: "at the top of the answer is not read",
  },
  {
    name: "bash lacks the program that reads the call",
    ...bash(`command=$(jq-1.9 -r .tool_input.command)
if [[ $command =~ rm[[:space:]]+-rf ]]; then
  echo "blocked: rm -rf" >&2
  exit 2
fi`),
    check: "idle-guard",
    says: "refuses no call that its text names",
    isSeenRunning: true,
  },
  {
    name: "the program of the entry is not there",
    ...bash("exit 0"),
    command: "acme-guard-that-nobody-has --block",
    handler: FAILS_OPEN,
    check: "idle-guard",
    says: "is not on this machine",
    isSeenRunning: true,
  },
  {
    name: "Python crashes on every call",
    ...python(`import json, sys
call = json.load(sys.stdin)
command = call["toolInput"]["command"]
if "rm -rf " in command:
    print("blocked: rm -rf", file=sys.stderr)
    sys.exit(2)`),
    check: "wrong-payload-field",
    says: "has no field `toolInput`",
  },
  {
    name: "JavaScript crashes on every call",
    ...node(`import { readFileSync } from "node:fs";
const call = JSON.parse(readFileSync(0, "utf8"));
if (call.tool_input.command.words().includes("rm -rf ")) {
  console.error("blocked: rm -rf");
  process.exit(2);
}`),
    handler: FAILS_OPEN,
    check: "idle-guard",
    says: "run in a jail, it crashes",
    isSeenRunning: true,
  },
  {
    name: "bash compares the whole command with a part",
    ...bash(`${BASH_READS}
if [[ "$command" == "rm -rf" || "$command" == "git push --force" ]]; then
  echo "blocked" >&2
  exit 2
fi`),
    check: "idle-guard",
    says: "refuses no call that its text names",
    isSeenRunning: true,
  },
  {
    name: "Python looks at the beginning of the whole payload",
    ...python(`import re, sys
payload = sys.stdin.read()
if not payload.endswith("}") or '"command": "' not in payload and '"command":"' not in payload:
    sys.exit(2)
if re.match(r"rm\\s+-rf", payload):
    print("blocked: rm -rf", file=sys.stderr)
    sys.exit(2)`),
    check: "idle-guard",
    says: "refuses no call that its text names",
    isSeenRunning: true,
  },
  {
    name: "the matcher fits no tool",
    ...bash(`${BASH_READS}\n${BASH_REFUSES}`),
    matcher: "bash",
    check: "matcher-never-fits",
    says: "",
  },
  {
    name: "the matcher is a permission rule",
    ...bash(`${BASH_READS}\n${BASH_REFUSES}`),
    matcher: "Bash(rm *)",
    check: "matcher-never-fits",
    says: "",
  },
  {
    name: "Python takes longer than the client waits",
    ...python(`import time
${PYTHON_READS}
time.sleep(90)
if re.search(r"\\brm\\s+-rf\\b", command):
    print("blocked: rm -rf", file=sys.stderr)
    sys.exit(2)`),
    handler: { timeout: 2, ...FAILS_OPEN },
    check: "idle-guard",
    says: "gave no answer",
    isSeenRunning: true,
  },
  {
    name: "bash cannot be parsed",
    ...bash(`${BASH_READS}
if [[ $command =~ rm[[:space:]]+-rf ]]; then
  echo "blocked: rm -rf" >&2
  exit 2`),
    check: "syntax-error",
    says: "",
  },
];

export const SOUND: readonly GuardHook[] = [
  { name: "bash with status 2", ...bash(`${BASH_READS}\n${BASH_REFUSES}`) },
  {
    name: "bash with a decision on standard output",
    ...bash(`${BASH_READS}
if [[ $command =~ \${edge}rm[[:space:]]+-rf ]]; then
  jq -n '{hookSpecificOutput:{hookEventName:"PreToolUse",permissionDecision:"deny",permissionDecisionReason:"rm -rf"}}'
fi`),
  },
  {
    name: "bash that keeps the call in a variable first",
    ...bash(`INPUT=$(cat)
command=$(jq -er '.tool_input.command | strings' <<<"$INPUT") && [ -n "$command" ] || exit 2
if grep -qE '(^|[;&|[:space:]])rm[[:space:]]+-rf' <<<"$command"; then
  echo "blocked: rm -rf" >&2
  exit 2
fi`),
  },
  {
    name: "bash whose function gets the command as its first argument",
    ...bash(`${BASH_READS}
refuses() {
  [[ $1 =~ \${edge}git[[:space:]]+push[[:space:]].*--force ]]
}
if refuses "$command"; then
  echo "blocked: git push --force" >&2
  exit 2
fi`),
  },
  {
    name: "sh that reads by `read`",
    file: "guard.sh",
    script: `#!/bin/sh
call=
while IFS= read -r line || [ -n "$line" ]; do call="$call$line"; done
command=$(printf %s "$call" | jq -er '.tool_input.command | strings') || exit 2
[ -n "$command" ] || exit 2
case "$command" in
  "sudo "*|*" sudo "*) echo "blocked: sudo" >&2; exit 2 ;;
esac
`,
  },
  {
    name: "bash that hands standard input to Python",
    ...bash(`exec python3 -c '
import json, sys
try:
    command = json.load(sys.stdin)["tool_input"]["command"].split()
except Exception:
    sys.exit(2)
if command[:1] == ["sudo"]:
    print("blocked: sudo", file=sys.stderr)
    sys.exit(2)
'`),
  },
  {
    name: "Python with status 2",
    ...python(`${PYTHON_READS}
if re.search(r"\\brm\\s+-rf\\b", command):
    print("blocked: rm -rf", file=sys.stderr)
    sys.exit(2)`),
  },
  {
    name: "Python with a decision",
    ...python(`${PYTHON_READS}
if re.search(r"\\brm\\s+-rf\\b", command):
    print(json.dumps({"hookSpecificOutput": {"hookEventName": "PreToolUse", "permissionDecision": "deny", "permissionDecisionReason": "rm -rf"}}))`),
  },
  {
    name: "Python with a switch of its own in the environment and in its arguments",
    ...python(`import os
${PYTHON_READS}
strict = os.environ.get("ACME_GUARD_STRICT") == "1" or "--strict" in sys.argv
if re.search(r"\\brm\\s+-rf\\b", command) or (strict and re.search(r"\\bsudo\\b", command)):
    print("blocked", file=sys.stderr)
    sys.exit(2)`),
  },
  {
    name: "Python that asks",
    ...python(`${PYTHON_READS}
if re.search(r"\\bgit\\s+push\\b", command):
    json.dump({"hookSpecificOutput": {"hookEventName": "PreToolUse", "permissionDecision": "ask", "permissionDecisionReason": "a push"}}, sys.stdout)`),
  },
  {
    name: "JavaScript with status 2",
    ...node(`${NODE_READS}
if (/\\brm\\s+-rf\\b/.test(command)) {
  console.error("blocked: rm -rf");
  process.exit(2);
}`),
  },
  {
    name: "JavaScript with a decision",
    ...node(`${NODE_READS}
if (/\\brm\\s+-rf\\b/.test(command)) {
  console.log(JSON.stringify({ hookSpecificOutput: { hookEventName: "PreToolUse", permissionDecision: "deny", permissionDecisionReason: "rm -rf" } }));
}`),
  },
  {
    name: "JavaScript that reads piece by piece",
    ...node(`let text = "";
for await (const piece of process.stdin) text += piece;
let command;
try {
  command = JSON.parse(text).tool_input.command;
  if (typeof command !== "string") throw new Error("no command");
} catch {
  console.error("the call cannot be read");
  process.exit(2);
}
if (/\\bgit\\s+push\\s.*--force\\b/.test(command)) {
  console.error("blocked: git push --force");
  process.exit(2);
}`),
  },
  {
    name: "bash that writes what it saw to standard error and refuses by status",
    ...bash(`${BASH_READS}
if [[ $command =~ \${edge}git[[:space:]]+reset[[:space:]]+--hard ]]; then
  echo '{"refused":"git reset --hard"}' >&2
  exit 2
fi`),
  },
];
