// Checks of how hooks are entered: what calls them, what happens when they fail, where their scripts lie.
import { type Fault, type Look, type Looks, notApplicable, unseen, verdict } from "../../check.ts";
import {
  codesOf,
  faultAt,
  faultOf,
  guardsOf,
  keyOf,
  meansToBlock,
} from "../../hook-script/codes.ts";
import { startedBy } from "../../hook-script/started.ts";
import { isOwnHook, isOwnPlace } from "../../own-hook.ts";
import { executableEvidence, executableFix } from "../../executable.ts";
import { lineOf } from "../../redacted-line.ts";
import { shellScripts } from "../../hook-script/shell-script.ts";
import type { HookInput, AuditInputs } from "../../inputs/audit-inputs.ts";
import { filesOf, hookLook } from "./looking.ts";
import { type JsonNode, memberOf, placeIn } from "#govern/settings/json-text.ts";
import { groupsOf } from "#govern/settings/lint/hook-handlers.ts";
import { brokenInput, idleGuard, isAsync } from "./trials.ts";

/** Bits by which a group or everybody can write, and by which somebody can execute. */
const WRITABLE_BY_OTHERS = 0o022;
/** Events on which a hook can hold a call, a prompt or the end. */
const HOLDS_SOMETHING =
  /^(?:PreToolUse|PermissionRequest|UserPromptSubmit|Stop|SubagentStop|ConfigChange)$/;
const EXECUTABLE = 0o111;
/** Seconds that nobody means: the client waits 600 at most by itself. */
const SECONDS_MAX = 1_000;

const GUARDED = new Set(["PreToolUse", "PermissionRequest", "UserPromptSubmit", "ConfigChange"]);

/** Whether a command ends with its last program in the background. */
const isLeftBehind = (command: string): boolean =>
  /(?<![&>|])&(?![&>\d])(?:\s*(?:disown\b[^;&|]*|exit 0|true|:))?[\s);]*(?:(?:disown|exit 0|true)\s*)?$/.test(
    command.replaceAll(/'[^']*'/g, "''"),
  );
