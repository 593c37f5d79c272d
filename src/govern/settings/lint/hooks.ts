// Checks of hooks: entries that cannot be loaded, guards that do not guard, scripts that wait for what never comes.
import { hookFaults } from "../hook-faults.ts";
import { type JsonNode, memberOf, toJson } from "../json-text.ts";
import { type CheckId } from "./checks.ts";
import { findingAt, type LintDocument, type LintFinding, textOf } from "./document.ts";
import { commandRemarks } from "./hook-commands.ts";
import { type Group, groupsOf, type Handler, handlersOf } from "./hook-handlers.ts";

/** Events by whose hooks a call is held: one that cannot be loaded voids the file. */
const GUARDS = ["PreToolUse", "PermissionRequest", "PreSkillShellCommand"];

/** What is wrong with the hooks of a file. */
export function hookFindings(document: LintDocument): readonly LintFinding[] {
  const hooks = memberOf(document.root, "hooks");
  if (hooks === undefined) return [];
  const faults = faultFindings(document, hooks);
  const broken = new Set(hookFaults(hooks).map(({ node }) => node));
  const handlers = handlersOf(hooks).filter(
    ({ node, group }) => !broken.has(node) && !broken.has(group),
  );
  return [
    ...faults,
    ...groupsOf(hooks).flatMap((group) => matcherFindings(document, group)),
    ...handlers.flatMap((handler) => handlerFindings(document, handler)),
    ...auditFindings(document, hooks),
  ];
}

function faultFindings(document: LintDocument, hooks: JsonNode): readonly LintFinding[] {
  return hookFaults(hooks).map(({ event, node, message }) => {
    const voids = event !== undefined && GUARDS.includes(event);
    const cost =
      document.layer === "managed"
        ? "the client drops the hook, or does not start"
        : voids
          ? "the client ignores the whole file, its deny rules too, and says nothing"
          : "the client drops it and says nothing";
    const old = memberOf(node, "tool") ?? memberOf(node, "command");
    const isOldForm =
      old !== undefined &&
      memberOf(node, "hooks") === undefined &&
      memberOf(node, "type") === undefined;
    return findingAt(document, node.start, voids ? "hook/voids-file" : "hook/dropped", {
      message: `${message}: ${cost}`,
      fix: isOldForm
        ? 'write `{ "matcher": "...", "hooks": [{ "type": "command", "command": "..." }] }`'
        : "correct it or take it out",
    });
  });
}

