// Checks of what hooks do: how they read input, what they look for, what they do with it, how they end.
import type { Fault, Looks } from "../../check.ts";
import {
  faultAt,
  type HookCode,
  isRefusal,
  meansToBlock,
  stopsBefore,
} from "../../hook-script/codes.ts";
import {
  hasHostClass,
  isBrokenDataPattern,
  isOpenPathPattern,
  isSubstringOfCommand,
} from "../../hook-script/patterns.ts";
import { startedPackage } from "../../inputs/package-spec.ts";
import { markOf } from "#govern/recipe/script.ts";
import { answers } from "./answers.ts";
import { firstOfAlike } from "../../looking.ts";
import { codeLook, isNoInput } from "./looking.ts";

/** WHY not below `CLAUDE_CODE_`: the client sets such of its own there. */
const NO_IDENTITY =
  /^CLAUDE_(?:USERNAME|EMAIL|(?:USER|ACCOUNT|SESSION|CONVERSATION|AGENT|ORG|ORGANIZATION|DEVELOPER)(?:_(?:ID|NAME|EMAIL|UUID|LOGIN))?)$/;
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

/** What is asked where the client's own field is empty, for other clients: `data.tool_name || data.toolName`. */
const STANDS_IN =
  /\b(?:tool_\w{2,20}|hook_event_name|session_id|prompt)\b["'\])]{0,3}\s{0,4}(?:\|\||\?\?|\bor)\s{0,20}$/;

/** Functions about code. */
export const codeLooks: Looks = {
  "environment-input": codeLook((code) =>
    code.reading.unset
      .filter((one) => isNoInput(one))
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
  "hand-built-json": codeLook((code) =>
    [...code.reading.printed]
      .filter(
        ({ at, text, isBuilt, subjects, to }) =>
          !isBuilt &&
          to !== 2 &&
          /^\s*\{[^]*["'][\w-]+\\?["']\s*:/.test(
            text
              .trimStart()
              .replace(/^f?["'`]/, "")
              .replace(/^\{\{/, "{"),
          ) &&
          (text.includes("\u0002") || subjects.length > 0 || pastesArguments(code, at)),
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
        ({ at, text }) =>
          (NO_FIELD.test(text) || (text === "file_path" && /Tool/.test(code.hook.event))) &&
          !STANDS_IN.test(code.text.slice(Math.max(0, at - 80), at)),
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
      ? blockingFaults(code, "the call has run already", /permissionDecision/)
      : [],
  ),
  "blocking-on-notice-event": codeLook((code) =>
    !code.hook.event.startsWith("PostToolUse") &&
    !HOLDING.has(code.hook.event) &&
    /^(?:SessionStart|SessionEnd|Notification|PreCompact|PostCompact|SubagentStart|InstructionsLoaded|CwdChanged|StopFailure|Setup)$/.test(
      code.hook.event,
    )
      ? blockingFaults(code, `${code.hook.event} holds nothing`, /permissionDecision|\bdecision\b/)
      : [],
  ),
  "substring-match": codeLook((code) =>
    meansToBlock(code)
      ? firstOfAlike(
          code.reading.matched
            .filter((one) => isSubstringOfCommand(one))
            .map((one) =>
              faultAt(
                code,
                one,
                "letters within words: harmless commands are taken and other spellings pass",
                "look at the words of the command",
              ),
            ),
          3,
        )
      : [],
  ),
  "unanchored-path-pattern": codeLook((code) =>
    meansToBlock(code)
      ? code.reading.matched
          .filter((one) => isOpenPathPattern(one) && !looksIntoFile(code, one))
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
    [
      ...patternsIn(code).filter(({ text }) => isBrokenDataPattern(text, isPosixPattern(code))),
      ...lostEscapes(code),
      ...plainSigns(code),
    ].map((one) =>
      faultAt(
        code,
        one,
        "the pattern cannot match what it is for",
        "use `[[:space:]]` and escape what stands for itself",
      ),
    ),
  ),
  "unquoted-input": codeLook((code) => [
    ...code.reading.unquoted.map((one) =>
      faultAt(
        code,
        one,
        `\`$${one.text}\` holds input and stands without quotes: it is split and its patterns are filled in`,
        `write "$${one.text}"`,
      ),
    ),
    ...(code.language === "shell" ? wordsOfXargs(code.text) : []).map((one) =>
      faultAt(
        code,
        one,
        "`xargs` splits the input at its spaces and quotes",
        "write `jq -j ... | xargs -0`",
      ),
    ),
  ]),
  "input-executed": codeLook((code) =>
    code.reading.executed.map((one) =>
      faultAt(code, one, "a value of the payload is executed as code", "look at it as text"),
    ),
  ),
  "remote-code": codeLook((code) =>
    code.reading.fetched.map((one) => ({
      ...faultAt(
        code,
        one,
        "code is downloaded and run with the person's rights at each call",
        "keep the code beside the settings, by its digest",
      ),
      // A package that is named is its publisher's, as that of a server is, and not whatever an address answers.
      ...(startedPackage(one.text.trim(), []) === undefined ? {} : { severity: "medium" as const }),
    })),
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
  "logs-content": codeLook((code) =>
    code.reading.logs
      .filter(
        ({ subjects, text }) =>
          // A log that is cut is written beside itself first.
          !/^\/tmp\/tmp|^&|\.(?:tmp|new|bak|old)$/.test(text) &&
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

/** A value of the payload that `xargs` makes words of; told to end it with a zero or a line it takes it whole. */
function wordsOfXargs(text: string): readonly { at: number; text: string }[] {
  return [
    ...text.matchAll(/\bjq\s+[^|\n]*(?:tool_input|\.prompt\b)[^\n]*?\|\s*xargs\b([^|;&\n]*)/g),
  ]
    .filter(([, options = ""]) => !/\s-\w*0|--null|\s-d|--delimiter|\s-I|--replace/.test(options))
    .map((match) => ({ at: match.index, text: match[0] }));
}

/** `by`: members of an answer that mean to hold on this event, and do not. */
function blockingFaults(code: HookCode, why: string, by: RegExp): readonly Fault[] {
  // A recipe's script carries code for every event; what it does on this one is in its rules.
  if (markOf(code.text)?.isAsMade === true) return [];
  const { ended, printed } = code.reading;
  // WHY commands alone: a linter's word on a file that was written is no refusal of it.
  const looksAtCommand = code.reading.matched.some(({ subject }) => subject === "command");
  const refusals = answers(code).filter(
    ({ text }) =>
      (by.test(text) || (looksAtCommand && /\bdecision\b/.test(text))) && isRefusal(text),
  );
  const stops = ended.filter(
    ({ status, branches, onInput }) =>
      (status === 2 && onInput && looksAtCommand) ||
      (status !== 0 &&
        status !== undefined &&
        stopsBefore(
          branches,
          printed.filter((one) => one.branches.length >= branches.length),
        )),
  );
  return [...refusals, ...stops]
    .slice(0, 1)
    .map((one) => faultAt(code, one, `it means to block, and ${why}`, "put it on PreToolUse"));
}

const isPosixPattern = ({ language, text }: HookCode): boolean =>
  language === "shell" && !/grep\s+-\w*P|\brg\b/.test(text);

/** Signs of a pattern that the language's own text swallows: `"\b"` is a backspace, and `"\d"` of JavaScript a `d`. */
function lostEscapes({ language, text }: HookCode): readonly { at: number; text: string }[] {
  const pattern =
    language === "python"
      ? /\bre\.(?:compile|search|match|findall|finditer|sub|fullmatch)\(\s*(?:"(?:[^"\\\n]|\\.)*(?<!\\)\\b(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*(?<!\\)\\b(?:[^'\\\n]|\\.)*')/g
      : language === "javascript"
        ? /\bRegExp\(\s*(?:"(?:[^"\\\n]|\\\\)*\\[bdsw](?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\\\)*\\[bdsw](?:[^'\\\n]|\\.)*'|`(?:[^`\\\n]|\\\\)*\\[bdsw][^`\n]*`)/g
        : undefined;
  return pattern === undefined
    ? []
    : [...text.matchAll(pattern)].map((match) => ({ at: match.index, text: match[0] }));
}

/** Without `-E` braces and bars of grep stand for themselves, so a pattern with them finds nothing. */
function plainSigns({ language, text }: HookCode): readonly { at: number; text: string }[] {
  if (language !== "shell") return [];
  return [
    ...text.matchAll(/(?<![\w-])grep\s+((?:-[\w-]+(?:=\S+)?\s+)*)(?:"([^"\n]*)"|'([^'\n]*)')/g),
  ].flatMap((match) => {
    const pattern = match[2] ?? match[3] ?? "";
    const isBasic = !/(?:^|\s)-\w*[EPF]|--(?:extended|perl|fixed)/.test(match[1] ?? "");
    const isLost =
      /[\]\w)](?<!\\)\{\d+(?:,\d*)?\}/.test(pattern) || /[\w\])}](?<!\\)\|[\w[(]/.test(pattern);
    return isBasic && isLost ? [{ at: match.index, text: match[0] }] : [];
  });
}

/** Patterns of a script: those that input is held against, and constants that look like one. */
function patternsIn(code: HookCode): readonly { readonly at: number; readonly text: string }[] {
  const own = code.reading.matched.map(({ at, pattern }) => ({ at, text: pattern }));
  const lines = [
    ...code.text.matchAll(
      /(["'])((?:(?!\1)[^\\\n]|\\.)*\[(?:(?!\1)[^\\\n]|\\.)*|mongodb\+srv[^"'\n]*)\1/g,
    ),
  ];
  const literals =
    code.language === "javascript"
      ? [...code.text.matchAll(/(?<=[=(,:[!&|?{};\s])\/((?:[^/\\\n*]|\\.)(?:[^/\\\n]|\\.)*)\//g)]
      : [];
  return [
    ...own,
    // A program of another language has patterns of its own.
    ...lines
      .filter((match) => !/\bimport\s|=>|\bre\./.test(match[2] ?? ""))
      .map((match) => ({ at: match.index, text: match[2] ?? "" })),
    ...literals.map((match) => ({ at: match.index, text: match[1] ?? "" })),
  ];
}

/** Characters of a script that one printed text may take. */
const PRINTED_CHARS_MAX = 2_000;

/** Whether a script pastes its arguments into a JSON text, and the hook hands it values that it does not know. */
function pastesArguments({ hook, isInline, language, text }: HookCode, at: number): boolean {
  if (isInline || language !== "shell") return false;
  const [, handed = ""] = /\.(?:sh|bash|zsh)["']?\s+(.*)$/.exec(hook.command) ?? [];
  if (!/\$[\w{(]/.test([handed, ...(hook.args ?? [])].join(" "))) return false;
  return /:\s*\\?"[^"\n]{0,40}\$\{?[1-9@*]/.test(text.slice(at, at + PRINTED_CHARS_MAX));
}

/** Whether the line has a pattern looked for in what a file holds, and not in its path: `grep -q PATTERN "$FILE"`. */
function looksIntoFile({ text }: HookCode, { at }: { readonly at: number }): boolean {
  const start = text.lastIndexOf("\n", at) + 1;
  const end = text.indexOf("\n", at);
  const line = text.slice(start, end === -1 ? undefined : end);
  return /^\s*(?:if\s+)?(?:!\s*)?grep\s[^|]*\s"?\$\{?\w*(?:FILE|PATH)\w*\}?"?(?:\s|;|$)/i.test(
    line,
  );
}
