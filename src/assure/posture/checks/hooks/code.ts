// Checks of what hooks do: how they read input, what they look for, how they answer, how they end.
import type { Fault, Looks } from "../../check.ts";
import {
  faultAt,
  type HookCode,
  isRefusal,
  isSameRun,
  meansToBlock,
  stopsBefore,
} from "../../hook-script/codes.ts";
import {
  hasHostClass,
  isBrokenDataPattern,
  isOpenPathPattern,
  isSubstringOfCommand,
} from "../../hook-script/patterns.ts";
import type { Printed } from "../../hook-script/reading.ts";
import { codeLook } from "./looking.ts";

/** Variables that people take the input from, and that no client sets. */
const NO_INPUT =
  /^(?:CLAUDE_)?(?:TOOL_(?:INPUT|NAME|OUTPUT|ARGS|PARAMS|RESULT|RESPONSE|COMMAND)\w*|FILE_PATHS?|HOOK_(?:INPUT|EVENT)\w*|NOTIFICATION|COMMAND|PROMPT|EVENT)$|^(?:FILE|FILEPATH|FILE_PATH|COMMAND|TOOL|INPUT_JSON)$/;
const NO_IDENTITY = /^CLAUDE_(?:USER|USER_ID|USERNAME|SESSION|SESSION_ID|AGENT_ID)$/;
/** Events whose answer holds what it is about; on the rest the thing has happened. */
const HOLDING = new Set([
  ...["PreToolUse", "PermissionRequest", "UserPromptSubmit", "UserPromptExpansion", "ConfigChange"],
  ...["Stop", "SubagentStop", "TeammateIdle", "TaskCreated", "TaskCompleted", "PreModelSwitch"],
  ...["Elicitation", "ElicitationResult", "WorktreeCreate"],
]);
const GUARDED = new Set(["PreToolUse", "PermissionRequest", "UserPromptSubmit", "ConfigChange"]);
/** Fields that people expect at the root of the payload of a call. */
const NO_FIELD =
  /^(?:tool_result|tool_output|toolName|toolInput|tool|input|output|command|args|arguments|params|parameters|content|filePath|file|event|hook_event|toolUseId|result)$/;

const value = (text: string, name: string): string | undefined =>
  new RegExp(`\\\\?["']?\\b${name}\\\\?["']?\\s*[:=]\\s*\\\\?["']([\\w-]+)`).exec(text)?.[1];
const toClient = ({ printed }: HookCode["reading"]): readonly Printed[] =>
  printed.filter(({ to }) => to === 1);
const isAnswer = (text: string): boolean =>
  /hookSpecificOutput|permissionDecision|["']?\bdecision\\?["']?\s*[:=]\s*\\?["']|updatedToolOutput|["']continue["']\s*:/.test(
    text,
  );
const answers = (code: HookCode): readonly Printed[] =>
  toClient(code.reading).filter(({ text }) => isAnswer(text));

function eachAnswer(look: (answer: Printed, code: HookCode) => readonly Fault[]) {
  return codeLook((code) => answers(code).flatMap((answer) => look(answer, code)));
}