function matcherFindings(document: LintDocument, { event, node }: Group): readonly LintFinding[] {
  const matcher = memberOf(node, "matcher");
  const text = textOf(matcher);
  if (matcher === undefined || text === undefined || text === "" || text === "*") return [];
  const say = (id: CheckId, message: string, fix: string) => [
    findingAt(document, matcher.start, id, { message, fix }),
  ];
  if (/^\w+\(.*\)$/.test(text)) {
    const tool = text.replace(/\(.*/, "");
    return say(
      "hook/matcher-is-rule",
      "a matcher is a pattern for the tool's name, no rule: this one never fits",
      `write \`${tool}\` here and \`"if": "${text}"\` in the hook, or look at the command in the hook`,
    );
  }
  if (!isExpression(text))
    return say("hook/matcher", "this expression is broken: the hook is never called", "correct it");
  if (text.startsWith("!") || (/ToolUse|Permission/.test(event) && hasOtherCase(text)))
    return say(
      "hook/matcher",
      "a matcher is compared by case, and `!` negates nothing: this one never fits",
      "write the tool's name as the client does",
    );
  if (/ToolUse|Permission/.test(event) && text.split(/[|,]/).some((one) => /^\s|\s$/.test(one)))
    return say(
      "hook/matcher",
      "blanks are part of the pattern: what stands beside them never fits",
      "write the names without blanks, as `Bash|Edit`",
    );
  if (/ToolUse|Permission/.test(event) && namesNoTool(text))
    return say(
      "hook/matcher",
      "no tool of the client has such a name: this one never fits",
      "write the tool's name as the client does, as `Bash` or `Write|Edit`",
    );
  if (event !== "PreToolUse") return [];
  return say(
    "hook/partial-matcher",
    "tools that the matcher does not name pass without a look, and Bash writes files too",
    'write `"matcher": "*"`',
  );
}

const TOOLS = [
  ...[
    "Agent",
    "AskUserQuestion",
    "Bash",
    "BashOutput",
    "Edit",
    "ExitPlanMode",
    "Glob",
    "Grep",
    "KillShell",
  ],
  ...[
    "MultiEdit",
    "NotebookEdit",
    "Read",
    "Skill",
    "Task",
    "TodoWrite",
    "WebFetch",
    "WebSearch",
    "Write",
  ],
];

/** Whether a matcher, or a part of one that is a list, is a tool's name but for the case. */
function hasOtherCase(matcher: string): boolean {
  return matcher
    .replace(/^\^?\(?|\)?\$?$/g, "")
    .split(/[|,]/)
    .some(
      (one) =>
        !TOOLS.includes(one) && TOOLS.some((tool) => tool.toLowerCase() === one.toLowerCase()),
    );
}

/** Names that tools of other programs have; the client's are written in capitals and without a line below. */
const FOREIGN =
  /^(?:Shell|Exec(?:ute)?|Run|Command|Terminal|Console|Script|Code|File|(?:Create|Delete|Edit|Read|Write|Update|Modify)(?:File|Files)|Run(?:Command|Shell|Script|Terminal)|Execute(?:Command|Bash|Shell)|Fetch|Browser|Python|Subprocess|All|Any|None|Tool|Tools)$/;

/** Whether every part of a list is a name that no tool of the client and of no server has. */
function namesNoTool(matcher: string): boolean {
  const parts = matcher.replace(/^\^?\(?|\)?\$?$/g, "").split(/[|,]/);
  return parts.every((part) => /^[a-z]+(?:_[a-z]+)+$|^\w+:\w+$/.test(part) || FOREIGN.test(part));
}

function isExpression(text: string): boolean {
  try {
    return new RegExp(text).source !== "";
  } catch {
    return false;
  }
}

function handlerFindings(document: LintDocument, handler: Handler): readonly LintFinding[] {
  const { event, node } = handler;
  const guards = GUARDS.includes(event);
  const say = (id: CheckId, at: JsonNode, message: string, fix: string) => [
    findingAt(document, at.start, id, { message, fix }),
  ];
  const waits = ["async", "asyncRewake"].flatMap((name) => {
    const value = memberOf(node, name);
    return guards && value !== undefined && toJson(value) === true
      ? say(
          "hook/async-guard",
          value,
          "a hook that is not waited for holds nothing",
          `take \`${name}\` out`,
        )
      : [];
  });
  const condition = memberOf(node, "if");
  const some =
    guards && condition !== undefined
      ? say(
          "hook/if",
          condition,
          "the hook is called for calls that this rule fits only, and a rule is easy to get around",
          "take `if` out and look at the call in the hook",
        )
      : [];
  const blocks = textOf(memberOf(node, "onFailure")) === "block";
  const isProgram = ["command", "http"].includes(textOf(memberOf(node, "type")) ?? "");
  const open =
    guards && isProgram && !blocks && waits.length === 0
      ? say(
          "hook/fails-open",
          node,
          "when the hook cannot start, fails or takes too long, the call runs",
          'add `"onFailure": "block"`, for clients from 2.1.295 on',
        )
      : [];
  const commands = commandRemarks(handler).map(({ id, at, ...remark }) =>
    findingAt(document, at.start, id, remark),
  );
  return [...waits, ...some, ...open, ...commands];
}

/** Hooks that write down what happened, and are called only when it did. */
function auditFindings(document: LintDocument, hooks: JsonNode): readonly LintFinding[] {
  const after = memberOf(hooks, "PostToolUse");
  const others = ["PreToolUse", "PostToolUseFailure", "PermissionDenied"];
  if (after?.kind !== "array" || after.elements.length === 0) return [];
  if (others.some((event) => memberOf(hooks, event) !== undefined)) return [];
  return [
    findingAt(document, after.start, "hook/only-after", {
      message:
        "PostToolUse is called for calls that ran and did not fail: refused and failed ones are missing",
      fix: "add PreToolUse and PostToolUseFailure",
    }),
  ];
}
