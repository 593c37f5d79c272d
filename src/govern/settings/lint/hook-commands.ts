// Checks of what a hook runs: how it reads its input, how it answers, where it writes.
import { type JsonNode, memberOf } from "../json-text.ts";
import type { CheckId } from "./checks.ts";
import { type Remark, textOf } from "./document.ts";
import type { Handler } from "./hook-handlers.ts";

type CommandRemark = Remark & { readonly id: CheckId; readonly at: JsonNode };

/** Variables that people expect and that no client sets. */
const NO_INPUT =
  /\$\{?(TOOL_INPUT|TOOL_NAME|TOOL_OUTPUT|CLAUDE_TOOL_INPUT|CLAUDE_FILE_PATHS|CLAUDE_USER|CLAUDE_SESSION_ID|FILE)\b/;

/** What is wrong with the command of a hook. */
export function commandRemarks({ event, node }: Handler): readonly CommandRemark[] {
  const command = memberOf(node, "command");
  const text = textOf(command);
  if (command === undefined || text === undefined) return [];
  const args = memberOf(node, "args");
  const whole = [text, ...argumentsOf(args)].join(" ");
  const found: CommandRemark[] = [];
  const report = (id: CheckId, message: string, fix: string) =>
    found.push({ id, at: command, message, fix });
  const variable = NO_INPUT.exec(whole)?.[1];
  if (variable !== undefined) {
    report(
      "hook/no-input",
      `the client sets no \`${variable}\`: it is empty, and the hook lets everything pass`,
      "read the JSON on standard input",
    );
  }
  if (
    args?.kind === "array" &&
    (/[\s|&;<>$`]/.test(text.trim().replaceAll(/\$\{CLAUDE_[A-Z_]+\}/g, "")) ||
      argumentsOf(args).some((word) => /^(?:\|\|?|&&?|;|[12]?>>?|<)$/.test(word)))
  ) {
    report(
      "hook/shell-in-args",
      "with `args` no shell runs: `command` is the name of one program",
      "put the words into `args`, or take `args` out",
    );
  }
  if (event === "PreToolUse") reportAnswers(whole, report);
  if (/(?:^|[\s"'=/>])\.claude\/[^\s"']*\.(?:log|jsonl)\b/.test(whole)) {
    report(
      "hook/log-in-reach",
      "the agent can write this file: what it did can be taken out",
      "write where another user owns the file, or away from this computer",
    );
  }
  return found;
}

function reportAnswers(
  command: string,
  report: (id: CheckId, message: string, fix: string) => void,
): void {
  if (/\bexit\s+1\b/.test(command)) {
    report(
      "hook/exit-code",
      "exit 1 does not block: the client reports an error and runs the call",
      "end with exit 2, or print a decision",
    );
  }
  if (/\\?"decision\\?"\s*:\s*\\?"(?:deny|approve)/.test(command)) {
    report(
      "hook/legacy-answer",
      "`decision` takes `approve` and `block`: `deny` lets the call run, `approve` takes the question away",
      "print `hookSpecificOutput` with `hookEventName` and `permissionDecision`",
    );
  }
}

function argumentsOf(node: JsonNode | undefined): readonly string[] {
  if (node?.kind !== "array") return [];
  return node.elements.flatMap((element) => textOf(element) ?? []);
}