/** Functions about code. */
export const codeLooks: Looks = {
  "environment-input": codeLook((code) =>
    code.reading.unset
      .filter(({ text }) => NO_INPUT.test(text))
      .map((one) =>
        faultAt(
          code,
          one,
          `no client sets \`${one.text}\`: it is empty, and the hook finds nothing`,
          "read the JSON on standard input",
        ),
      ),
  ),
  "invented-identity": codeLook((code) =>
    code.reading.unset
      .filter(({ text }) => NO_IDENTITY.test(text))
      .map((one) =>
        faultAt(
          code,
          one,
          `no client sets \`${one.text}\`: the record names nobody`,
          "take `session_id` from the JSON, and the user from the system",
        ),
      ),
  ),
  "exit-one-as-block": codeLook((code) => {
    if (!GUARDED.has(code.hook.event)) return [];
    const { ended, printed } = code.reading;
    return ended
      .filter(({ status }) => status !== undefined && status !== 0 && status !== 2)
      .filter(
        (end) =>
          stopsBefore(
            end.branches,
            printed.filter(({ branches }) => branches.length >= end.branches.length),
          ) ||
          (end.onInput &&
            !ended.some(({ status }) => status === 2) &&
            !answers(code).some(({ text }) => isRefusal(text))),
      )
      .map((end) =>
        faultAt(
          code,
          end,
          `status ${end.status} does not block: the client reports an error and runs the call`,
          "end with exit 2, or print a decision",
        ),
      );
  }),
  "legacy-decision": eachAnswer((answer, code) => {
    if (/permissionDecision|hookSpecificOutput/.test(answer.text)) return [];
    const decision = value(answer.text, "decision");
    if (
      decision === undefined ||
      decision === "block" ||
      decision === "approve" ||
      (decision === "allow" && false)
    )
      return [];
    return [
      faultAt(
        code,
        answer,
        `\`decision\` takes \`approve\` and \`block\`: \`${decision}\` is not read and the call runs`,
        "print `hookSpecificOutput` with `hookEventName` and `permissionDecision`",
      ),
    ];
  }),
  "approves-by-default": eachAnswer((answer, code) => {
    if (code.hook.event !== "PreToolUse" && code.hook.event !== "PermissionRequest") return [];
    const decision =
      value(answer.text, "permissionDecision") ??
      value(answer.text, "decision") ??
      value(answer.text, "behavior");
    if (decision !== "approve" && decision !== "allow") return [];
    const isFallback =
      answer.branches.filter((one) => !one.startsWith("def")).length === 0 || isElse(code, answer);
    return isFallback
      ? [
          faultAt(
            code,
            answer,
            `\`${decision}\` for whatever was not refused takes the question away`,
            "print nothing where the hook has nothing to say",
          ),
        ]
      : [];
  }),
  "missing-event-name": eachAnswer((answer, code) =>
    /hookSpecificOutput/.test(answer.text) && !/hookEventName/.test(answer.text)
      ? [
          faultAt(
            code,
            answer,
            "the answer names no `hookEventName` and is not read",
            `add "hookEventName": "${code.hook.event}"`,
          ),
        ]
      : [],
  ),
  "wrong-event-name": eachAnswer((answer, code) => {
    const named = value(answer.text, "hookEventName");
    return named !== undefined && named !== code.hook.event && /^[A-Z]\w+$|^\w+$/.test(named)
      ? [
          faultAt(
            code,
            answer,
            `the answer is for \`${named}\` and the hook for \`${code.hook.event}\`: it is not read`,
            `write "hookEventName": "${code.hook.event}"`,
          ),
        ]
      : [];
  }),
  "top-level-decision": eachAnswer((answer, code) =>
    /permissionDecision/.test(answer.text) &&
    !/hookSpecificOutput/.test(answer.text) &&
    !isInner(answer, code)
      ? [
          faultAt(
            code,
            answer,
            "`permissionDecision` at the top of the answer is not read",
            "put it into `hookSpecificOutput`, with `hookEventName`",
          ),
        ]
      : [],
  ),
  "unknown-decision": eachAnswer((answer, code) => {
    const decision = value(answer.text, "permissionDecision");
    return decision === undefined || ["allow", "deny", "ask", "defer"].includes(decision)
      ? []
      : [
          faultAt(
            code,
            answer,
            `\`permissionDecision\` takes allow, deny, ask and defer: \`${decision}\` is not read and the call runs`,
          ),
        ];
  }),
  "noise-around-json": codeLook((code) => {
    const decisions = answers(code);
    return toClient(code.reading)
      .filter(
        (one) =>
          !isAnswer(one.text) &&
          one.text.trim() !== "" &&
          !/^\s*[{}]/.test(one.text) &&
          !one.isBuilt,
      )
      .filter((one) =>
        decisions.some(
          (answer) => isSameRun(answer.branches, one.branches) && !endsBetween(code, one, answer),
        ),
      )
      .map((one) =>
        faultAt(
          code,
          one,
          "text beside the JSON: the client reads neither, and the call runs",
          "print it to standard error",
        ),
      );
  }),
  "hand-built-json": codeLook((code) =>
    [...code.reading.printed]
      .filter(
        ({ text, isBuilt, subjects, to }) =>
          !isBuilt &&
          to !== 2 &&
          /^\s*\{[^]*["'][\w-]+\\?["']\s*:/.test(
            text
              .trimStart()
              .replace(/^f?["']/, "")
              .replace(/^\{\{/, "{"),
          ) &&
          (text.includes("\u0002") || subjects.length > 0),
      )
      .map((one) =>
        faultAt(
          code,
          one,
          "values are pasted into JSON: a quote in one breaks the answer, which is then not read",
          "let `jq -n --arg` or a JSON library write it",
        ),
      ),
  ),
  "wrong-payload-field": codeLook((code) =>
    code.reading.fields
      .filter(
        ({ text }) => NO_FIELD.test(text) || (text === "file_path" && /Tool/.test(code.hook.event)),
      )
      .map((one) =>
        faultAt(
          code,
          one,
          `the payload of ${code.hook.event} has no field \`${one.text}\` at its root: it is empty`,
          "see `tool_name`, `tool_input` and `tool_response`",
        ),
      ),
  ),
  "blocking-on-post-tool-use": codeLook((code) =>
    code.hook.event.startsWith("PostToolUse")
      ? blockingFaults(code, "the call has run already")
      : [],
  ),
  "blocking-on-notice-event": codeLook((code) =>
    !code.hook.event.startsWith("PostToolUse") &&
    !HOLDING.has(code.hook.event) &&
    /^(?:SessionStart|SessionEnd|Notification|PreCompact|PostCompact|SubagentStart|InstructionsLoaded|CwdChanged|StopFailure|Setup)$/.test(
      code.hook.event,
    )
      ? blockingFaults(code, `${code.hook.event} holds nothing`)
      : [],
  ),
  "substring-match": codeLook((code) =>
    meansToBlock(code)
      ? code.reading.matched
          .filter((one) => isSubstringOfCommand(one))
          .map((one) =>
            faultAt(
              code,
              one,
              "letters within words: harmless commands are taken and other spellings pass",
              "look at the words of the command",
            ),
          )
      : [],
  ),
  "unanchored-path-pattern": codeLook((code) =>
    meansToBlock(code)
      ? code.reading.matched
          .filter((one) => isOpenPathPattern(one))
          .map((one) =>
            faultAt(
              code,
              one,
              "a part of a name: `.env` takes `.envrc`, `auth` takes `author.md`",
              "match whole segments of the path",
            ),
          )
      : [],
  ),
  "host-by-character-class": codeLook((code) =>
    patternsIn(code)
      .filter(({ text }) => hasHostClass(text))
      .map((one) =>
        faultAt(
          code,
          one,
          "an address in brackets is a set of characters: it exempts and takes other hosts than meant",
          "compare the host",
        ),
      ),
  ),
  "broken-data-pattern": codeLook((code) =>
    patternsIn(code)
      .filter(({ text }) =>
        isBrokenDataPattern(text, code.language === "shell" && !/grep\s+-\w*P/.test(code.text)),
      )
      .map((one) =>
        faultAt(
          code,
          one,
          "the pattern cannot match what it is for",
          "use `[[:space:]]` and escape what stands for itself",
        ),
      ),
  ),
  "unquoted-input": codeLook((code) =>
    code.reading.unquoted.map((one) =>
      faultAt(
        code,
        one,
        `\`$${one.text}\` holds input and stands without quotes: it is split and its patterns are filled in`,
        `write "$${one.text}"`,
      ),
    ),
  ),
  "input-executed": codeLook((code) =>
    code.reading.executed.map((one) =>
      faultAt(code, one, "a value of the payload is executed as code", "look at it as text"),
    ),
  ),
  "remote-code": codeLook((code) =>
    code.reading.fetched.map((one) =>
      faultAt(
        code,
        one,
        "code is downloaded and run with the person's rights at each call",
        "keep the code beside the settings, by its digest",
      ),
    ),
  ),
  "sends-payload-out": codeLook((code) =>
    code.reading.sent.map((one) =>
      faultAt(
        code,
        one,
        "the payload goes to another machine: commands, contents, secrets",
        "send what a record needs, redacted, to a collector of your own",
      ),
    ),
  ),
  "redaction-ignored": eachAnswer((answer, code) =>
    /updatedToolOutput\\?["']?\s*[:=]\s*(?:\\?["'](?!\s*\+?\s*\{)|\$\w+|\u0002|\u0001|\(?\s*\.tool_response\.\w+|(?:text|out|output|clean|redacted|safe|result|stdout)\b\s*[,})\n]|(?:re\.sub|str)\(|\w+\.(?:replace|replaceAll|sub)\()/.test(
      answer.text,
    )
      ? [
          faultAt(
            code,
            answer,
            "`updatedToolOutput` as plain text is ignored: the output reaches the model as it was",
            "give it in the tool's own form",
          ),
        ]
      : [],
  ),
  "logs-content": codeLook((code) =>
    code.reading.logs
      .filter(
        ({ subjects, text }) =>
          !/^\/tmp\/tmp|^&/.test(text) &&
          subjects.some((subject) => subject === "payload" || subject === "content"),
      )
      .map((one) =>
        faultAt(
          code,
          one,
          "input or output is written down as it is, with the secrets in it",
          "write tool, path and a redacted command",
        ),
      ),
  ),
  "syntax-error": codeLook((code) => {
    const { problem } = code.reading;
    return problem === undefined
      ? []
      : [faultAt(code, problem, `the script cannot be read: ${problem.text}`)];
  }),
};

function blockingFaults(code: HookCode, why: string): readonly Fault[] {
  const { ended, printed } = code.reading;
  const refusals = answers(code).filter(
    ({ text }) => text.includes("permissionDecision") && isRefusal(text),
  );
  const stops = ended.filter(
    ({ status, branches }) =>
      status !== 0 &&
      status !== undefined &&
      stopsBefore(
        branches,
        printed.filter((one) => one.branches.length >= branches.length),
      ),
  );
  return [...refusals, ...stops]
    .slice(0, 1)
    .map((one) => faultAt(code, one, `it means to block, and ${why}`, "put it on PreToolUse"));
}

/** Patterns of a script: those that input is held against, and constants that look like one. */
function patternsIn(code: HookCode): readonly { readonly at: number; readonly text: string }[] {
  const own = code.reading.matched.map(({ at, pattern }) => ({ at, text: pattern }));
  const lines = [
    ...code.text.matchAll(
      /(["'])((?:(?!\1)[^\\\n]|\\.)*\[(?:(?!\1)[^\\\n]|\\.)*|mongodb\+srv[^"'\n]*)\1/g,
    ),
  ];
  return [...own, ...lines.map((match) => ({ at: match.index ?? 0, text: match[2] ?? "" }))];
}

/** Whether a print stands in an `else` or a default of a `case`. */
function isElse({ text }: HookCode, { at }: Printed): boolean {
  const before = text.slice(Math.max(0, at - 200), at);
  return /(?:\belse\b\s*:?\s*\{?|\*\))\s*(?:\n\s*)?(?:[^\n]*)$/.test(
    before.trimEnd().split("\n").slice(-2).join("\n"),
  );
}

/** WHY: an object may be put into `hookSpecificOutput` on another line. */
function isInner({ text }: Printed, code: HookCode): boolean {
  return code.text.includes("hookSpecificOutput") && !text.includes("{");
}

/** Whether the program ends between two prints of one branch. */
function endsBetween({ reading }: HookCode, one: Printed, answer: Printed): boolean {
  const [from, to] = one.at < answer.at ? [one, answer] : [answer, one];
  return reading.ended.some(
    ({ at, branches }) =>
      at > from.at &&
      at < to.at &&
      isSameRun(branches, from.branches) &&
      branches.length <= from.branches.length,
  );
}