const isLoopback = (url: string): boolean =>
  /^https?:\/\/(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?(?:[/?#]|$)/i.test(url);
const isGuard = (hook: HookInput, auditInputs: AuditInputs): boolean =>
  guardsOf(auditInputs).includes(hook);

/** Functions about entries. */
export const entryLooks: Looks = {
  "async-guard": hookLook((hook, auditInputs) => {
    if (!GUARDED.has(hook.event)) return [];
    const sounds = /guard|block|protect|validate|deny|polic/i.test(hook.command);
    if (isAsync(hook) && (isGuard(hook, auditInputs) || sounds))
      return [faultOf(hook, "a hook that is not waited for holds nothing", "take `async` out")];
    const blocks = codesOf(auditInputs).codes.some(
      (code) => code.hook === hook && meansToBlock(code),
    );
    if (isLeftBehind(hook.command) && (blocks || sounds || isGuard(hook, auditInputs)))
      return [
        faultOf(
          hook,
          "the shell does not wait for the guard, and the call runs",
          "take the `&` out",
        ),
      ];
    return codesOf(auditInputs).codes.flatMap((code) =>
      code.hook !== hook || !meansToBlock(code)
        ? []
        : code.reading.printed
            .filter(
              ({ text, to }) => to === 1 && /["']?async\\?["']?\s*:\s*(?:true|True)/.test(text),
            )
            .map((one) =>
              faultAt(code, one, "with this answer the client stops waiting, and the call runs"),
            ),
    );
  }),
  // A script that is not there is told by its own check.
  "fails-open": hookLook((hook, auditInputs) =>
    hook.type === "command" &&
    hook.missing.length === 0 &&
    ["PreToolUse", "UserPromptSubmit"].includes(hook.event) &&
    isGuard(hook, auditInputs) &&
    !isAsync(hook) &&
    keyOf(hook, "onFailure") !== "block"
      ? [
          faultOf(
            hook,
            "when it cannot start, fails or takes too long, the call runs",
            'add `"onFailure": "block"` to the handler, for clients from 2.1.295 on',
          ),
        ]
      : [],
  ),
  "http-fails-open": hookLook((hook) =>
    hook.type === "http" &&
    hook.command !== "" &&
    hook.event === "PreToolUse" &&
    keyOf(hook, "onFailure") !== "block"
      ? [
          faultOf(
            hook,
            "when the service is away or answers with an error, the call runs",
            'add `"onFailure": "block"` to the handler',
          ),
        ]
      : [],
  ),
  "on-failure-misplaced": (auditInputs) => {
    const found = auditInputs.settings.flatMap((document): readonly Fault[] =>
      placesAbove(memberOf(document.root, "hooks")).flatMap((node) => {
        const key = memberOf(node, "onFailure");
        if (key === undefined) return [];
        const place = placeIn(document.text, key.start);
        return [
          {
            file: document.file,
            ...place,
            evidence: '"onFailure"',
            message: "above the handler it does nothing: a failure lets the call run",
            fix: "put it on each handler",
          },
        ];
      }),
    );
    const lookedAt = auditInputs.settingsFiles.map(({ shown }) => shown);
    return auditInputs.settings.length === 0
      ? notApplicable("there are no settings here")
      : verdict(lookedAt, found);
  },
  "narrow-matcher": hookLook((hook, auditInputs) => {
    const { matcher = "" } = hook;
    if (hook.event !== "PreToolUse" || !isGuard(hook, auditInputs)) return [];
    if (hook.missing.length > 0) return [];
    const tools = new Set(toolsOf(matcher));
    const writes = ["Write", "Edit", "MultiEdit"].some((tool) => tools.has(tool));
    const lacks = [
      // A guard of files that are read and run as well is about secrets, and no notebook is one.
      ...(writes && !tools.has("NotebookEdit") && !(tools.has("Read") && tools.has("Bash"))
        ? ["NotebookEdit"]
        : []),
      ...((writes || tools.has("Read")) &&
      !tools.has("Bash") &&
      !otherGuard(hook, auditInputs, "Bash")
        ? ["Bash"]
        : []),
    ];
    return lacks.length === 0
      ? []
      : [
          {
            ...faultOf(
              hook,
              `\`${matcher}\` leaves out ${lacks.join(" and ")}, which ${writes ? "writes" : "reads"} files too`,
              'write `"matcher": "*"` and look at the tool in the hook',
            ),
            // It writes notebooks alone, which most projects have none of.
            ...(lacks.includes("Bash") ? {} : ({ severity: "low" } as const)),
          },
        ];
  }),
  "condition-on-guard": hookLook((hook, auditInputs) =>
    keyOf(hook, "if") !== undefined &&
    ["PreToolUse", "PermissionRequest"].includes(hook.event) &&
    (isGuard(hook, auditInputs) || hook.type === "http")
      ? [
          faultOf(
            hook,
            "the guard is called for calls that this rule fits only, and a wrapped command does not fit",
            "take `if` out and look at the call in the hook",
          ),
        ]
      : [],
  ),
  "missing-script": (auditInputs) => {
    const faults = auditInputs.hooks.flatMap((hook) =>
      hook.missing.map((path) =>
        faultOf(
          hook,
          `\`${path}\` is not there: the hook fails, and the call runs`,
          "add the script, or take the hook out",
        ),
      ),
    );
    return auditInputs.hooks.length === 0
      ? notApplicable("there are no hooks")
      : verdict(filesOf(auditInputs), faults);
  },
  "not-executable": hookLook((hook) =>
    hook.scripts
      .filter(
        ({ mode, path }) =>
          mode !== undefined && (mode & EXECUTABLE) === 0 && isRunDirectly(hook, path),
      )
      .map((file) => ({
        file: file.shown,
        evidence: executableEvidence(file),
        message:
          "the script is started directly and is not executable: the hook fails, and the call runs",
        fix: executableFix(file),
      })),
  ),
  "script-writable-by-others": hookLook((hook, auditInputs) => [
    ...hook.scripts
      .filter(({ mode }) => mode !== undefined && (mode & WRITABLE_BY_OTHERS) > 0)
      .map(({ shown, mode = 0 }) => ({
        file: shown,
        evidence: `mode ${mode.toString(8).padStart(4, "0")}`,
        message: "others than its owner can rewrite what this hook runs",
        fix: `chmod go-w ${shown}`,
      })),
    ...(hook.type === "command" &&
    !isOwnHook(hook, auditInputs) &&
    startedBy(hook).some(
      ({ path }) => /^\/(?:var\/)?tmp\/|^\/dev\/shm\//.test(path) && !isOwnPlace(path, auditInputs),
    )
      ? [
          faultOf(
            hook,
            "the script lies where everybody may put one",
            "keep it beside the settings",
          ),
        ]
      : []),
  ]),
  "relative-path": hookLook((hook) => {
    if (hook.type !== "command") return [];
    const relative = startedBy(hook).find(
      ({ path, by, isAfterMove }) =>
        !isAfterMove &&
        /^[\w.@-]/.test(path) &&
        (path.includes("/") || (by !== undefined && /\.\w{1,4}$/.test(path))) &&
        !/[\s:]/.test(path),
    )?.path;
    // WHY: what only tidies up after an edit guards nothing and records nothing.
    const isTidying =
      hook.event === "PostToolUse" &&
      /^(?:\(?(?:Edit|Write|MultiEdit|NotebookEdit)\)?\|?)+$/.test(hook.matcher ?? "");
    return relative === undefined || isTidying
      ? []
      : [
          {
            ...faultOf(
              hook,
              `\`${relative}\` is looked for in the working directory, which changes: then the hook fails and the call runs`,
              'write "$CLAUDE_PROJECT_DIR"/ before it',
            ),
            ...(HOLDS_SOMETHING.test(hook.event) ? {} : ({ severity: "low" } as const)),
          },
        ];
  }),
  "timeout-in-milliseconds": hookLook((hook) => {
    const timeout = keyOf(hook, "timeout");
    // Half an hour and the like are written in seconds too.
    const isMeant =
      typeof timeout === "number" &&
      timeout <= 7_200 &&
      timeout % 60 === 0 &&
      timeout % 1_000 !== 0;
    return typeof timeout === "number" && timeout >= SECONDS_MAX && !isMeant
      ? [
          faultOf(
            hook,
            `a timeout of ${timeout} is in seconds: a hook that hangs holds the session that long`,
            `write ${Math.max(1, Math.round(timeout / 1_000))}`,
          ),
        ]
      : [];
  }),
  "http-plain-text": hookLook((hook) =>
    hook.type === "http" && /^http:\/\//i.test(hook.command) && !isLoopback(hook.command)
      ? [faultOf(hook, "commands and contents cross the network unencrypted", "use https")]
      : [],
  ),
  "header-variable-not-allowed": hookLook((hook) => {
    const headers = keyOf(hook, "headers");
    const given = keyOf(hook, "allowedEnvVars");
    const allowed = new Set(Array.isArray(given) ? given : []);
    const names = [...JSON.stringify(headers ?? {}).matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(
      (match) => match[1] ?? "",
    );
    const lost = names.find((name) => !allowed.has(name));
    return hook.type === "http" && lost !== undefined
      ? [
          {
            ...faultOf(
              hook,
              `\`$${lost}\` is not in \`allowedEnvVars\`: the header is sent without it`,
              `add "${lost}" to \`allowedEnvVars\``,
            ),
          },
        ]
      : [];
  }),
  "broken-input-passes": brokenInput,
  "idle-guard": idleGuard,
};

/** What shellcheck says, with its number; unseen where nobody ran it. */
export const shellcheckLook: Look = (auditInputs) => {
  const files = shellScripts(auditInputs);
  if (files.length === 0) return notApplicable("no hook runs a shell script");
  const told = auditInputs.scriptFaults;
  if (told === undefined) return unseen("shellcheck was not run");
  if (told.kind === "unseen") return unseen(told.why);
  return verdict(
    files.map(({ shown }) => shown),
    told.value.map(({ file, line, column, code, message }) => ({
      file: file.shown,
      line,
      column,
      evidence: lineOf(file.text, line),
      message: `SC${code}: ${message}`,
      fix: `see https://www.shellcheck.net/wiki/SC${code}`,
    })),
  );
};

/** What stands above handlers: all hooks, and each entry. */
function placesAbove(hooks: JsonNode | undefined): readonly JsonNode[] {
  return hooks === undefined ? [] : [hooks, ...groupsOf(hooks).map(({ node }) => node)];
}

/** Tools that read, change or run things. */
const TOOLS = ["Bash", "Read", "Write", "Edit", "MultiEdit", "NotebookEdit", "Grep", "Glob"];

/** Which of them a matcher fits: names in a list, or an expression over the name; all where it fits any tool. */
function toolsOf(matcher: string): readonly string[] {
  if (matcher === "" || matcher === "*") return TOOLS;
  if (/^\w+(?:[|,]\w+)*$/.test(matcher))
    return TOOLS.filter((tool) => matcher.split(/[|,]/).includes(tool));
  try {
    const expression = new RegExp(matcher);
    return TOOLS.filter((tool) => expression.test(tool));
  } catch {
    // A broken expression fits nothing, which another check tells.
    return [];
  }
}

function otherGuard(hook: HookInput, auditInputs: AuditInputs, tool: string): boolean {
  return guardsOf(auditInputs).some(
    (one) =>
      one !== hook && one.event === "PreToolUse" && toolsOf(one.matcher ?? "").includes(tool),
  );
}

/** Whether a script is started by itself, so that it has to be executable. */
function isRunDirectly(hook: HookInput, path: string): boolean {
  const name = path.replace(/^.*\//, "");
  return startedBy(hook).some(
    (one) => one.by === undefined && (one.path === name || one.path.endsWith(`/${name}`)),
  );
}
